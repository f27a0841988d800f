/** Classes: what is of types in their heads and members. */

import { ExpressionReader } from './expression-reader.mts'
import { compiled, mismatch, undecided } from './stop.mts'

const erased = ['public', 'private', 'protected', 'abstract', 'override', 'readonly', 'declare']
const erasedModifiers = new Set(erased)
const classModifiers = new Set([...erased, 'static', 'async', 'get', 'set', 'accessor'])
/** Fields of these names make the member on the next line theirs. `async` and `accessor` have to be on its line. */
const reaching = new Set(['get', 'set', 'static'])

/** In what order modifiers are beyond doubt. */
const ranks = new Map<string, number>([
  ['public', 0],
  ['private', 0],
  ['protected', 0],
  ['declare', 1],
  ['static', 2],
  ['abstract', 2],
  ['override', 3],
  ['readonly', 4],
  ['async', 5],
  ['get', 5],
  ['set', 5],
])

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
    if (this.kind === 'name' && !this.is('extends') && !this.is('implements')) this.bind()
    this.blankTypeParameters(false)
    if (this.eat('extends')) this.heritage()
    if (this.is('implements')) {
      const { start } = this
      this.next()
      this.types()
      this.blank(start)
    }
    this.expect('{')
    const outer = this.enter()
    while (!this.is('}')) this.#member()
    this.leave(outer)
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
    const { counts } = this.names
    let isDeclared = false
    let isStatic = false
    let rank = -1
    while (classModifiers.has(this.text) && this.kind === 'name' && this.#isBeforeMember()) {
      const modifier = this.text
      if (modifier === 'accessor') throw compiled
      if (modifier === 'static') isStatic = true
      if (modifier === 'declare' || modifier === 'abstract') isDeclared = true
      const next = ranks.get(modifier) ?? 0
      if (next <= rank) this.doubt()
      rank = next
      this.next()
      // `abstract` on a line of its own is a field of that name.
      if (this.newline) throw undecided
      if (erasedModifiers.has(modifier)) this.blank(this.before - modifier.length)
    }
    const isBare = this.blanks[length] === start && !isStatic
    if (isBare && this.is('*') && this.before !== this.blanks.at(-1)) throw undecided
    // Without the word, these would go on with the member before.
    const isOperator = this.is('[') || this.is('*') || this.is('in') || this.is('instanceof')
    if (isBare && isOperator) this.placed.set(start, ';')
    this.eat('*')
    const isIndex =
      this.is('[') && this.peek(() => this.kind === 'name' && this.peek(() => this.is(':')))
    // A name in brackets is used, unless the member goes.
    const isComputed = this.is('[') && !isIndex
    const name = this.text
    if (isIndex) {
      this.balanced()
      this.doubt()
    } else this.key()
    const mark = this.text
    if (mark === '?' || mark === '!') this.blankMark(mark)
    if (this.is('(') || this.is('<')) {
      const hasBody = this.functionTail()
      // `a(): void` without a body, and without the word for that, is a fault or an overload.
      if (mark === '!' || hasBody === isDeclared || rank === ranks.get('readonly')) this.doubt()
      isDeclared = !hasBody || isDeclared
    } else {
      this.#field(name, mark, isDeclared)
      isDeclared ||= isIndex
      if (!isDeclared) return
    }
    if (!isDeclared) return
    if (isComputed) this.doubt()
    if (this.source[this.before - 1] !== ';') this.eat(';')
    this.blanks.length = length
    this.names.forget(counts)
    this.placed.delete(start)
    this.blank(start)
  }

  /** Reads a field from its type on. */
  #field(name: string, mark: string, isDeclared: boolean): void {
    const isMarked = mark === '?' || mark === '!'
    if (mark === '!' && !this.is(':')) this.doubt()
    const isTyped = this.is(':')
    const { start, before } = this
    this.annotation()
    if (this.is('=') && (mark === '!' || isDeclared)) this.doubt()
    if (this.eat('=')) this.expression()
    else if ((isTyped || isMarked) && !isDeclared && reaching.has(name)) {
      // As Node has it: where the type was, or the mark.
      this.placed.set(isTyped ? start : before - 1, ';')
    }
    this.semicolon()
  }

  /** Whether what follows this word is a member, and the word its modifier. */
  #isBeforeMember(): boolean {
    return this.peek(() => {
      if (this.kind === 'name' || this.kind === 'string' || this.kind === 'number') return true
      return this.kind === 'private' || this.is('[') || this.is('*')
    })
  }
}
