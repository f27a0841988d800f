/** Imports that say what they want of a response, whatever its media type. */

import { decodeText } from '../body/charset.mts'
import type { Acquired } from './acquire.mts'
import type { Converted } from './convert.mts'

/** The module that `with { type: 'text' | 'bytes' }` makes of a response; `undefined` for any other goal. */
export function asGoal(goal: string, acquired: Acquired): Converted | undefined {
  const { url, response } = acquired
  const made = (source: string): Converted => ({
    format: 'module',
    source,
    maps: [],
    transformed: true,
  })
  if (goal === 'text') {
    return made(`export default ${JSON.stringify(decodeText(response.body, undefined, { url }))}\n`)
  }
  if (goal !== 'bytes') return undefined
  const base64 = JSON.stringify(Buffer.from(response.body).toString('base64'))
  return made(
    `export default new Uint8Array(process.getBuiltinModule('node:buffer').Buffer.from(${base64}, 'base64'))\n`,
  )
}
