/** How host names become addresses: by the system, and never for localhost. */

import { lookup as lookupName } from 'node:dns'
import { isLocalhost } from './request-url.mts'
import type { LookupFunction } from 'node:net'

/** RFC 6761 §6.3: a name of localhost is never asked of DNS, so it can mean no other machine. */
export const lookup: LookupFunction = (hostname, options, callback) => {
  if (!isLocalhost(hostname)) return lookupName(hostname, options as { all: true }, callback)
  const both = [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ]
  // As late as Node's: a connection that fails at once has no socket left for `tls.connect`, which throws a TypeError.
  process.nextTick(() => {
    if (options.all === true) callback(null, both)
    else callback(null, '127.0.0.1', 4)
  })
}
