/** Operands without what hangs on them. */

import { compiled, mismatch, undecided } from './stop.mts'
import { FunctionReader } from './function-reader.mts'
import { operands } from './operators.mts'
import { isReserved } from './words.mts'

export abstract class PrimaryReader extends FunctionReader {
  abstract classTail(): void

  /** Reads expressions with commas between them. */
  expressions(): void {
    do this.expression()
    while (this.eat(','))
  }

  /** Reads what is in brackets, or in a template's braces. */
  readonly hole = (): void => {
    const outer = this.enter()
    this.expressions()
    this.leave(outer)
  }

  /** Reads it; `true` for an arrow function, which goes as far as it can. */
  primary(): boolean {
    switch (this.kind) {
      case 'number':
      case 'string':
      case 'private':
        this.next()
        return false
      case 'template':
        this.template(this.hole)
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
        this.hole()
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
    // With a type, or `!`, it is what V8 would not see.
    const isOdd = isReserved(this.text) && !operands.has(this.text)
    this.next()
    if (isOdd && this.text !== '(' && this.text !== '.') this.doubt()
    if (!this.is('=>') || this.newline) {
      this.value(start, end)
      return false
    }
    this.names.bindings.push(start, end)
    this.arrowBody()
    return true
  }
}
