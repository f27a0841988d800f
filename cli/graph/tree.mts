/** A module graph as a tree of lines: each module once, and referred to where it comes again. */

import { count, size } from '../output.mts'
import { reasonOf, strayFailures } from './failed.mts'
import { placeOf } from './place.mts'
import { redirectsOf, sizesOf, stepsOf } from './steps.mts'
import { escapeText } from '../../core/text.mts'
import type { Explanation, GraphImport, GraphModule, ModuleGraph } from '../../core/explanation.mts'

/** Levels of a tree: what is deeper begins a tree of its own, or a chain of modules would fill lines with white space. */
const DEEPEST = 40

const plainly = new Set(['import', 'import()'])

/** A line that is to be written: a module, or an import that leads to none. */
interface Pending {
  readonly key: string | undefined
  readonly via?: GraphImport
  /** What stands before the line, and before those below it. */
  readonly head: string
  readonly below: string
  readonly ancestors: Ancestors | undefined
}

/** The way from the entry, as a list that shares its end. */
interface Ancestors {
  readonly key: string
  readonly depth: number
  readonly above: Ancestors | undefined
}

function isAncestor(key: string, ancestors: Ancestors | undefined): boolean {
  for (let each = ancestors; each !== undefined; each = each.above) {
    if (each.key === key) return true
  }
  return false
}

function failedBy(failure: Explanation | undefined): string {
  const code = reasonOf(failure)
  return `(failed${code === undefined ? '' : `: ${escapeText(code)}`})`
}

/** `text/markdown → module, 96 bytes → 212 bytes, 1 redirect`. */
function about(explanation: Explanation): string {
  const redirects = redirectsOf(explanation)
  const cache = explanation.hops.at(-1)?.cache
  return [
    escapeText(stepsOf(explanation).join(' → ')),
    sizesOf(explanation).map(size).join(' → '),
    redirects === 0 ? '' : count(redirects, 'redirect'),
    cache === undefined ? '' : `cache: ${cache}`,
  ]
    .filter((each) => each !== '')
    .join(', ')
}

class Tree {
  readonly lines: string[] = []
  readonly #modules: ReadonlyMap<string, GraphModule>
  readonly #failures: readonly Explanation[]
  readonly #base: string
  readonly #shown = new Set<string>()
  /** Modules whose line is there, and what is below them not yet. */
  readonly #continued: string[] = []

  constructor({ modules, failures }: ModuleGraph, base: string) {
    this.#modules = new Map(modules.map((each) => [each.key, each]))
    this.#failures = failures
    this.#base = base
  }

  /** Writes the tree of an entry, and those of its branches that are too deep. */
  write(entry: string): void {
    this.#writeFrom(entry)
    for (let next = this.#continued.shift(); next !== undefined; next = this.#continued.shift()) {
      this.lines.push('')
      this.#writeFrom(next)
    }
  }

  #writeFrom(key: string): void {
    const pending: Pending[] = [{ key, head: '', below: '', ancestors: undefined }]
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      pending.push(...this.#writeLine(next).toReversed())
    }
  }

  /** Writes one line; what comes below it. */
  #writeLine({ key, via, head, below, ancestors }: Pending): Pending[] {
    const kind = via === undefined || plainly.has(via.kind) ? via?.kind : via.kind
    const how = kind === undefined || kind === 'import' ? '' : `${kind} `
    const module = key === undefined ? undefined : this.#modules.get(key)
    if (module === undefined) {
      this.lines.push(`${head}${how}${this.#outside(via, ancestors?.key)}`)
      return []
    }
    const name = `${how}${this.#name(module)}`
    if (isAncestor(module.key, ancestors)) {
      this.lines.push(`${head}${name}  (cycle)`)
      return []
    }
    const depth = (ancestors?.depth ?? 0) + 1
    if (this.#shown.has(module.key)) {
      this.lines.push(`${head}${name}  (above)`)
      return []
    }
    if (depth > DEEPEST && module.imports.length > 0) {
      if (!this.#continued.includes(module.key)) this.#continued.push(module.key)
      this.lines.push(`${head}${name}  (below)`)
      return []
    }
    this.#shown.add(module.key)
    const { error } = module.explanation
    this.lines.push(
      `${head}${name}  ${about(module.explanation)}${error === undefined ? '' : `  ${failedBy(module.explanation)}`}`,
    )
    const above = { key: module.key, depth, above: ancestors }
    return module.imports.map((each, index) => {
      const isLast = index === module.imports.length - 1
      return {
        key: each.module,
        via: each,
        head: `${below}${isLast ? '└─ ' : '├─ '}`,
        below: `${below}${isLast ? '   ' : '│  '}`,
        ancestors: above,
      }
    })
  }

  #name({ url, explanation }: GraphModule): string {
    const type = explanation.type === '' ? '' : ` (type ${escapeText(explanation.type)})`
    return `${escapeText(placeOf(url, this.#base))}${type}`
  }

  /** An import that leads to no module of the graph. */
  #outside(via: GraphImport | undefined, parent: string | undefined): string {
    const name = escapeText(via?.specifier ?? '')
    if (via?.outside !== 'failed') return `${name}  (${via?.outside ?? 'elsewhere'})`
    const parentURL = parent === undefined ? undefined : this.#modules.get(parent)?.url
    const failure =
      this.#failures.find(
        (each) => each.specifier === via.specifier && each.parentURL === parentURL,
      ) ?? this.#failures.find((each) => each.specifier === via.specifier)
    return `${name}  ${failedBy(failure)}`
  }
}

/** The lines of all entries' trees; `base` is the folder, a file: URL, that paths are shown from. */
export function treeOf(graph: ModuleGraph, base: string): string[] {
  const tree = new Tree(graph, base)
  for (const entry of graph.entries) tree.write(entry)
  for (const failure of strayFailures(graph)) {
    if (failure.parentURL !== undefined) continue
    tree.lines.push(`${escapeText(placeOf(failure.specifier, base))}  ${failedBy(failure)}`)
  }
  return tree.lines
}
