/** TypeScript as tokens, one at a time. What is rare ends the reading: the text is another's then. */

import { isDigit, isNamePart, marks } from './characters.mts'
import { mismatch, undecided } from './stop.mts'

export type Kind = 'end' | 'name' | 'number' | 'string' | 'template' | 'private' | 'mark'

const continues = /^[([/*+-]/

export interface State {
  readonly at: number
  readonly kind: Kind
  readonly text: string
  readonly start: number
  readonly end: number
  readonly before: number
  readonly newline: boolean
  readonly blanks: number
}

export abstract class Scanner {
  readonly source: string
  /** What is to be blanked: start, end, start, end, … */
  readonly blanks: number[] = []
  /** Characters that stand in what is blanked, by offset. */
  readonly placed = new Map<number, string>()
  /** Whether a statement or a member begins as what goes on with the one before. */
  mayContinue = false
  kind: Kind = 'end'
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

  /** Whether the token is this mark or this word. */
  is(text: string): boolean {
    return this.text === text && (this.kind === 'mark' || this.kind === 'name')
  }

  /** Whether the token is of this kind; a call, so that a look ahead may change it. */
  isOf(kind: Kind): boolean {
    return this.kind === kind
  }

  eat(text: string): boolean {
    if (!this.is(text)) return false
    this.next()
    return true
  }

  expect(text: string): void {
    if (!this.eat(text)) throw mismatch
  }

  /** Blanks from `start` to the end of the token before this one. */
  blank(start: number, end: number = this.before): void {
    this.blanks.push(start, end)
  }

  save(): State {
    const { end: at, kind, text, start, end, before, newline } = this
    return { at, kind, text, start, end, before, newline, blanks: this.blanks.length }
  }

  restore(state: State): void {
    this.kind = state.kind
    this.text = state.text
    this.start = state.start
    this.end = state.end
    this.before = state.before
    this.newline = state.newline
    this.blanks.length = state.blanks
  }

  /** Tries a reading; `false` where it fails, and then nothing was read. */
  attempt(read: () => void): boolean {
    const state = this.save()
    try {
      read()
      return true
    } catch (error) {
      if (error !== mismatch) throw error
      this.restore(state)
      return false
    }
  }

  /** Looks at what follows this token, and returns to it. */
  peek<T>(look: () => T): T {
    const { kind, text, start, end, before, newline } = this
    this.next()
    const found = look()
    this.kind = kind
    this.text = text
    this.start = start
    this.end = end
    this.before = before
    this.newline = newline
    return found
  }

  /** Blanks a statement. Node puts a `;` in its place where what follows would continue the one before. */
  blankStatement(start: number): void {
    if (this.continues()) throw undecided
    this.blank(start)
  }

  next(): void {
    const { source } = this
    this.before = this.end
    this.newline = false
    let at = this.end
    let code = 0
    for (; at < source.length; at++) {
      code = source.charCodeAt(at)
      if (code === 0x20 || code === 0x09) continue
      if (code === 0x0a || code === 0x0d) this.newline = true
      else if (code === 0x2f && source.charCodeAt(at + 1) === 0x2f) {
        const end = source.indexOf('\n', at)
        at = end < 0 ? source.length : end - 1
      } else if (code === 0x2f && source.charCodeAt(at + 1) === 0x2a) {
        const end = source.indexOf('*/', at + 2)
        if (end < 0) throw undecided
        if (source.slice(at, end).includes('\n')) this.newline = true
        at = end + 1
      } else break
    }
    this.start = at
    if (at >= source.length) {
      this.#set('end', source.length, source.length)
    } else {
      this.#token(at, code)
      if ((this.newline || source[this.before - 1] === ';') && this.continues())
        this.mayContinue = true
    }
  }

  /** Whether the token would go on with a statement before it. */
  continues(): boolean {
    return this.kind === 'template' || (this.kind === 'mark' && continues.test(this.text))
  }

  #token(at: number, code: number): void {
    const { source } = this
    if (isDigit(code) || (code === 0x2e && isDigit(source.charCodeAt(at + 1)))) this.#number(at)
    else if (isNamePart(code)) this.#name(at, at, 'name')
    else if (code === 0x22 || code === 0x27) this.#string(at, code)
    else if (code === 0x60) this.#set('template', at, at + 1)
    else if (code === 0x23) this.#name(at, at + 1, 'private')
    // `\u0061` in a name.
    else if (code === 0x5c) throw undecided
    else this.#mark(at)
  }

  #set(kind: Kind, start: number, end: number): void {
    this.kind = kind
    this.end = end
    this.text = this.source.slice(start, end)
  }

  #name(start: number, from: number, kind: Kind): void {
    const { source } = this
    let at = from
    for (; at < source.length; at++) {
      const code = source.charCodeAt(at)
      if (!isNamePart(code)) break
      // Spaces that are not ASCII, the byte order mark, ends of lines.
      if (code >= 0x80 && /\s/.test(source[at]!)) throw undecided
    }
    if (source.charCodeAt(at) === 0x5c) throw undecided
    this.#set(kind, start, at)
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
    this.#set('number', start, at)
  }

  #string(start: number, quote: number): void {
    const { source } = this
    for (let at = start + 1; at < source.length; at++) {
      const code = source.charCodeAt(at)
      if (code === quote) return this.#set('string', start, at + 1)
      if (code === 0x5c) at++
      if (code === 0x0a) break
    }
    throw undecided
  }

  #mark(at: number): void {
    const { source } = this
    const longer = marks[source[at]!]?.find((each) => source.startsWith(each, at))
    // `a?.5:b`
    const isChoice = longer === '?.' && isDigit(source.charCodeAt(at + 2))
    this.#set('mark', at, at + (longer === undefined || isChoice ? 1 : longer.length))
  }
}
