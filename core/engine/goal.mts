/** Imports that say what they want of a response, whatever its media type. */

import { decodeText } from '../charset.mts'
import type { Acquired } from './acquire.mts'
import type { Converted } from './convert.mts'
import type { LoadResponse } from '../types.mts'

/** Whether a server gives one URL several media types, and goes by what is asked for. RFC 9110 §12.5.5. */
function isNegotiated({ headers }: LoadResponse): boolean {
  const names = (headers['vary'] ?? '').split(',').map((name) => name.trim().toLowerCase())
  return names.includes('accept') || names.includes('*')
}

/**
 * The URL of what an import wants by its `type`. Where it may be code without one, its own: Node would take it for the
 * module that was imported under that URL before. docs/node-notes.md: one URL imported as code and as data.
 */
export function goalURL(url: string, goal: string | undefined, response: LoadResponse): string {
  const isBody = goal === 'text' || goal === 'bytes'
  return isBody || (goal === 'json' && isNegotiated(response)) ? `${url}#as-${goal}` : url
}

/**
 * The module that `with { type: 'text' | 'bytes' }` makes of a response; `undefined` for any other goal. Text is UTF-8 (TC39
 * proposal-import-text); bytes are a `Uint8Array` on an immutable buffer where V8 has such (TC39 proposal-import-bytes).
 */
export function asGoal(goal: string, acquired: Acquired): Converted | undefined {
  const { url, response } = acquired
  const made = (source: string): Converted => ({
    format: 'module',
    source,
    maps: [],
    transformed: true,
  })
  if (goal === 'text') {
    return made(`export default ${JSON.stringify(decodeText(response.body, 'utf-8', { url }))}\n`)
  }
  if (goal !== 'bytes') return undefined
  const base64 = JSON.stringify(Buffer.from(response.body).toString('base64'))
  return made(
    `const { buffer } = new Uint8Array(process.getBuiltinModule('node:buffer').Buffer.from(${base64}, 'base64'))\n` +
      'export default new Uint8Array(buffer.transferToImmutable?.() ?? buffer)\n',
  )
}
