/** What tokens are made of. */

/** The longest first. `>` stays alone: `A<B<C>>` has two. */
const longMarks =
  '=== => == !== != <<= << <= ??= ?? ?. &&= && &= ||= || |= ++ += -- -= **= ** *= /= %= ^= ...'

interface LongMark {
  readonly text: string
  readonly second: number
  /** 0: it has none. */
  readonly third: number
}

/** By code: the character as a string. */
const shortMarks = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))
/** By code: the longer marks that begin with it. */
const longer = shortMarks.map((): LongMark[] => [])
for (const text of longMarks.split(' ')) {
  const third = text.length === 3 ? text.charCodeAt(2) : 0
  longer[text.charCodeAt(0)]!.push({ text, second: text.charCodeAt(1), third })
}

/** The mark that begins at `at`, the same string each time: to compare it is quicker than a part of the text. */
export function markAt(source: string, at: number): string {
  const code = source.charCodeAt(at)
  if (code >= 128) return source.slice(at, at + 1)
  const found = longer[code]!
  if (found.length > 0) {
    const second = source.charCodeAt(at + 1)
    for (const mark of found) {
      if (mark.second !== second) continue
      if (mark.third === 0 || mark.third === source.charCodeAt(at + 2)) return mark.text
    }
  }
  return shortMarks[code]!
}

export const isDigit = (code: number) => code >= 0x30 && code <= 0x39

/** Letters, digits, `$`, `_`. */
const nameParts = new Uint8Array(128)
for (const character of '$_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ') {
  nameParts[character.charCodeAt(0)] = 1
}

/** A character of a name: letters, digits, `$`, `_`, and all that is not ASCII but white space. */
export function isNamePart(code: number): boolean {
  return code >= 0x80 || nameParts[code] === 1
}

/** Whether there are comments, and characters that end a line in them though they are no `\n` or `\r\n`. */
export function hasOddLines(source: string): boolean {
  const isOdd =
    source.includes('\u2028') ||
    source.includes('\u2029') ||
    (source.includes('\r') && /\r(?!\n)/.test(source))
  return isOdd && (source.includes('//') || source.includes('/*'))
}
