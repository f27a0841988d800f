/** What types have in brackets: members, elements, parameters. Where they end is what is asked; and that they are right. */

import { LiteralReader } from './literal-reader.mts'
import { mismatch, undecided } from './stop.mts'
import { isReserved } from './words.mts'

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/** What is between the words of a type. With any other mark it is an expression, where one may be. */
const marks = new Set(['<', '>', ',', ';', ':', '.', '...', '?', '|', '&', '=>', '='])

export abstract class TypeMemberReader extends LiteralReader {
  /** Where brackets hold what the grammar has not. Whoever goes back comes by there again. */
  readonly #unread = new Set<number>()

  abstract type(choice?: boolean): void
  abstract returnType(): void
  abstract typeParameters(): void

  /**
   * Reads what is in brackets by the grammar. Where it is something else, it is read to the bracket that closes it, and
   * another parser has to say whether it is right.
   */
  bracketed(read: () => void): void {
    const { start } = this
    if (this.#unread.has(start)) this.doubt()
    if (!this.isCertain) return this.balanced()
    const state = this.save()
    try {
      read()
    } catch (error) {
      if (error !== mismatch && error !== undecided) throw error
      this.restore(state)
      this.#unread.add(start)
      this.doubt()
      this.balanced()
    }
  }

  /** Reads from a bracket to the one that closes it. Among types there are no regular expressions. */
  balanced(): void {
    const close = closing[this.text]
    if (this.kind !== 'mark' || close === undefined) throw mismatch
    this.next()
    for (let begins = true; !this.is(close);) {
      if (this.isOf('end')) throw mismatch
      const isMark = this.isOf('mark')
      if (this.isOf('template')) this.template(() => this.type())
      else if (isMark && this.text in closing) this.balanced()
      else if (this.is('+') || this.is('-')) this.#sign(begins)
      else if (isMark && !marks.has(this.text)) throw mismatch
      else this.next()
      begins = isMark
    }
    this.next()
  }

  /** Reads a sign: of a mapped type's modifier, or of a number, which begins a type. */
  #sign(begins: boolean): void {
    const mayBeNumber = begins && this.is('-')
    this.next()
    if (!this.is('readonly') && !this.is('?') && !(mayBeNumber && this.isOf('number'))) {
      throw mismatch
    }
  }

  /** Reads the members of an interface, or of an object's type, or a mapped type. */
  members(): void {
    this.expect('{')
    if (this.#mapped()) return
    while (!this.is('}')) {
      this.#member()
      if (!this.eat(';') && !this.eat(',') && !this.newline && !this.is('}')) throw mismatch
    }
    this.next()
  }

  #member(): void {
    if (this.is('new') && this.peek(() => this.is('(') || this.is('<'))) this.next()
    if (this.is('(') || this.is('<')) return this.#signature()
    const modifier = this.text
    const isAccessor = modifier === 'get' || modifier === 'set'
    const isModified = (isAccessor || modifier === 'readonly') && this.peek(() => this.#isKey())
    if (isModified) this.next()
    if (this.is('[')) {
      if (this.#indexKey()) return this.#annotation(true)
    } else if (this.kind === 'name' || this.kind === 'string' || this.kind === 'number') this.next()
    else throw mismatch
    if (!(isModified && isAccessor)) this.eat('?')
    else if (!this.is('(')) throw mismatch
    if (this.is('(') || this.is('<')) this.#signature()
    else this.#annotation(false)
  }

  #isKey(): boolean {
    if (this.newline) return false
    if (this.kind === 'mark') return this.is('[')
    return this.kind === 'name' || this.kind === 'string' || this.kind === 'number'
  }

  /** Reads `[a: T]` or `[a.b]`; whether it was the first. */
  #indexKey(): boolean {
    this.next()
    if (this.kind !== 'name' && this.kind !== 'string' && this.kind !== 'number') throw mismatch
    if (isReserved(this.text)) throw mismatch
    this.next()
    const isIndex = this.eat(':')
    if (isIndex) this.type()
    else {
      while (this.eat('.')) {
        if (this.kind !== 'name') throw mismatch
        this.next()
      }
    }
    this.expect(']')
    return isIndex
  }

  #annotation(isNeeded: boolean): void {
    if (this.eat(':')) this.type()
    else if (isNeeded) throw mismatch
  }

  #signature(): void {
    if (this.is('<')) this.typeParameters()
    this.typeFunctionParameters()
    if (this.eat(':')) this.returnType()
  }

  /** Reads `[K in A as B]?: C }`, if it is that. */
  #mapped(): boolean {
    if (this.kind !== 'mark' && !this.is('readonly')) return false
    const state = this.save()
    if (this.eat('+') || this.eat('-')) this.expect('readonly')
    else this.eat('readonly')
    const isMapped =
      this.is('[') &&
      this.peek(
        () => this.kind === 'name' && !isReserved(this.text) && this.peek(() => this.is('in')),
      )
    if (!isMapped) {
      this.restore(state)
      return false
    }
    this.next()
    this.next()
    this.next()
    this.type()
    if (this.eat('as')) this.type()
    this.expect(']')
    if (this.eat('+') || this.eat('-')) this.expect('?')
    else this.eat('?')
    this.#annotation(false)
    if (!this.eat(';')) this.eat(',')
    this.expect('}')
    return true
  }

  /** Reads `[A, b?: C, ...D]`. */
  elements(): void {
    this.expect('[')
    while (!this.is(']')) {
      this.eat('...')
      if (this.#isLabel()) {
        this.next()
        this.eat('?')
        this.expect(':')
        this.type()
      } else {
        this.type()
        this.eat('?')
      }
      if (!this.eat(',')) break
    }
    this.expect(']')
  }

  #isLabel(): boolean {
    if (this.kind !== 'name') return false
    return this.peek(() => this.is(':') || (this.is('?') && this.peek(() => this.is(':'))))
  }

  /** Whether a bracket begins a function's parameters, and no type. */
  beginsParameters(): boolean {
    return this.peek(() => {
      if (this.is(')') || this.is('...')) return true
      if (this.kind !== 'name') return false
      return this.peek(() => {
        if (this.is(':') || this.is(',') || this.is('?')) return true
        return this.is(')') && this.peek(() => this.is('=>'))
      })
    })
  }

  /** Reads `(a: A, ...b)`. Patterns among them are left to another. */
  typeFunctionParameters(): void {
    this.expect('(')
    while (!this.is(')')) {
      const isRest = this.eat('...')
      if (this.kind !== 'name' || (isReserved(this.text) && !this.is('this'))) throw mismatch
      this.next()
      this.eat('?')
      this.#annotation(false)
      if (isRest || !this.eat(',')) break
    }
    this.expect(')')
  }
}
