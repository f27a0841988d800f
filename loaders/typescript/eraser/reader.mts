/** What all readers do with tokens: ask, go on, look ahead, try, and note what is to be blanked. */

import { mismatch, undecided } from './stop.mts'
import { NameNotes } from './name-notes.mts'
import { Scanner } from './scanner.mts'
import type { Kind } from './scanner.mts'

/** Where a reading is, so that it can return to it. */
export interface State {
  readonly kind: Kind
  readonly text: string
  readonly start: number
  readonly end: number
  readonly before: number
  readonly newline: boolean
  readonly blanks: number
  readonly references: number
  readonly bindings: number
  readonly isCertain: boolean
  readonly beforeColon: boolean
  readonly isPattern: boolean
}

export abstract class Reader extends Scanner {
  /** What is to be blanked: start, end, start, end, … */
  readonly blanks: number[] = []
  /** Characters that stand in what is blanked, by offset. */
  readonly placed = new Map<number, string>()
  readonly names = new NameNotes()
  /** Whether all that is blanked was read by TypeScript's grammar: then there is no fault in it. */
  isCertain = true
  /** Whether a `:` ends what is read: `a ? (b) : c => d` may be read in two ways. */
  beforeColon = false
  /** Whether names are bound by what is read: in a pattern, whose defaults use some. */
  isPattern = false

  /** Whether the token is this mark or this word. */
  is(text: string): boolean {
    return this.text === text
  }

  /** Whether the token is of this kind; a call, so that a look ahead may change it. */
  isOf(kind: Kind): boolean {
    return this.kind === kind
  }

  eat(text: string): boolean {
    if (this.text !== text) return false
    this.next()
    return true
  }

  expect(text: string): void {
    if (this.text !== text) throw mismatch
    this.next()
  }

  /** Has another parser say whether the text is without fault. */
  doubt(): void {
    this.isCertain = false
  }

  /** Blanks from `start` to the end of the token before this one. */
  blank(start: number, end: number = this.before): void {
    this.blanks.push(start, end)
  }

  save(): State {
    const { kind, text, start, end, before, newline, isCertain, beforeColon, isPattern } = this
    return {
      kind,
      text,
      start,
      end,
      before,
      newline,
      blanks: this.blanks.length,
      references: this.names.references.length,
      bindings: this.names.bindings.length,
      isCertain,
      beforeColon,
      isPattern,
    }
  }

  restore(state: State): void {
    this.kind = state.kind
    this.text = state.text
    this.start = state.start
    this.end = state.end
    this.before = state.before
    this.newline = state.newline
    this.blanks.length = state.blanks
    this.names.references.length = state.references
    this.names.bindings.length = state.bindings
    this.isCertain = state.isCertain
    this.beforeColon = state.beforeColon
    this.isPattern = state.isPattern
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
}
