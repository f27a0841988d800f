/** Goes along a program's imports, and keeps each module's life, what it imports, and its texts. Nothing is run. */

import { originOf } from './ahead.mts'
import { sitesOf } from './module-sites.mts'
import { requestKey } from '../bridge/protocol.mts'
import { extensionOf, isRequire, schemeOf } from '../native.mts'
import { Queue } from './queue.mts'
import { textsOf } from './module-texts.mts'
import type { CallSite } from './call-sites.mts'
import type { Told, Telling } from './telling.mts'
import type {
  Explanation,
  GraphImport,
  GraphModule,
  GraphRequest,
  ModuleGraph,
} from '../explanation.mts'
import type { LoadRequest } from '../types.mts'

/** Modules made at a time, of one origin. */
const AT_ONCE = 64

/** What imports nothing, though Node loads it. */
const leaves = new Set(['json', 'node'])

type Outside = NonNullable<GraphImport['outside']>

/** What a request has led to: a module of the graph, or something beyond it. */
interface Met {
  readonly module: string | undefined
  readonly outside?: Outside
}

interface Node extends Omit<GraphModule, 'imports' | 'unknown'> {
  readonly imports: GraphImport[]
  unknown?: number
}

/** A type and a URL: without the fragment by which Node tells data from code at one URL. */
function keyOf({ type, url = '' }: Explanation): string {
  return `${type === '' ? '' : `${type} `}${url.replace(/#as-(?:json|text|bytes)$/, '')}`
}

const kinds = { import: 'import', dynamic: 'import()', require: 'require' } as const

export class GraphWalk {
  readonly #telling: Telling
  readonly #hasTexts: boolean
  readonly #queue = new Queue(AT_ONCE)
  readonly #nodes = new Map<string, Node>()
  readonly #met = new Map<string, Promise<Met>>()
  readonly #failures = new Map<string, Explanation>()
  /** What is being gone along. */
  readonly #going: Promise<void>[] = []

  constructor(telling: Telling, hasTexts: boolean) {
    this.#telling = telling
    this.#hasTexts = hasTexts
  }

  async go({ entries }: GraphRequest): Promise<ModuleGraph> {
    const begun = entries.map(async (entry) => {
      const { told, request } = await this.#telling.ask(entry)
      return this.#take(told, request, true)
    })
    const met = await Promise.all(begun)
    for (let each; (each = this.#going.pop()) !== undefined;) await each
    const keys = met.flatMap(({ module }) => (module === undefined ? [] : [module]))
    return {
      entries: [...new Set(keys)],
      modules: this.#inOrder(keys),
      failures: [...this.#failures.values()],
    }
  }

  /** Those first that the others need: each module once, after what it imports. */
  #inOrder(entries: readonly string[]): GraphModule[] {
    const ordered = new Set<Node>()
    const entered = new Set<string>()
    // No recursion: a chain of imports may be longer than the stack.
    const visit = (first: string): void => {
      const stack: (readonly [node: Node, next: number])[] = []
      const enter = (key: string): void => {
        const node = this.#nodes.get(key)
        if (node === undefined || entered.has(key)) return
        entered.add(key)
        stack.push([node, 0])
      }
      enter(first)
      for (let top; (top = stack.pop()) !== undefined;) {
        const [node, next] = top
        const found = node.imports.findIndex(
          ({ kind, module }, index) => index >= next && kind !== 'import()' && module !== undefined,
        )
        if (found === -1) {
          ordered.add(node)
          continue
        }
        stack.push([node, found + 1])
        enter(node.imports[found]!.module!)
      }
    }
    for (const key of entries) visit(key)
    // What is imported while the program runs.
    for (const { imports } of ordered)
      for (const { module } of imports) if (module !== undefined) visit(module)
    for (const key of this.#nodes.keys()) visit(key)
    return [...ordered]
  }

  /** `isNeeded`: the program does not start without it. */
  #visit(request: LoadRequest, isNeeded: boolean): Promise<Met> {
    // `require` looks for more than one name, and gets what a package has for it.
    const how = isRequire(request.conditions) ? 'require' : 'import'
    const key = `${how} ${requestKey(request)}`
    const known = this.#met.get(key)
    if (known !== undefined) return known
    const meeting = this.#queue
      .run(originOf(request), () => this.#telling.tell(request))
      .then((told) => this.#take(told, request, isNeeded))
    this.#met.set(key, meeting)
    return meeting
  }

  async #take(told: Told, request: LoadRequest, isNeeded: boolean): Promise<Met> {
    const { explanation, kind, module } = told
    if (kind === 'failed') {
      // A local file that may be missing is the program's affair.
      const { specifier, parentURL = 'file:' } = request
      const isLocal = schemeOf(specifier) === undefined && parentURL.startsWith('file:')
      if (isNeeded || !isLocal) this.#failures.set(requestKey(request), explanation)
      return { module: undefined, outside: 'failed' }
    }
    if (kind === 'builtin') return { module: undefined, outside: 'builtin' }
    if (explanation.package === true) return { module: undefined, outside: 'package' }
    const key = keyOf(explanation)
    if (module === undefined || this.#nodes.has(key)) return { module: key }
    // What V8 refuses is known whole otherwise.
    if (explanation.error !== undefined) this.#failures.set(requestKey(request), explanation)
    const texts = this.#hasTexts ? { texts: textsOf(told) } : {}
    const node: Node = { key, url: explanation.url ?? '', explanation, imports: [], ...texts }
    this.#nodes.set(key, node)
    this.#going.push(this.#follow(node, told, request))
    return { module: key }
  }

  async #follow(node: Node, { module, explanation }: Told, request: LoadRequest): Promise<void> {
    if (module === undefined) return
    // Data of Node's, and what is no file.
    if (module.native && (leaves.has(extensionOf(module.url)) || !module.url.startsWith('file:')))
      return
    const { sites, unknown } = await sitesOf(module, request)
    if (unknown > 0) node.unknown = unknown
    const imports = sites.map(async (site): Promise<GraphImport> => {
      const next: LoadRequest = {
        specifier: site.specifier,
        parentURL: module.url,
        parent: module.origin,
        importAttributes: site.attributes,
        conditions: conditionsFor(site, request),
      }
      const met = await this.#visit(next, site.kind === 'import')
      // A place in a text that nobody wrote says nothing.
      const isWritten = site.kind === 'import' || !explanation.sourceMap
      const position = isWritten ? site.position : undefined
      const { specifier, kind } = site
      return { specifier, kind: kinds[kind], ...(position !== undefined && { position }), ...met }
    })
    node.imports.push(...(await Promise.all(imports)))
  }
}

/** Node's conditions for an import, or for `require`. */
function conditionsFor({ kind }: CallSite, { conditions }: LoadRequest): readonly string[] {
  const [from, to] = kind === 'require' ? ['import', 'require'] : ['require', 'import']
  return conditions.map((each) => (each === from ? to : each))
}
