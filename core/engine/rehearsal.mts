/**
 * What becomes of the first response, done once with a text of ours while that response is waited for: V8 compiles a function
 * when it is first called, which for these takes four times as long as what they do. Nothing of it is kept, and no loader is
 * called.
 */

import { convert } from './convert.mts'
import { finish } from './finish.mts'
import { identify } from './identify.mts'
import { Trail } from './trail.mts'
import type { Acquired } from './acquire.mts'
import type { Registry } from './registry.mts'

const specifier = 'https://localhost/rehearsal.mjs'

/** Makes a module of JavaScript that came from a server, if no loader has a hand in that. */
export async function rehearse(registry: Registry): Promise<void> {
  const loader = registry.named('http')
  if (loader === undefined || registry.accepts('text/javascript')) return
  const headers = { 'content-type': 'text/javascript' }
  const body = new TextEncoder().encode(
    "import 'https://localhost/other.mjs'\nexport const text = 1\n",
  )
  const response = { statusCode: 200, headers, body }
  const acquired: Acquired = { specifier, url: specifier, loader, response }
  const request = { specifier, parentURL: undefined, parent: undefined, importAttributes: {} }
  const errand = {
    registry,
    request: { ...request, conditions: [] },
    trail: new Trail(),
    signal: AbortSignal.any([]),
  }
  const mediaType = await identify(errand, acquired)
  if (mediaType === undefined) return
  await finish(errand, acquired, await convert(errand, acquired, mediaType), mediaType)
}
