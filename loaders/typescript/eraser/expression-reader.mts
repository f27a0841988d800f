/** Expressions, as far as it takes to find the types in them. What binds closer to what is of no matter. */

import { binary, ends, prefixes } from './operators.mts'
import { compiled, mismatch, undecided } from './stop.mts'
import { FunctionReader } from './function-reader.mts'

export abstract class ExpressionReader extends FunctionReader {
  abstract classTail(): void

  /** Reads expressions with commas between them. */
  expressions(): void {
    do this.expression()
    while (this.eat(','))
  }

  /** Reads what is in brackets, or in a template's braces. */
  readonly #hole = (): void => {
    const outer = this.enter()
    this.expressions()
    this.leave(outer)
  }

  /** Reads what a `case` compares with. */
  caseExpression(): void {
    const outer = this.beforeColon
    this.beforeColon = true
    this.expressions()
    this.leave(outer)
  }

  /** Reads one expression, commas left out. */
  expression(): void {
    for (;;) {
      if (this.#operand()) return
      this.#assertions()
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
    }
  }

  /** Reads an operand and what hangs on it; `true` for an arrow function, which goes as far as it can. */
  #operand(): boolean {
    for (;;) {
      if (this.is('yield')) {
        this.next()
        if (this.newline || ends.has(this.text) || this.kind === 'end') return false
        this.eat('*')
        this.expression()
        return true
      }
      if (!prefixes.has(this.text) || (this.kind !== 'mark' && this.kind !== 'name')) break
      const isNew = this.is('new')
      this.next()
      // `new.target`; `await` as a name.
      if ((isNew && this.is('.')) || ends.has(this.text)) return this.#rest()
    }
    return this.#primary() || this.#rest()
  }

  #primary(): boolean {
    switch (this.kind) {
      case 'number':
      case 'string':
      case 'private':
        this.next()
        return false
      case 'template':
        this.template(this.#hole)
        return false
      case 'name':
        return this.#word()
      case 'end':
        throw mismatch
    }
    switch (this.text) {
      case '(':
        if (this.arrow()) return true
        this.next()
        this.#hole()
        this.expect(')')
        return false
      case '[':
        this.array()
        return false
      case '{':
        this.object()
        return false
      case '/':
      case '/=':
        this.regularExpression()
        return false
      case '<':
        // `<!--` is a comment, in scripts.
        if (this.peek(() => this.is('!'))) throw undecided
        if (this.arrow()) return true
        // `<T>x`
        throw compiled
    }
    this.refuseDecorators()
    throw mismatch
  }

  #word(): boolean {
    switch (this.text) {
      case 'function':
        this.next()
        this.functionTail()
        return false
      case 'class':
        this.next()
        this.classTail()
        return false
      case 'async':
        if (this.peek(() => this.is('function') && !this.newline)) {
          this.next()
          this.next()
          this.functionTail()
          return false
        }
        if (this.peek(() => !this.newline && (this.is('(') || this.is('<')))) {
          const state = this.save()
          this.next()
          if (this.arrow()) return true
          this.restore(state)
        } else if (
          this.peek(() => !this.newline && this.kind === 'name' && this.peek(() => this.is('=>')))
        ) {
          this.next()
        }
    }
    const { start, end } = this
    this.next()
    if (!this.is('=>') || this.newline) {
      this.value(start, end)
      return false
    }
    this.names.bindings.push(start, end)
    this.arrowBody()
    return true
  }

  /** Reads member accesses, calls, and so on. */
  #rest(): boolean {
    for (;;) {
      if (this.kind === 'template') this.template(this.#hole)
      else if (this.kind !== 'mark') return false
      else if (this.is('.') || this.is('?.')) {
        const isOptional = this.is('?.')
        this.next()
        if (isOptional && this.is('<')) this.#blankArguments()
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
        this.#hole()
        this.expect(']')
      } else if (this.is('!') && !this.newline) this.blankMark('!')
      else if ((this.is('++') || this.is('--')) && !this.newline) this.next()
      else if (!(this.is('<') || this.is('<<')) || !this.attempt(() => this.#blankArguments()))
        return false
    }
  }

  /** Blanks type arguments: after them comes a call, or nothing that an expression begins with. */
  #blankArguments(): void {
    const { start } = this
    this.typeArguments()
    const isCall = this.is('(') || this.kind === 'template'
    if (!isCall && this.kind !== 'end' && !(this.kind === 'mark' && ends.has(this.text))) {
      // `f<A>` at the end of a line; `a < b > c`
      if (this.newline) throw undecided
      throw mismatch
    }
    this.blank(start)
  }

  /** Reads what a class extends. */
  heritage(): void {
    this.#operand()
    this.#blankHeritageArguments()
  }

  #blankHeritageArguments(): void {
    if (!this.is('<')) return
    const { start } = this
    this.typeArguments()
    this.blank(start)
  }
}
