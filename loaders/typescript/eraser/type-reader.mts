/** Types: where they end is all that is asked of them. */

import { LiteralReader } from './literal-reader.mts'
import { compiled, mismatch } from './stop.mts'

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

const prefixes = new Set(['keyof', 'unique', 'readonly', 'infer', 'typeof', 'abstract', 'asserts'])
/** What no type begins with. */
const never = new Set(['is', 'extends', 'as', 'satisfies', 'in', 'of', 'instanceof'])
/** What is between the words of a type. With any other mark it is an expression, where one may be. */
const marks = new Set(['<', '>', ',', ';', ':', '.', '...', '?', '|', '&', '=>', '='])
/** Before a type parameter. */
const variance = new Set(['const', 'in', 'out'])

export abstract class TypeReader extends LiteralReader {
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

  /** Reads a type. `choice`: whether it may be `A extends B ? C : D`. */
  type(choice = true): void {
    if (this.is('|') || this.is('&')) this.next()
    for (;;) {
      if (this.#operand()) return
      if (!this.is('|') && !this.is('&')) break
      this.next()
    }
    if (!choice || !this.is('extends') || this.newline) return
    do {
      this.next()
      this.type(false)
      // `infer A extends B`
    } while (this.is('extends'))
    this.expect('?')
    this.type()
    this.expect(':')
    this.type()
  }

  /** Reads one operand; `true` for a function's type, which goes as far as it can. */
  #operand(): boolean {
    for (;;) {
      if (this.kind !== 'name') break
      const isPrefix = prefixes.has(this.text)
      if (this.text === 'new' && this.peek(() => this.is('(') || this.is('<'))) {
        this.next()
        break
      }
      if (!isPrefix || !this.peek(() => this.#begins() && !this.newline)) break
      this.next()
    }
    if (this.is('<')) {
      this.typeParameters()
      this.balanced()
      this.expect('=>')
      this.type()
      return true
    }
    if (this.is('(')) {
      this.balanced()
      if (this.is('=>')) {
        this.next()
        this.type()
        return true
      }
    } else if (this.is('{') || this.is('[')) this.balanced()
    else if (this.kind === 'string' || this.kind === 'number') this.next()
    else if (this.kind === 'template') this.template(() => this.type())
    else if (this.is('-')) {
      this.next()
      if (!this.isOf('number')) throw mismatch
      this.next()
    } else this.#named()
    while (this.is('[') && !this.newline) this.balanced()
    return false
  }

  /** Whether a type may begin here. */
  #begins(): boolean {
    if (this.kind === 'name') return !never.has(this.text)
    return this.kind !== 'end' && (this.kind !== 'mark' || /^[([{<-]$/.test(this.text))
  }

  #named(): void {
    if (this.kind !== 'name') throw mismatch
    const isImport = this.text === 'import'
    this.next()
    if (isImport) this.balanced()
    while (this.eat('.')) {
      if (this.kind !== 'name' && this.kind !== 'private') throw mismatch
      this.next()
    }
    if (this.is('<') && !this.newline) this.typeArguments()
    if (this.is('is') && !this.newline) {
      this.next()
      this.type()
    }
  }

  /** Reads `<A, B>`. */
  typeArguments(): void {
    this.expect('<')
    do {
      if (this.is('>')) break
      this.type()
    } while (this.eat(','))
    this.expect('>')
  }

  /** Reads `<const A extends B = C>`. */
  typeParameters(): void {
    this.expect('<')
    while (!this.is('>')) {
      while (variance.has(this.text) && this.peek(() => this.kind === 'name')) this.next()
      if (this.kind !== 'name') throw mismatch
      this.next()
      if (this.eat('extends')) this.type()
      if (this.eat('=')) this.type()
      if (!this.eat(',')) break
    }
    this.expect('>')
  }

  /** Blanks `: T`, if it is there. */
  annotation(): void {
    if (!this.is(':')) return
    const { start } = this
    this.next()
    this.type()
    this.blank(start)
  }

  /** Blanks this mark, if it is there. */
  blankMark(text: string): void {
    if (!this.is(text)) return
    this.next()
    this.blank(this.before - 1)
  }

  /** Blanks `<A>` of a declaration. */
  blankTypeParameters(): void {
    if (!this.is('<')) return
    const { start } = this
    this.typeParameters()
    this.blank(start)
  }

  /** Decorators are not erased. */
  refuseDecorators(): void {
    if (this.is('@')) throw compiled
  }
}
