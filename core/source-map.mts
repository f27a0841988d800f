/** Composes the source maps of a module's steps into one, from what Node runs back to what was acquired. */

import { LoaderError } from './errors.mts'
import type { SourceMap } from './types.mts'

interface PlainMap {
  version: number
  sources: (string | null)[]
  sourcesContent?: (string | null)[]
  names: string[]
  mappings: string
}

function parse(map: SourceMap, url: string): PlainMap {
  let parsed: unknown
  try {
    parsed = typeof map === 'string' ? JSON.parse(map) : map
  } catch (cause) {
    throw new LoaderError(
      'ERR_MIMEPORT_INVALID_RETURN',
      `A transform of '${url}' returned a source map that is not JSON`,
      { url, cause },
    )
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
  original: string,
): Promise<string> {
  const plain = maps.map((map) => parse(map, url))
  const [first] = plain
  if (first === undefined) throw new RangeError('no maps to compose')
  if (first.sources.length === 1) {
    first.sources = [url]
    first.sourcesContent = [original]
  }
  if (plain.length === 1) return JSON.stringify(first)
  const { default: remapping } = await import('@jridgewell/remapping')
  return remapping(plain.reverse() as Parameters<typeof remapping>[0], () => null).toString()
}

/** Any comment that names a map. Only the last one counts to Node, and an older one would be a wrong one. */
const comment = /^[\t ]*\/\/[#@][\t ]*sourceMappingURL=.*$/gm

/** Appends a map to a text, instead of any that it names. */
export function inlineMap(source: string, map: string): string {
  const bare = source.includes('sourceMappingURL=') ? source.replace(comment, '') : source
  const data = Buffer.from(map).toString('base64')
  return `${bare}\n//# sourceMappingURL=data:application/json;base64,${data}`
}
