/** Where a text names what: which imports its values use, and whether what it exports are values. */

/** An import declaration with a clause, or `export {} from`, by where the names that it binds begin in {@link NameNotes.imported}. */
interface Clause {
  readonly first: number
  count: number
}

/** Offsets in pairs: start, end, start, end, … */
type Places = number[]

/** Looks that take longer than it takes to collect the names. */
const MANY = 2 ** 16

/** Says whether a name is at any of these places, to who is going to ask `count` times. */
function lookup(source: string, places: Places, count: number): (name: string) => boolean {
  if (count * places.length > MANY) {
    const names = new Set<string>()
    for (let each = 0; each < places.length; each += 2) {
      names.add(source.slice(places[each], places[each + 1]))
    }
    return (name) => names.has(name)
  }
  return (name) => {
    for (let each = 0; each < places.length; each += 2) {
      const start = places[each]!
      if (places[each + 1]! - start === name.length && source.startsWith(name, start)) return true
    }
    return false
  }
}

type NameCounts = readonly [references: number, bindings: number]

export class NameNotes {
  /** Names that stand for a value. One that is a binding, too, may be no more than that. */
  readonly references: Places = []
  /** Names that something of the text binds, imports left out: declarations, parameters, patterns. */
  readonly bindings: Places = []
  /** Names of what is blanked. */
  readonly types: Places = []
  /** Names that imports bind for values. */
  readonly imported: Places = []
  /** Names that are exported as they are named. */
  readonly exported: Places = []
  readonly #clauses: Clause[] = []

  /** How many names are noted, for {@link forget}. */
  get counts(): NameCounts {
    return [this.references.length, this.bindings.length]
  }

  /** Forgets the names of what turned out to be blanked: those that were noted since there were so many. */
  forget([references, bindings]: NameCounts): void {
    this.references.length = references
    this.bindings.length = bindings
  }

  clause(): void {
    this.#clauses.push({ first: this.imported.length, count: 0 })
  }

  import(start: number, end: number): void {
    this.imported.push(start, end)
    const clause = this.#clauses.at(-1)
    if (clause !== undefined) clause.count += 1
  }

  /** Whether each name that is exported is a value's. One that nothing declares is a SyntaxError, as V8 says. */
  exportsValues(source: string): boolean {
    const { exported } = this
    if (exported.length === 0) return true
    const isType = lookup(source, this.types, exported.length)
    const isImported = lookup(source, this.imported, exported.length)
    const isBound = lookup(source, this.bindings, exported.length)
    for (let each = 0; each < exported.length; each += 2) {
      const name = source.slice(exported[each], exported[each + 1])
      if (isType(name) || isImported(name) || !isBound(name)) return false
    }
    return true
  }

  /**
   * The imported names that values use: `'all'`, and then no import is to go, or which ones; `undefined` where that cannot be
   * told by names, since something else is bound by one of them.
   */
  usedImports(source: string): ReadonlySet<string> | 'all' | undefined {
    const used = new Set<string>()
    let isAll = true
    const { length } = this.imported
    const isUsed = lookup(source, this.references, length)
    const isBound = lookup(source, this.bindings, length)
    const isType = lookup(source, this.types, length)
    for (const { first, count } of this.#clauses) {
      if (count === 0) isAll = false
      for (let each = 0; each < count; each++) {
        const at = first + 2 * each
        const name = source.slice(this.imported[at], this.imported[at + 1])
        if (!isUsed(name)) isAll = false
        else if (isBound(name) || isType(name)) return undefined
        else used.add(name)
      }
    }
    return isAll ? 'all' : used
  }
}
