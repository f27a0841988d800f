/** Classes: what is of types in their heads and members. */

import { ExpressionReader } from './expression-reader.mts'
import { compiled, mismatch, undecided } from './stop.mts'

const erased = ['public', 'private', 'protected', 'abstract', 'override', 'readonly', 'declare']
const erasedModifiers = new Set(erased)
const classModifiers = new Set([...erased, 'static', 'async', 'get', 'set', 'accessor'])

export abstract class ClassReader extends ExpressionReader {
  /** Ends a statement: by `;`, by the end of a line, or by what closes its block. */
  semicolon(): void {
    if (this.eat(';') || this.newline || this.is('}') || this.kind === 'end') return
    throw mismatch
  }

  types(): void {
    do this.type(false)
    while (this.eat(','))
  }

  /** Reads a class from its name on. */
  classTail(): void {
    if (this.kind === 'name' && !this.is('extends') && !this.is('implements')) this.next()
    this.blankTypeParameters()
    if (this.eat('extends')) this.heritage()
    if (this.is('implements')) {
      const { start } = this
      this.next()
      this.types()
      this.blank(start)
    }
    this.expect('{')
    this.inside(() => {
      while (!this.is('}')) this.#member()
    })
    this.next()
  }

  #member(): void {
    if (this.eat(';')) return
    this.refuseDecorators()
    if (this.is('static') && this.peek(() => this.is('{'))) {
      this.next()
      return this.block()
    }
    const { start } = this
    const { length } = this.blanks
    let isDeclared = false
    let isStatic = false
    while (classModifiers.has(this.text) && this.kind === 'name' && this.#isBeforeMember()) {
      const modifier = this.text
      if (modifier === 'accessor') throw compiled
      if (modifier === 'static') isStatic = true
      if (modifier === 'declare' || modifier === 'abstract') isDeclared = true
      this.next()
      // `abstract` on a line of its own is a field of that name.
      if (this.newline) throw undecided
      if (erasedModifiers.has(modifier)) this.blank(this.before - modifier.length)
    }
    const isBare = this.blanks[length] === start && !isStatic
    if (isBare && this.is('*') && this.before !== this.blanks.at(-1)) throw undecided
    // Without the word, these would go on with the member before.
    if (isBare && (this.is('[') || this.is('*'))) this.placed.set(start, ';')
    this.eat('*')
    const isIndex =
      this.is('[') && this.peek(() => this.kind === 'name' && this.peek(() => this.is(':')))
    if (isIndex) this.balanced()
    else this.key()
    if (this.is('?') || this.is('!')) this.blankMark(this.text)
    if (this.is('(') || this.is('<')) isDeclared = !this.functionTail() || isDeclared
    else {
      this.annotation()
      if (this.eat('=')) this.expression()
      this.semicolon()
      isDeclared ||= isIndex
      if (!isDeclared) return
    }
    if (!isDeclared) return
    if (this.source[this.before - 1] !== ';') this.eat(';')
    this.blanks.length = length
    this.placed.delete(start)
    this.blank(start)
  }

  /** Whether what follows this word is a member, and the word its modifier. */
  #isBeforeMember(): boolean {
    return this.peek(() => {
      if (this.kind === 'name' || this.kind === 'string' || this.kind === 'number') return true
      return this.kind === 'private' || this.is('[') || this.is('*')
    })
  }
}
