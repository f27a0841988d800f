/** The configuration's `headers`: fields for the requests to an origin. */

import { fail, isObject } from './failure.mts'
import { checkOrigin } from './origin.mts'
import { escapeText, received } from '../../text.mts'

/** What the connection and the cache need to say themselves. RFC 9110 §7.6.1, §13.1, §14.2; RFC 9112 §6. */
const ours =
  /^(?:connection|content-length|expect|host|if-.*|keep-alive|proxy-connection|range|te|trailer|transfer-encoding|upgrade)$/

export function checkHeaders(file: string, headers: unknown): void {
  if (!isObject(headers)) fail(file, `'headers' must be an object. Received ${received(headers)}`)
  const origins = new Set<string>()
  for (const [key, fields] of Object.entries(headers)) {
    const origin = checkOrigin(file, 'headers', key)
    if (origins.has(origin)) fail(file, `'headers' has two keys for '${origin}'`)
    origins.add(origin)
    const where = `'headers' of '${origin}'`
    if (!isObject(fields)) fail(file, `${where} must be an object. Received ${received(fields)}`)
    const names = new Set<string>()
    for (const [name, value] of Object.entries(fields)) {
      const shown = escapeText(name)
      if (!/^[!#$%&'*+.^`|~\w-]+$/.test(name)) fail(file, `${where}: '${shown}' is no field's name`)
      const lower = name.toLowerCase()
      if (names.has(lower)) fail(file, `${where} has two fields of the name '${lower}'`)
      names.add(lower)
      if (ours.test(lower)) {
        fail(file, `${where} cannot set '${shown}', which mimeport sends by itself, or not at all`)
      }
      // What was found is not shown: it may be a secret.
      if (typeof value !== 'string' || !/^[\t -~]+$/.test(value)) {
        fail(file, `${where}: '${shown}' must be text of visible ASCII characters (RFC 9110 §5.5)`)
      }
      if (value.replaceAll(/\$(?:\$|\{\w+\}|[A-Za-z_]\w*)/g, '').includes('$')) {
        fail(
          file,
          `${where}: '${shown}' has a $ without a variable's name; $NAME and \${NAME} are variables of the environment, $$ is a dollar`,
        )
      }
    }
  }
}
