/** Which media types Node runs, and as what. One table, one look-up. */

import { canonicalEssence, isJson } from './media-type.mts'
import type { Format } from './types.mts'

const formats = new Map<string, Format>([
  ['text/javascript', 'module'],
  ['application/node', 'commonjs'],
  ['application/wasm', 'wasm'],
  ['application/x-node-addon', 'addon'],
])

const names: ReadonlySet<string> = new Set<Format>([
  'module',
  'commonjs',
  'json',
  'wasm',
  'builtin',
  'addon',
  'dynamic',
])

/** Node's format for an essence; `undefined` when Node runs no such thing. */
export function formatOf(essence: string): Format | undefined {
  return isJson(essence) ? 'json' : formats.get(canonicalEssence(essence))
}

/** Whether a `transform` that returns this has finished the work. */
export function isFormat(name: string): name is Format {
  return names.has(name)
}
