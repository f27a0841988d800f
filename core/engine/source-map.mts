/** Composes the source maps of a module's steps into one, from what Node runs back to what was acquired. */

import { LoaderError, escapeText } from '../errors.mts'
import type { SourceMap } from '../types.mts'

interface PlainMap {
  readonly version: number
  readonly sources: readonly (string | null)[]
  readonly sourcesContent?: readonly (string | null)[]
  readonly names: readonly string[]
  readonly mappings: string
}

function invalid(url: string, what: string, cause?: unknown): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_INVALID_RETURN',
    `A transform of '${escapeText(url)}' returned a source map that ${what}`,
    { url, cause },
  )
}

function parse(map: SourceMap, url: string): PlainMap {
  let parsed: unknown
  try {
    parsed = typeof map === 'string' ? JSON.parse(map) : map
  } catch (cause) {
    throw invalid(url, 'is not JSON', cause)
  }
  const { sources, mappings } = Object(parsed) as Partial<PlainMap>
  if (!Array.isArray(sources) || typeof mappings !== 'string') {
    throw invalid(url, 'has no "sources" and "mappings"')
  }
  return parsed as PlainMap
}

/**
 * Makes one map of the maps of all steps, in their order. A step that kept every position needs none. The result's
 * source is the module itself, with the text as it was acquired.
 */
export async function composeMaps(
  maps: readonly SourceMap[],
  url: string,
  original: string | null,
): Promise<string> {
  const plain = maps.map((map) => parse(map, url))
  const [given, ...rest] = plain
  if (given === undefined) throw new RangeError('no maps to compose')
  // A copy: the loader may keep its map, or have frozen it.
  const own = { sources: [url], sourcesContent: [original] }
  const first: PlainMap = given.sources.length === 1 ? { ...given, ...own } : given
  if (rest.length === 0) return JSON.stringify(first)
  const { default: remapping } = await import('@jridgewell/remapping')
  try {
    const latestFirst = [first, ...rest].reverse() as unknown as Parameters<typeof remapping>[0]
    return remapping(latestFirst, () => null).toString()
  } catch (cause) {
    throw invalid(url, `cannot be composed with the others: ${(cause as Error).message}`, cause)
  }
}

/**
 * Appends a map to a text. Any that the text names stays: what looks like such a comment may be part of the program, and
 * only the last one counts to Node.
 */
export function inlineMap(source: string, map: string): string {
  const data = Buffer.from(map).toString('base64')
  return `${source}\n//# sourceMappingURL=data:application/json;base64,${data}`
}
