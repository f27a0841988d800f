/** The configuration's `headers`: fields for the requests to an origin. */

import { fail } from './failure.mts'
import { checkOrigins } from './origin.mts'
import { escapeText } from '../../text.mts'

/** What the connection and the cache need to say themselves. RFC 9110 §7.6.1, §13.1, §14.2; RFC 9112 §6. */
const ours =
  /^(?:connection|content-length|expect|host|if-.*|keep-alive|proxy-connection|range|te|trailer|transfer-encoding|upgrade)$/

export function checkHeaders(file: string, headers: unknown): void {
  checkOrigins(file, 'headers', headers, (fields, where) => {
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
  })
}
