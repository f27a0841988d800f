/** Hosts that are addresses. */

import { kindOf } from './address.mts'
import { isLiteral, isLoopback } from './host.mts'

/** What kind of address a host of a URL is, where that is not the public's; `undefined`: a name, or a public address. */
export function addressKind(host: string): string | undefined {
  if (isLoopback(host)) return 'a loopback address'
  return isLiteral(host) ? kindOf(host) : undefined
}
