/** TypeScript as tokens, one at a time. What is rare ends the reading: the text is another's then. */

import { isDigit, isNamePart, markAt } from './characters.mts'
import { undecided } from './stop.mts'
import { wordAt } from './words.mts'

export type Kind = 'end' | 'name' | 'number' | 'string' | 'template' | 'private' | 'mark'

export abstract class Scanner {
  readonly source: string
  /** Whether a statement or a member begins as what goes on with the one before. */
  mayContinue = false
  /** How many brackets that open were read, some of them more than once. */
  brackets = 0
  kind: Kind = 'end'
  /** The mark, or the word of the grammar; empty for all else. */
  text: string = ''
  start = 0
  end = 0
  /** Where the token before this one ended. */
  before = 0
  /** Whether a line ended before this token. */
  newline = false

  constructor(source: string) {
    this.source = source
  }

  next(): void {
    const { source } = this
    const { length } = source
    this.before = this.end
    let newline = false
    let at = this.end
    let code = 0
    for (; at < length; at++) {
      code = source.charCodeAt(at)
      if (code === 0x20 || code === 0x09) continue
      if (code === 0x0a || code === 0x0d) newline = true
      else if (code === 0x2f && source.charCodeAt(at + 1) === 0x2f) {
        const end = source.indexOf('\n', at)
        at = end < 0 ? length : end - 1
      } else if (code === 0x2f && source.charCodeAt(at + 1) === 0x2a) {
        const end = source.indexOf('*/', at + 2)
        if (end < 0) throw undecided
        const line = source.indexOf('\n', at)
        if (line >= 0 && line < end) newline = true
        at = end + 1
      } else break
    }
    this.newline = newline
    this.start = at
    if (at >= length) {
      this.#set('end', length)
    } else {
      this.#token(at, code)
      if ((newline || source.charCodeAt(this.before - 1) === 0x3b) && this.continues())
        this.mayContinue = true
    }
  }

  /** Makes two tokens of `<<`, of which this is the first. */
  halve(): void {
    this.text = '<'
    this.end = this.start + 1
  }

  /** Whether the token would go on with a statement before it. */
  continues(): boolean {
    if (this.kind !== 'mark') return this.kind === 'template'
    const code = this.source.charCodeAt(this.start)
    // ( [ / * + -
    return (
      code === 0x28 ||
      code === 0x5b ||
      code === 0x2f ||
      code === 0x2a ||
      code === 0x2b ||
      code === 0x2d
    )
  }

  #token(at: number, code: number): void {
    const { source } = this
    if (isDigit(code) || (code === 0x2e && isDigit(source.charCodeAt(at + 1)))) this.#number(at)
    else if (isNamePart(code)) {
      this.#name(at, 'name')
      this.text = wordAt(source, at, this.end)
    } else if (code === 0x22 || code === 0x27) this.#string(at, code)
    else if (code === 0x60) this.#set('template', at + 1)
    else if (code === 0x23) this.#name(at + 1, 'private')
    // `\u0061` in a name.
    else if (code === 0x5c) throw undecided
    else this.#mark(at)
  }

  #set(kind: Kind, end: number): void {
    this.kind = kind
    this.end = end
    this.text = ''
  }

  #name(from: number, kind: Kind): void {
    const { source } = this
    const { length } = source
    let at = from
    let code = 0
    for (; at < length; at++) {
      code = source.charCodeAt(at)
      if (!isNamePart(code)) break
      // Spaces that are not ASCII, the byte order mark, ends of lines.
      if (code >= 0x80 && /\s/.test(source[at]!)) throw undecided
    }
    if (code === 0x5c && at < length) throw undecided
    this.#set(kind, at)
  }

  #number(start: number): void {
    const { source } = this
    let at = start + 1
    for (; at < source.length; at++) {
      const code = source.charCodeAt(at)
      const isExponent =
        (code === 0x2b || code === 0x2d) && /^[\d._]+e$/i.test(source.slice(start, at))
      if (!isNamePart(code) && code !== 0x2e && !isExponent) break
    }
    this.#set('number', at)
  }

  #string(start: number, quote: number): void {
    const { source } = this
    for (let at = start + 1; at < source.length; at++) {
      const code = source.charCodeAt(at)
      if (code === quote) return this.#set('string', at + 1)
      if (code === 0x5c) at++
      if (code === 0x0a) break
    }
    throw undecided
  }

  #mark(at: number): void {
    const mark = markAt(this.source, at)
    // `a?.5:b`
    const isChoice = mark === '?.' && isDigit(this.source.charCodeAt(at + 2))
    this.kind = 'mark'
    this.text = isChoice ? '?' : mark
    this.end = at + this.text.length
    if (mark === '(' || mark === '[' || mark === '{') this.brackets += 1
  }
}
