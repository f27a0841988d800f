/** What `this.getCombinedSourcemap` gives: a map with Rollup's two methods. */

import { basename } from 'node:path'
import { NONE, WIDTH, encodeMappings } from '../../core/source-map/mappings.mts'
import { withoutQuery } from './module-id.mts'

/** Mappings of a text to itself, of each character: compilers take a map without any for one that leads nowhere. */
function identity(code: string): string {
  const texts = code.split('\n')
  const lines = new Uint32Array(texts.length + 1)
  for (const [line, text] of texts.entries()) lines[line + 1] = lines[line]! + text.length + 1
  const segments = new Int32Array(lines.at(-1)! * WIDTH)
  let at = 0
  for (const [line, { length }] of texts.entries()) {
    for (let column = 0; column <= length; column++) {
      segments.set([column, 0, line, column, NONE], at)
      at += WIDTH
    }
  }
  return encodeMappings({ lines, segments })
}

/** @param map JSON; `undefined` where nothing has moved, or nobody knows what has */
export function combinedMap(map: string | undefined, code: string, id: string): object {
  const parsed =
    map === undefined
      ? {
          version: 3,
          sources: [basename(withoutQuery(id))],
          sourcesContent: [code],
          names: [],
          mappings: identity(code),
        }
      : (JSON.parse(map) as object)
  const text = JSON.stringify(parsed)
  const url = `data:application/json;charset=utf-8;base64,${Buffer.from(text).toString('base64')}`
  return Object.defineProperties(parsed, {
    toString: { value: () => text },
    toUrl: { value: () => url },
  })
}
