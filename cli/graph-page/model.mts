/** The graph as the page uses it: nodes by number, in both directions, with groups and depths. */

import { categoryOf } from './category.mts'
import { strayFailures } from '../graph/failed.mts'
import { groupOf, pathOf, placeOf } from '../graph/place.mts'
import type { Category } from './category.mts'
import type { Explanation, GraphImport, GraphModule, ModuleGraph } from '../../core/explanation.mts'

/** What the page is given. */
export interface PageData {
  readonly graph: ModuleGraph
  /** The folder, a file: URL, that paths are shown from. */
  readonly base: string
  /** What the page is called. */
  readonly title: string
  /** Modules whose texts were left out, since they are too long. */
  readonly withoutTexts: number
}

/** One way from a node to another: its number, and the import. */
export interface Link {
  readonly to: number
  readonly via: GraphImport
}

/** A module, an import that failed, or what a module has of Node's or of a package. */
export interface PageNode {
  readonly index: number
  readonly kind: 'module' | 'outside' | 'failed'
  /** File name, or name of what is outside. */
  readonly label: string
  /** Its place, whole. */
  readonly place: string
  readonly group: number
  readonly category: Category
  readonly isEntry: boolean
  readonly explanation: Explanation | undefined
  readonly module: GraphModule | undefined
  readonly links: readonly Link[]
  readonly importers: readonly number[]
  /** Imports from the nearest entry. */
  readonly depth: number
  /** Where it comes in a walk from the entries, by depth. */
  readonly order: number
}

export interface PageModel {
  readonly data: PageData
  readonly nodes: readonly PageNode[]
  readonly groups: readonly string[]
}

type Draft = { -readonly [Key in keyof PageNode]: PageNode[Key] } & {
  links: Link[]
  importers: number[]
}

const outsideGroup = 'Node and packages'
const failedGroup = 'failed'

/** The name of a file that is called as its neighbours are, with its folder. */
const unspecific = /^(?:index|main|mod)\.\w+$/

function labelOf(path: string): string {
  const [last = '', folder] = path.split(/[?#]/, 1)[0]!.split('/').filter(Boolean).toReversed()
  if (last === '') return path
  return folder !== undefined && unspecific.test(last) ? `${folder}/${last}` : last
}

class Builder {
  readonly #data: PageData
  readonly #nodes: Draft[] = []
  readonly #groups: string[] = []
  readonly #byKey = new Map<string, Draft>()
  readonly #others = new Map<string, Draft>()
  /** Failures that no import was found for yet. */
  readonly #failures: Set<Explanation>

  constructor(data: PageData) {
    this.#data = data
    this.#failures = new Set(strayFailures(data.graph))
  }

  build(): PageModel {
    const { graph, base } = this.#data
    for (const module of graph.modules) {
      const { url, explanation, key } = module
      const draft = this.#add('module', groupOf(url), placeOf(url, base), explanation)
      draft.label = labelOf(pathOf(url, base))
      draft.module = module
      draft.isEntry = graph.entries.includes(key)
      this.#byKey.set(key, draft)
    }
    for (const draft of this.#byKey.values()) this.#link(draft)
    for (const failure of this.#failures) {
      const draft = this.#add('failed', failedGroup, failure.specifier, failure)
      draft.isEntry = failure.parentURL === undefined
    }
    this.#walk()
    this.#sortGroups()
    return { data: this.#data, nodes: this.#nodes, groups: this.#groups }
  }

  #add(
    kind: PageNode['kind'],
    group: string,
    place: string,
    explanation: Explanation | undefined,
  ): Draft {
    let number = this.#groups.indexOf(group)
    if (number < 0) number = this.#groups.push(group) - 1
    const draft: Draft = {
      index: this.#nodes.length,
      kind,
      label: labelOf(place),
      place,
      group: number,
      category: categoryOf(kind, explanation),
      isEntry: false,
      explanation,
      module: undefined,
      links: [],
      importers: [],
      depth: 0,
      order: 0,
    }
    this.#nodes.push(draft)
    return draft
  }

  #link(from: Draft): void {
    for (const via of from.module!.imports) {
      const inside = via.module === undefined ? undefined : this.#byKey.get(via.module)
      const to = inside ?? this.#other(via, from.module!)
      from.links.push({ to: to.index, via })
      if (!to.importers.includes(from.index)) to.importers.push(from.index)
    }
  }

  /** The node of an import that leads to no module. */
  #other(via: GraphImport, parent: GraphModule): Draft {
    if (via.outside === 'builtin' || via.outside === 'package') {
      return this.#named(via.specifier, () =>
        this.#add('outside', outsideGroup, via.specifier, undefined),
      )
    }
    const { failures } = this.#data.graph
    const same = failures.filter(({ specifier }) => specifier === via.specifier)
    const failure = same.find(({ parentURL }) => parentURL === parent.url) ?? same[0]
    if (failure !== undefined) this.#failures.delete(failure)
    const name = `failed ${failures.indexOf(failure!)} ${failure === undefined ? parent.key : ''} ${via.specifier}`
    return this.#named(name, () => this.#add('failed', failedGroup, via.specifier, failure))
  }

  #named(name: string, make: () => Draft): Draft {
    const known = this.#others.get(name)
    if (known !== undefined) return known
    const made = make()
    this.#others.set(name, made)
    return made
  }

  /** Groups in the order in which the walk comes to them; what is none of the graph's modules last. */
  #sortGroups(): void {
    const first = this.#groups.map((name, group) => {
      if (name === outsideGroup) return Infinity
      if (name === failedGroup) return Number.MAX_SAFE_INTEGER
      const orders = this.#nodes.filter((node) => node.group === group).map(({ order }) => order)
      return Math.min(...orders)
    })
    const sorted = [...first.keys()].sort((a, b) => (first[a]! < first[b]! ? -1 : 1))
    const names = sorted.map((group) => this.#groups[group]!)
    for (const node of this.#nodes) node.group = sorted.indexOf(node.group)
    this.#groups.splice(0, names.length, ...names)
  }

  /** Gives each node its depth: from the entries along the imports, and from what no entry leads to. */
  #walk(): void {
    const met = new Set<number>()
    const queue: Draft[] = []
    const meet = (draft: Draft, depth: number) => {
      if (met.has(draft.index)) return
      met.add(draft.index)
      draft.depth = depth
      draft.order = queue.push(draft) - 1
    }
    let at = 0
    const finish = () => {
      for (; at < queue.length; at += 1) {
        for (const { to } of queue[at]!.links) meet(this.#nodes[to]!, queue[at]!.depth + 1)
      }
    }
    for (const draft of this.#nodes) if (draft.isEntry) meet(draft, 0)
    finish()
    for (const draft of this.#nodes) {
      meet(draft, 0)
      finish()
    }
  }
}

export function modelOf(data: PageData): PageModel {
  return new Builder(data).build()
}
