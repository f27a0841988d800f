/** Modules of data: the text that makes a value again, and what is said of a text that is no such data. For loaders. */

import { fileURLToPath } from 'node:url'
import { noteFile } from '../consulted.mts'
import { LoaderError } from '../errors.mts'
import { notePackage } from '../package-lookup.mts'
import { escapeText } from '../text.mts'
import type { TransformResult } from '../types.mts'

/** Levels of a value. Parsers of JavaScript recurse: what they take they need not be able to read. */
const DEEPEST = 1000

/** ECMA-262 §12.7: what may stand in `import { name }` without quotation marks. */
const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u

type Children = readonly (readonly [key: unknown, value: unknown])[]

function isComposite(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Date)
}

function childrenOf(value: object): Children {
  if (value instanceof Map) return [...value]
  if (value instanceof Set || Array.isArray(value)) return [...value].map((item) => ['', item])
  return Object.entries(value)
}

/** Writes a value as an expression; what is met twice, by an anchor, is one object and written once. */
class Writer {
  readonly #met = new Map<object, number>()
  readonly #names = new Map<object, string>()
  /** Statements that what is met twice is written by. */
  readonly shared: string[] = []

  constructor(value: unknown) {
    this.#count(value, new Set())
  }

  #count(value: unknown, above: Set<object>): void {
    if (!isComposite(value)) return
    if (above.has(value)) throw new RangeError('it contains itself')
    if (above.size >= DEEPEST) throw new RangeError(`it is nested more than ${DEEPEST} levels deep`)
    const times = (this.#met.get(value) ?? 0) + 1
    this.#met.set(value, times)
    if (times > 1) return
    above.add(value)
    for (const pair of childrenOf(value)) for (const each of pair) this.#count(each, above)
    above.delete(value)
  }

  write(value: unknown): string {
    if (!isComposite(value)) return scalar(value)
    const known = this.#names.get(value)
    if (known !== undefined) return known
    const text = this.#composite(value)
    if ((this.#met.get(value) ?? 0) < 2) return text
    const name = `shared${this.shared.length}`
    this.shared.push(`const ${name} = ${text}`)
    this.#names.set(value, name)
    return name
  }

  #composite(value: object): string {
    if (value instanceof Uint8Array) return `new Uint8Array([${[...value]}])`
    const list = (items: readonly unknown[]) => `[${items.map((each) => this.write(each))}]`
    if (Array.isArray(value)) return list(value)
    if (value instanceof Set) return `new Set(${list([...value])})`
    if (value instanceof Map) return `new Map(${list([...value])})`
    const members = Object.entries(value).map(([key, each]) => {
      // Without the brackets it would be the object's prototype.
      const name = key === '__proto__' ? '["__proto__"]' : JSON.stringify(key)
      return `${name}:${this.write(each)}`
    })
    return `{${members}}`
  }
}

function scalar(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (value instanceof Date) return `new Date(${Number(value)})`
  if (typeof value === 'bigint')
    return Number.isSafeInteger(Number(value)) ? `${value}` : `${value}n`
  return Object.is(value, -0) ? '-0' : String(value)
}

function namesOf(value: unknown): string[] {
  if (!isComposite(value) || Array.isArray(value) || value instanceof Map) return []
  return Object.keys(value).filter((key) => key !== 'default' && identifier.test(key))
}

/**
 * Makes a module of a value: its default export, and one of the name of each key of it that is an identifier. Dates, integers
 * of any size, NaN and the infinities, sets and maps stay what they are, and what is one object stays one.
 * @throws {RangeError} when it contains itself, or is nested too deeply.
 */
export function dataModule(value: unknown, named = true): TransformResult {
  const writer = new Writer(value)
  const data = writer.write(value)
  const names = named ? namesOf(value) : []
  const lines = [
    ...writer.shared,
    `const data = ${data}`,
    ...names.map((name, index) => `const export${index} = data[${JSON.stringify(name)}]`),
    `export { ${['data as default', ...names.map((name, index) => `export${index} as ${name}`)].join(', ')} }`,
  ]
  return { source: `${lines.join('\n')}\n`, format: 'module' }
}

/** Where a text is at fault, from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Makes the error for a text that is not of its language: the parser's reason, in one line. */
export function unreadable(
  url: string | undefined,
  language: string,
  cause: unknown,
  position?: Position,
): LoaderError {
  const at = position === undefined ? '' : `:${position.line}:${position.column}`
  const where = url ?? 'anonymous'
  const [said = ''] = (cause as Error).message.split('\n', 1)
  const reason = said === 'Maximum call stack size exceeded' ? 'it is nested too deeply' : said
  return new LoaderError(
    'ERR_MIMEPORT_INVALID_BODY',
    `Cannot parse '${escapeText(where)}${at}' as ${language}: ${escapeText(reason)}`,
    { url: where, cause },
  )
}

/** Those that are loaded: each stays what it is, whatever is put in its place. */
const parsers = new Set<string>()

/**
 * Imports the parser of a loader, which the project has installed or has not: who reads no such files installs none.
 * @throws {LoaderError} ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE, with the command that installs it
 */
export async function parser<T>(
  name: string,
  url: string | undefined,
  load: () => Promise<T>,
): Promise<T> {
  try {
    const isFirst = !parsers.has(name)
    // Another version of it may make something else of the same text.
    if (isFirst) notePackage(import.meta.url, name)
    const loaded = await load()
    if (isFirst) noteFile(fileURLToPath(import.meta.resolve(name)), true)
    parsers.add(name)
    return loaded
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes(`'${name}`)) throw cause
    const where = url ?? 'anonymous'
    throw new LoaderError(
      'ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE',
      `Cannot load '${escapeText(where)}': reading it takes the package '${name}', which is not installed: run \`npm install ${name}\``,
      { url: where, cause },
    )
  }
}
