/** The matrix as text: a table for each protocol, a row for each fault, a column for each state of the cache. */

import { expectedOf, protocolNames, stateNames } from './fault.mts'
import type { Fault, ProtocolName, StateName } from './fault.mts'
import type { Result } from './measure.mts'

/** What a cell says for an error. */
export const words: Readonly<Record<string, string>> = {
  ERR_MIMEPORT_BODY_TOO_LARGE: 'large',
  ERR_MIMEPORT_CONTENT_CODING: 'coding',
  ERR_MIMEPORT_INVALID_BODY: 'body',
  ERR_MIMEPORT_INVALID_REDIRECT: 'location',
  ERR_MIMEPORT_LOCAL_IMPORT: 'local',
  ERR_MIMEPORT_NETWORK: 'network',
  ERR_MIMEPORT_OFFLINE: 'offline',
  ERR_MIMEPORT_REDIRECT_CYCLE: 'cycle',
  ERR_MIMEPORT_STATUS: 'status',
  ERR_MIMEPORT_TIMEOUT: 'timeout',
  ERR_MIMEPORT_TOO_MANY_REDIRECTS: 'hops',
  ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE: 'type',
  ERR_MODULE_NOT_FOUND: 'missing',
}

/** Where more than one outcome is right, all of them: which it was depends on the machine's mood. */
function markOf(result: Result | undefined, fault: Fault, state: StateName): string {
  if (result === undefined) return '?'
  if (result.fault !== undefined) return '✗'
  return expectedOf(fault, state)
    .map((outcome) => words[outcome] ?? outcome)
    .join('/')
}

/** The table of one protocol. */
export function tableOf(protocol: ProtocolName, results: readonly Result[]): string {
  const own = results.filter(({ cell }) => cell.protocol === protocol)
  const faults = [...new Set(own.map(({ cell }) => cell.fault))]
  const width = Math.max(...faults.map(({ name }) => name.length))
  const row = (id: string, name: string, cells: readonly string[]) =>
    `${id.padEnd(4)} ${name.padEnd(width)} ${cells.map((cell) => cell.padStart(9)).join(' ')}\n`
  const rows = faults.map((fault) =>
    row(
      fault.id,
      fault.name,
      stateNames.map((state) => {
        const result = own.find(({ cell }) => cell.fault === fault && cell.state === state)
        return markOf(result, fault, state)
      }),
    ),
  )
  return [row('', protocol, stateNames), ...rows].join('')
}

export const tablesOf = (results: readonly Result[]): string[] =>
  protocolNames.map((protocol) => tableOf(protocol, results))
