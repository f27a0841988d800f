/** The rows of the matrix: every fault, and what must come of it. Written from the standards, before anything was tried. */

import { connectionFaults } from './rows/connection.mts'
import { contentFaults } from './rows/content.mts'
import { framingFaults } from './rows/framing.mts'
import { headFaults } from './rows/head.mts'
import { http2Faults } from './rows/http2.mts'
import { redirectFaults } from './rows/redirect.mts'
import { statusFaults } from './rows/status.mts'
import { storedFaults } from './rows/stored.mts'
import { tlsFaults } from './rows/tls.mts'
import type { Fault } from './fault.mts'

export const faults: readonly Fault[] = [
  ...connectionFaults,
  ...tlsFaults,
  ...headFaults,
  ...framingFaults,
  ...contentFaults,
  ...statusFaults,
  ...redirectFaults,
  ...storedFaults,
  ...http2Faults,
]
