/** Text from outside in the one line that shows it: nothing in it commands the terminal, ends the line, or is a secret. */

import { escapeText } from '../text.mts'
import { withoutGrants } from '../grant.mts'
import { redact } from '../resource/credentials/credentials.mts'

/** A URL's user info: a server may redirect to one that has it, which is refused. */
const userInfo = /:\/\/[^\s/?#]*@/g

/** Puts `***` in the place of secrets: those that were sent, and what a URL grants access by. */
export function withoutSecrets(text: string): string {
  return withoutGrants(redact(text)).replace(userInfo, '://***@')
}

/** Makes one line of text from outside, without secrets. */
export function oneLine(text: string): string {
  return escapeText(withoutSecrets(text))
}

/** Columns of a terminal that a text takes, at most: whatever may be wide counts as such. Unicode's UAX #11. */
export function columnsOf(text: string): number {
  let columns = 0
  for (const character of text) columns += (character.codePointAt(0) ?? 0) < 0x1100 ? 1 : 2
  return columns
}

const DOTS = '...'

/** Shortens a text in its middle to so many columns: of a URL, host and file name say the most. */
export function shorten(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text
  const characters = [...text]
  let head = ''
  let tail = ''
  let room = columns - DOTS.length
  for (let index = 0; index < characters.length; index += 1) {
    const first = characters[index]!
    const last = characters.at(-1 - index)!
    // The end first: it is the file's name.
    room -= columnsOf(last)
    if (room < 0) break
    tail = last + tail
    room -= columnsOf(first)
    if (room < 0) break
    head += first
  }
  return head === '' ? '' : `${head}${DOTS}${tail}`
}

const units = ['B', 'kB', 'MB', 'GB', 'TB']

/** `512 B`, `1.2 kB`, `34 MB`: SI prefixes. */
export function byteCount(bytes: number): string {
  let value = bytes
  let unit = 0
  for (; value >= 999.5 && unit < units.length - 1; unit += 1) value /= 1000
  const digits = unit === 0 || value >= 9.95 ? 0 : 1
  return `${value.toFixed(digits)} ${units[unit]}`
}
