/** A syntax error as a reader wants it: which file, where, what, and the line itself. */

import { LoaderError } from '../../core/errors.mts'
import { escapeText } from '../../core/text.mts'
import type { Location, Message } from 'esbuild'

/** What is wrong with a text, and where. `column` is in bytes, from 0, and `line` from 1: both as esbuild counts. */
export interface Fault extends Pick<Message, 'text'> {
  readonly location: Pick<Location, 'line' | 'column' | 'lineText'> | null
}

/** Characters of a source line that a message shows. */
const width = 100

/** The line around `column` (from 0) with a caret under it; control characters are escaped, tabs are one space. */
function excerpt(line: string, column: number): string {
  const start = Math.max(0, Math.min(column - width / 2, line.length - width))
  const end = start + width
  const show = (from: number, to: number) => escapeText(line.slice(from, to).replaceAll('\t', ' '))
  const before = (start > 0 ? '…' : '') + show(start, column)
  const after = show(column, end) + (end < line.length ? '…' : '')
  return `    ${before}${after}\n    ${' '.repeat(before.length)}^`
}

/** A column from 0, in UTF-16 code units. esbuild counts bytes. */
export function columnOf({ lineText, column }: Pick<Location, 'lineText' | 'column'>): number {
  return Buffer.from(lineText).subarray(0, column).toString().length
}

/** Makes the error of a fault. `line` and `column` in its message count from 1, as V8's do. */
export function syntaxError(url: string, { text, location }: Fault): LoaderError {
  const reason = escapeText(text)
  const cause = new SyntaxError(reason)
  if (location === null) {
    cause.stack = `SyntaxError: ${reason}\n    at ${url}`
    const message = `Cannot transform '${url}': ${reason}`
    return new LoaderError('ERR_MIMEPORT_INVALID_BODY', message, { url, cause })
  }
  const column = columnOf(location)
  const position = `${url}:${location.line}:${column + 1}`
  cause.stack = `SyntaxError: ${reason}\n    at ${position}`
  return new LoaderError(
    'ERR_MIMEPORT_INVALID_BODY',
    `Cannot transform '${position}': ${reason}\n${excerpt(location.lineText, column)}`,
    { url, cause },
  )
}
