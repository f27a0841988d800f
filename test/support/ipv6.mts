/** Machines without IPv6: containers, mostly. */

import { networkInterfaces } from 'node:os'

/** Whether there is the loopback address of IPv6 to listen at. */
export const hasIPv6 = Object.values(networkInterfaces())
  .flat()
  .some((each) => each?.address === '::1')

if (!hasIPv6) {
  process.stderr.write('NOT RUN: what needs IPv6; this machine has no address ::1\n')
}
