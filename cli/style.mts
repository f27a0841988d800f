/** Colours on a terminal: none in a pipe, none with NO_COLOR or `--no-color`, everywhere with FORCE_COLOR. */

import { styleText } from 'node:util'

export type Style = Parameters<typeof styleText>[0]

/** Styles a text that is safe to print. */
export type Paint = (style: Style, text: string) => string

/** How text for stdout is styled. */
export function painter(isWanted: boolean): Paint {
  if (!isWanted) return (_style, text) => text
  return (style, text) => styleText(style, text, { stream: process.stdout, validateStream: true })
}

/** Columns of the terminal that stdout is; 80 where it is none. */
export function columns(): number {
  const { isTTY, columns: wide = 80 } = process.stdout
  return isTTY ? Math.max(wide, 40) : 80
}

/** A word; several that are a command; a number with its unit. */
const words = /(?:`[^`]*`|(?<=\d) (?=(?:m?s|bytes?|[kM]B)\b)|[^ ])+/g

/**
 * Breaks a text between words into lines of so many columns; a word that is longer stays whole, as a `command` does. What fits
 * stays as it is.
 */
export function wrap(text: string, width: number): string[] {
  if (text.length <= width) return [text]
  const lines: string[] = []
  let line = ''
  for (const word of text.match(words) ?? []) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** How a status code is shown; `undefined`: there was no answer. */
export function statusStyle(statusCode: number | undefined): Style {
  if (statusCode === undefined || statusCode >= 400) return 'red'
  return statusCode >= 300 ? 'yellow' : 'green'
}
