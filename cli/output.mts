/** What commands print. Text from outside is escaped by whoever puts it into a line. */

import { writeSync } from 'node:fs'
import { escapeLines } from '../core/text.mts'

/** ECMA-48 SGR, as `util.styleText` writes it. */
// oxlint-disable-next-line no-control-regex -- what a terminal obeys begins with one
const styles = /(\u001b\[[\d;]*m)/

function write(fd: 1 | 2, text: string): void {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      const { code } = error as { code?: string }
      // A pipe whose reader is slow; and one whose reader is gone, as `head` is: nobody wants the rest.
      if (code === 'EPIPE') return
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

/** Prints a line of the result. */
export function say(line: string): void {
  // A net: who makes the line escapes what came from outside, for the line breaks.
  write(1, escapeLines(`${line}\n`))
}

/** Prints a line with styles of ours in it: what came from outside is escaped before it is styled. */
export function sayStyled(line: string): void {
  const parts = `${line}\n`.split(styles)
  write(1, parts.map((part, index) => (index % 2 === 1 ? part : escapeLines(part))).join(''))
}

/** Prints data as JSON, in which a terminal finds nothing to obey: what is beyond ASCII is escaped. RFC 8259 §7. */
export function sayData(data: unknown): void {
  const text = JSON.stringify(data, undefined, 2)
  say(text.replace(/[^\n -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`))
}

/** Prints a line about what went wrong. */
export function complain(line: string): void {
  write(2, escapeLines(`${line}\n`))
}

/** `1 file`, `2 files`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`
}

/** `123 bytes`, `1.2 kB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return count(bytes, 'byte')
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}

/** Rows as a table: each column is as wide as its widest cell, the last as long as it is. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.length)
    })
  }
  return rows.map((row) =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at]!)))
      .join('  ')
      .trimEnd(),
  )
}

/** `12 s`, `3 min`, `5 h`, `2 d`: of ms, in whole ones. */
export function span(time: number): string {
  const seconds = Math.max(0, Math.floor(time / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`
}

/** `3.4 ms`, `120 ms`, `1.2 s`. */
export function time(ms: number): string {
  if (ms >= 999.5) return `${(ms / 1000).toFixed(1)} s`
  return `${ms.toFixed(ms < 9.95 ? 1 : 0)} ms`
}
