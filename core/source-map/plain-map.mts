/** One source map as it is given: checked, its sections joined, its sources named. ECMA-426, "Source map format". */

import { URL } from 'node:url'
import { joinSections } from './map-sections.mts'
import { LARGEST, toMappings } from './mappings.mts'
import type { Mappings } from './mappings.mts'

export interface PlainMap {
  /** As they stand in the map. */
  readonly sources: readonly (string | null)[]
  readonly sourceRoot: string
  /** The text of each source; `null` where the map has none. */
  readonly contents: readonly (string | null)[]
  readonly names: readonly string[]
  /** Text until somebody needs the numbers: most maps are handed on as they are. */
  readonly mappings: string | Mappings
}

/** The last line that a section may begin on: more than a text within any limit of ours has. */
const LAST_LINE = 2 ** 25

type Fields = Readonly<Record<string, unknown>>

function isList(value: unknown, isItem: (item: unknown) => boolean): value is readonly never[] {
  return Array.isArray(value) && value.every(isItem)
}

const isText = (value: unknown) => typeof value === 'string'
const isTextOrNull = (value: unknown) => typeof value === 'string' || value === null

/** A map of one piece. */
function pieceOf(fields: Fields): PlainMap {
  const { sources, sourcesContent, sourceRoot, names = [], mappings } = fields
  if (!Array.isArray(sources) || typeof mappings !== 'string') {
    throw new SyntaxError('has no "sources" and "mappings"')
  }
  if (!isList(sources, isTextOrNull)) throw new SyntaxError('has "sources" that are no strings')
  if (!isList(names, isText)) throw new SyntaxError('has "names" that are no strings')
  const contents: readonly unknown[] = Array.isArray(sourcesContent) ? sourcesContent : []
  return {
    sources,
    sourceRoot: typeof sourceRoot === 'string' ? sourceRoot : '',
    contents: sources.map((_, index) => {
      const content = contents[index]
      return typeof content === 'string' ? content : null
    }),
    names,
    mappings,
  }
}

function offsetOf(section: Fields): { line: number; column: number } {
  const { line, column } = Object(section['offset']) as { line?: unknown; column?: unknown }
  const isPlace = (value: unknown): value is number =>
    Number.isSafeInteger(value) && Number(value) >= 0
  if (!isPlace(line) || !isPlace(column) || line > LAST_LINE || column > LARGEST) {
    throw new SyntaxError('has a section without a place')
  }
  return { line, column }
}

function numbersOf({ mappings, sources, names }: PlainMap): Mappings {
  return toMappings(mappings, sources.length, names.length)
}

/**
 * An index map: one map of the maps of its sections. ECMA-426, "Index source map". Sections below the text that it is of are
 * left out: a few bytes would make a map of millions of lines.
 */
function join(sections: readonly unknown[], text: string | undefined): PlainMap {
  const lines = text?.match(/[\n\r\u2028\u2029]/g) ?? []
  const last = text === undefined ? LAST_LINE : lines.length
  const all = sections.map((each) => {
    const section = Object(each) as Fields
    const map = pieceOf(Object(section['map']) as Fields)
    return { map, offset: offsetOf(section), mappings: numbersOf(map) }
  })
  const parts = all.filter(({ offset }) => offset.line <= last)
  return {
    sources: parts.flatMap(({ map }) => map.sources.map((source) => withRoot(source, map))),
    sourceRoot: '',
    contents: parts.flatMap(({ map }) => map.contents),
    names: parts.flatMap(({ map }) => map.names),
    mappings: joinSections(
      parts.map(({ map, offset, mappings }) => ({
        ...offset,
        mappings,
        sources: map.sources.length,
        names: map.names.length,
      })),
    ),
  }
}

/**
 * Takes a map, an object or its JSON text.
 * @param text what it is the map of, where that is known
 * @throws {SyntaxError} that says what it has or is: "is not JSON"
 */
export function parseMap(map: unknown, text?: string): PlainMap {
  let parsed: unknown = map
  try {
    if (typeof map === 'string') parsed = JSON.parse(map)
  } catch (cause) {
    throw new SyntaxError('is not JSON', { cause })
  }
  const fields = Object(parsed) as Fields
  return Array.isArray(fields['sections']) ? join(fields['sections'], text) : pieceOf(fields)
}

/** A source's name below the map's `sourceRoot`. ECMA-426, "Decoding source map sources". */
function withRoot(
  source: string | null,
  { sourceRoot }: Pick<PlainMap, 'sourceRoot'>,
): string | null {
  if (source === null || sourceRoot === '') return source
  const end = sourceRoot.lastIndexOf('/') + 1
  return (end === 0 ? `${sourceRoot}/` : sourceRoot.slice(0, end)) + source
}

/** A name that nothing can be read by: Node reads the text of a source that is a `file:` URL and has none in the map. */
function label(name: string): string {
  return URL.parse(`source:///${name.replace(/^[./\\]+/, '')}`)?.href ?? 'source:///unknown'
}

/**
 * The absolute URL of a map's source, relative to `base`: the map's URL, or that of the text that holds it. Only a local
 * file's map may name local files.
 */
export function sourceURL(map: PlainMap, index: number, base: string): string {
  const name = withRoot(map.sources[index] ?? null, map) ?? 'unknown'
  const url = URL.parse(name, base)
  if (url === null) return label(name)
  return url.protocol === 'file:' && !base.startsWith('file:') ? label(url.pathname) : url.href
}
