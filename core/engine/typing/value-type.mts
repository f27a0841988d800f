/** The TypeScript type of a value of JSON: what its lists have in common, and no literal. docs/types.md#data */

/** Beyond this many names an object is taken for a table: `{ [name: string]: … }`. */
const NAMES = 100
/** Beyond this many properties in all, and below this depth, nothing more is told than `unknown`. */
const PROPERTIES = 2000
const DEPTH = 20

/** All values that were seen at one place. */
interface Seen {
  /** `string`, `number`, `boolean`, `null`. */
  readonly primitives: Set<string>
  items: Seen | undefined
  hasList: boolean
  /** How many objects, and in how many of them each name is. */
  objects: number
  readonly properties: Map<string, { seen: Seen; count: number }>
  tooDeep: boolean
}

function nothing(): Seen {
  return {
    primitives: new Set(),
    items: undefined,
    hasList: false,
    objects: 0,
    properties: new Map(),
    tooDeep: false,
  }
}

function see(value: unknown, into: Seen, depth = 0): void {
  if (typeof value !== 'object' || value === null) {
    into.primitives.add(value === null ? 'null' : typeof value)
  } else if (depth >= DEPTH) into.tooDeep = true
  else if (Array.isArray(value)) {
    into.hasList = true
    into.items ??= nothing()
    for (const each of value) see(each, into.items, depth + 1)
  } else {
    into.objects += 1
    for (const [name, each] of Object.entries(value)) {
      let property = into.properties.get(name)
      if (property === undefined) {
        property = { seen: nothing(), count: 0 }
        into.properties.set(name, property)
      }
      property.count += 1
      see(each, property.seen, depth + 1)
    }
  }
}

/** Adds what was seen at one place to what was seen at another. */
function merge(from: Seen, into: Seen): void {
  for (const each of from.primitives) into.primitives.add(each)
  into.hasList ||= from.hasList
  into.tooDeep ||= from.tooDeep
  into.objects += from.objects
  if (from.items !== undefined) merge(from.items, (into.items ??= nothing()))
  for (const [name, { seen, count }] of from.properties) {
    const property = into.properties.get(name) ?? { seen: nothing(), count: 0 }
    into.properties.set(name, property)
    property.count += count
    merge(seen, property.seen)
  }
}

function nameOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
}

class Printer {
  #left = PROPERTIES

  print(seen: Seen, margin = ''): string {
    return this.#parts(seen, margin).join(' | ')
  }

  #parts(seen: Seen, margin: string): string[] {
    const { primitives, items, hasList, objects, tooDeep } = seen
    if (tooDeep) return ['unknown']
    const parts = ['boolean', 'number', 'string'].filter((each) => primitives.has(each))
    if (objects > 0) parts.push(this.#object(seen, margin))
    if (hasList) {
      const inner = items === undefined ? [] : this.#parts(items, margin)
      if (inner.length > 1) parts.push(`(${inner.join(' | ')})[]`)
      else parts.push(`${inner[0] ?? 'unknown'}[]`)
    }
    if (primitives.has('null')) parts.push('null')
    return parts
  }

  #object({ properties, objects }: Seen, margin: string): string {
    if (properties.size > NAMES) {
      const all = nothing()
      for (const { seen } of properties.values()) merge(seen, all)
      return `{ [name: string]: ${this.print(all, margin)} }`
    }
    if (properties.size === 0) return '{}'
    this.#left -= properties.size
    if (this.#left < 0) return '{ [name: string]: unknown }'
    const lines = [...properties].map(([name, { seen, count }]) => {
      const mark = count < objects ? '?' : ''
      return `${margin}  ${nameOf(name)}${mark}: ${this.print(seen, `${margin}  `)}`
    })
    return `{\n${lines.join('\n')}\n${margin}}`
  }
}

/** The type of a value that `JSON.parse` made. */
export function typeOfValue(value: unknown): string {
  const seen = nothing()
  see(value, seen)
  return new Printer().print(seen)
}

/** A module that is nothing but data. */
export interface DataModule {
  /** Of its default export. */
  readonly value: unknown
  /** Keys of the value that are exported by their names as well. */
  readonly names: readonly string[]
}

/** As `core/data/data-module.mts` writes one: a line each, since JSON has no line ends in it. */
const withNames = /^const data = ([^\n]+)\n([^]*)export \{ data as default([^\n]*) \}\n$/

/** The text of a module that is nothing but a default export, which may be JSON; looked at once, however long it is. */
function defaultText(source: string): string | undefined {
  const [head] = /^\s*export\s+default\s+/.exec(source) ?? []
  if (head === undefined) return undefined
  const text = source.slice(head.length).trimEnd()
  return text.endsWith(';') ? text.slice(0, -1) : text
}

/** The data of a module that is a value in JSON and, maybe, its keys; `undefined`: it is something else. */
export function dataOf(source: string): DataModule | undefined {
  const [, text = defaultText(source), keys = '', list = ''] = withNames.exec(source) ?? []
  if (text === undefined || !/^[[{"\d\-tfn]/.test(text)) return undefined
  const names = [...list.matchAll(/, export\d+ as ([^,]+)/g)].map(([, name]) => name!)
  const own = names.map((name, at) => `const export${at} = data[${JSON.stringify(name)}]\n`)
  const listed = names.map((name, at) => `, export${at} as ${name}`)
  if (own.join('') !== keys || listed.join('') !== list) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return names.every((name) => Object.hasOwn(Object(value) as object, name))
      ? { value, names }
      : undefined
  } catch {
    return undefined
  }
}

/** The declaration file of data with named exports. */
export function declarationOf({ value, names }: DataModule): string {
  const lines = names.map((name, index) => {
    const type = typeOfValue((value as Readonly<Record<string, unknown>>)[name])
    return `declare const export${index}: ${type}`
  })
  const list = ['data as default', ...names.map((name, index) => `export${index} as ${name}`)]
  return `declare const data: ${typeOfValue(value)}\n${lines.join('\n')}\nexport { ${list.join(', ')} }\n`
}
