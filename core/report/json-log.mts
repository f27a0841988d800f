/** `MIMEPORT_LOG=json`: one JSON object a line (RFC 8259), in ASCII. */

import type { LogEntry } from './log-entry.mts'

/** Whose entries these are: programs start threads and processes that write to the same stderr. */
export interface LogOrigin {
  readonly pid: number
  /** Number of the engine's thread. */
  readonly thread: number
}

/** Writes an entry as a line. No character of it can command a terminal, and any reader of JSON gets back each one. */
export function jsonLine(entry: LogEntry, { pid, thread }: LogOrigin, time = new Date()): string {
  const { type, ...rest } = entry
  const text = JSON.stringify({ time: time.toISOString(), pid, thread, type, ...rest })
  // By UTF-16 units: RFC 8259 §7 writes others as pairs.
  return `${text.replace(/[^ -~]/g, (unit) => `\\u${hexadecimal(unit)}`)}\n`
}

function hexadecimal(unit: string): string {
  return unit.charCodeAt(0).toString(16).padStart(4, '0')
}
