/** Expressions, as far as it takes to find the types in them. What binds closer to what is of no matter. */

import { assignments, binary, ends, prefixes } from './operators.mts'
import { mismatch, undecided } from './stop.mts'
import { PrimaryReader } from './primary-reader.mts'

/** What is one mark with a `>` before it. */
const glued = new Set(['>', '=', '==', '==='])

export abstract class ExpressionReader extends PrimaryReader {
  /** Reads what a `case` compares with. */
  caseExpression(): void {
    const outer = this.beforeColon
    this.beforeColon = true
    this.expressions()
    this.leave(outer)
  }

  /** Reads one expression, commas left out. */
  expression(): void {
    for (let mayBeArrow = true; ;) {
      if (this.#operand()) {
        // `a + (b) => c`
        if (!mayBeArrow) this.doubt()
        return
      }
      this.#assertions()
      mayBeArrow = this.is('?') || assignments.has(this.text)
      if (this.eat('?')) {
        const outer = this.beforeColon
        this.beforeColon = true
        this.expression()
        this.leave(outer)
        this.expect(':')
        continue
      }
      if (!binary.has(this.text) || (this.kind !== 'mark' && this.kind !== 'name')) return
      const isGreater = this.is('>')
      this.next()
      // `>>`, `>>>=`
      while (
        isGreater &&
        (this.is('>') || this.is('=') || this.is('==')) &&
        this.start === this.before
      )
        this.next()
    }
  }

  #assertions(): void {
    while ((this.is('as') || this.is('satisfies')) && !this.newline) {
      const { start } = this
      this.next()
      // `as const` is no type.
      if (this.is('const') && this.before - start === 'as'.length) this.next()
      else this.type()
      this.blank(start)
      // `a as B = c`; and nothing of the kind is in what binds.
      if (this.is('=') || this.isPattern) this.doubt()
    }
  }

  /** Reads an operand and what hangs on it; `true` for an arrow function, which goes as far as it can. */
  #operand(): boolean {
    for (let isPrefixed = false; ; isPrefixed = true) {
      if (this.is('yield')) {
        this.next()
        if (this.newline || ends.has(this.text) || this.kind === 'end') return false
        this.eat('*')
        this.expression()
        return true
      }
      if (!prefixes.has(this.text) || (this.kind !== 'mark' && this.kind !== 'name')) {
        if (!this.primary()) return this.#rest()
        // `-(a) => b`
        if (isPrefixed) this.doubt()
        return true
      }
      const isNew = this.is('new')
      this.next()
      // `new.target`; `await` as a name.
      if ((isNew && this.is('.')) || ends.has(this.text)) return this.#rest()
    }
  }

  /** Reads member accesses, calls, and so on. */
  #rest(): boolean {
    for (;;) {
      if (this.kind === 'template') this.template(this.hole)
      else if (this.kind !== 'mark') return false
      else if (this.is('.') || this.is('?.')) {
        const isOptional = this.is('?.')
        this.next()
        if (isOptional && this.beginsArguments()) {
          this.#blankArguments()
          if (!this.is('(') && !this.isOf('template')) throw mismatch
        }
        if (isOptional && (this.is('(') || this.is('[') || this.isOf('template'))) continue
        if (!this.isOf('name') && !this.isOf('private')) throw mismatch
        this.next()
      } else if (this.is('(')) {
        this.next()
        const outer = this.enter()
        this.list(')')
        this.leave(outer)
      } else if (this.is('[')) {
        this.next()
        this.hole()
        this.expect(']')
      } else if (this.is('!') && !this.newline) {
        if (this.isPattern) this.doubt()
        this.blankMark('!')
      } else if ((this.is('++') || this.is('--')) && !this.newline) this.next()
      else if (!this.beginsArguments() || !this.attempt(() => this.#blankArguments())) return false
    }
  }

  /** Blanks type arguments: after them comes a call, or nothing that an expression begins with. */
  #blankArguments(): void {
    const { start } = this
    this.typeArguments()
    // `a<b>==c` and `a<b>>c` have other marks; `a<b>/c/d` is divided, and V8 reads a regular expression.
    if (this.start === this.before && glued.has(this.text)) throw mismatch
    if (this.is('/') || this.is('/=')) throw undecided
    const isCall = this.is('(') || this.kind === 'template'
    const isAssertion = (this.is('as') || this.is('satisfies')) && !this.newline
    if (
      !isCall &&
      !isAssertion &&
      this.kind !== 'end' &&
      !(this.kind === 'mark' && ends.has(this.text))
    ) {
      // `f<A>` at the end of a line; `a < b > c`
      if (this.newline) throw undecided
      throw mismatch
    }
    if (this.is('=')) this.doubt()
    this.blank(start)
  }

  /** Reads what a class extends. */
  heritage(): void {
    if (this.#operand()) this.doubt()
    if (!this.beginsArguments()) return
    const { start } = this
    this.typeArguments()
    this.blank(start)
  }
}
