/** Where a module names what it imports, in the text that Node runs: for errors, and for running ahead. */

import type { ModuleStatics } from './module-statics.mts'
import type { ImportSite } from './types.mts'

/**
 * Where in a text offsets are: `line:column`, both from 1, columns in UTF-16 units as V8 counts them. `offsets` ascend.
 */
export function positionsOf(text: string, offsets: readonly number[]): string[] {
  const lineBreak = /\r\n|[\n\r\u2028\u2029]/g
  const nextStart = () => (lineBreak.test(text) ? lineBreak.lastIndex : Infinity)
  let line = 1
  let start = 0
  // Kept from one offset to the next: a line of many imports is searched once.
  let next = nextStart()
  return offsets.map((offset) => {
    for (; next <= offset; next = nextStart()) {
      line += 1
      start = next
    }
    return `${line}:${offset - start + 1}`
  })
}

/** The static imports of a text, in its order. */
export function importSites(source: string, { imports }: ModuleStatics): ImportSite[] {
  if (imports.length === 0) return []
  const positions = positionsOf(
    source,
    imports.map((each) => each.start - 1),
  )
  return imports.map((each, index) => ({
    specifier: each.specifier,
    attributes: Object.fromEntries(each.attributes ?? []),
    position: positions[index] ?? '1:1',
  }))
}
