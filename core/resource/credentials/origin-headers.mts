/** The configuration's `headers`: fields for an origin, with variables of the environment in them. */

import { LoaderError } from '../../errors.mts'
import { isSecretField, learnField, learnSecret } from './secrets.mts'
import type { OriginHeaders } from '../../settings.mts'
import type { HeaderRecord } from '../../types.mts'

let table: ReadonlyMap<string, HeaderRecord> = new Map()
let source = ''

/** Sets the fields of each origin; `file` is where they are written, for messages. */
export function configureHeaders(headers: OriginHeaders, file: string): void {
  // A key may have a port that goes without saying.
  table = new Map(Object.entries(headers).map(([key, fields]) => [new URL(key).origin, fields]))
  source = file
}

/** `$NAME`, `${NAME}`, and `$$` for a dollar. */
const variables = /\$(?:\$|\{(\w+)\}|([A-Za-z_]\w*))/g

function expand(origin: string, name: string, template: string): string {
  const fail = (reason: string): LoaderError =>
    new LoaderError(
      'ERR_MIMEPORT_CONFIG',
      `Cannot use the configuration '${source}': '${name}' in the 'headers' of '${origin}' ${reason}`,
    )
  const value = template.replace(variables, (_whole, braced?: string, bare?: string) => {
    const variable = braced ?? bare
    if (variable === undefined) return '$'
    // What was read from a file often ends with the file's line feed.
    const isSet = Object.hasOwn(process.env, variable)
    const found = isSet ? (process.env[variable]?.trim() ?? '') : ''
    if (found === '') {
      throw fail(`needs the environment's '${variable}', which is not set, or is empty`)
    }
    // RFC 9110 §5.5. The message must not show it.
    if (!/^[\t -~]+$/.test(found)) {
      throw fail(`takes the environment's '${variable}', which has characters that no field has`)
    }
    learnSecret(found)
    return found
  })
  if (value !== template || isSecretField(name)) learnField(value)
  return value
}

/**
 * The fields for an origin; lower-case names.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG when a variable is not set, naming the field and the variable.
 */
export function headersFor(origin: string): HeaderRecord {
  const fields = table.get(origin)
  if (fields === undefined) return {}
  const entries = Object.entries(fields).map(([name, template]) => {
    return [name.toLowerCase(), expand(origin, name, template)] as const
  })
  return Object.fromEntries(entries)
}
