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
  const rows = [
    ['', protocol, ...stateNames],
    ...faults.map((fault) => [
      fault.id,
      fault.name,
      ...stateNames.map((state) => {
        const result = own.find(({ cell }) => cell.fault === fault && cell.state === state)
        return markOf(result, fault, state)
      }),
    ]),
  ]
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]!.length))
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widthOf(column)) : cell.padStart(widthOf(column) + 1),
      )
      .join(' '),
  )
  return `${lines.join('\n')}\n`
}

export const tablesOf = (results: readonly Result[]): string[] =>
  protocolNames.map((protocol) => tableOf(protocol, results))
