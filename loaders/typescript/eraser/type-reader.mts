/** Types: where they end is all that is asked of them. */

import { compiled, mismatch } from './stop.mts'
import { TypeMemberReader } from './type-member-reader.mts'

const prefixes = new Set(['keyof', 'unique', 'readonly', 'infer', 'typeof', 'abstract', 'asserts'])
/** What no type begins with. */
const never = new Set(['is', 'extends', 'as', 'satisfies', 'in', 'of', 'instanceof'])
/** Reserved words, but for those that are types. They are names where nobody checks. */
const reserved = new Set(
  'break case catch class const continue debugger default delete do else enum export extends finally for function if in instanceof new return super switch throw try var while with'.split(
    ' ',
  ),
)
/** Before a type parameter. */
const variance = new Set(['const', 'in', 'out'])

export abstract class TypeReader extends TypeMemberReader {
  /** How many conditional types' conditions are being read. */
  #checks = 0

  /** Reads a type. `choice`: whether it may be `A extends B ? C : D`. */
  type(choice = true): void {
    let isFirst = !this.eat('|') && !this.eat('&')
    for (;;) {
      if (this.#operand()) {
        // `A | () => B`
        if (!isFirst) this.doubt()
        return
      }
      if (!this.is('|') && !this.is('&')) break
      this.next()
      isFirst = false
    }
    if (!choice || !this.is('extends') || this.newline) return
    this.#checks += 1
    try {
      do {
        this.next()
        this.type(false)
        // `infer A extends B`
      } while (this.is('extends'))
    } finally {
      this.#checks -= 1
    }
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
      if (!this.#isBeforeItsOwn()) this.doubt()
      this.next()
    }
    if (this.is('<')) {
      this.typeParameters()
      this.bracketed(() => this.typeFunctionParameters())
      this.expect('=>')
      this.type()
      return true
    }
    if (this.is('(')) {
      const isFunction = this.beginsParameters()
      this.bracketed(() => {
        if (isFunction) return this.typeFunctionParameters()
        this.next()
        this.type()
        this.expect(')')
      })
      if (this.is('=>') !== isFunction) this.doubt()
      if (this.is('=>')) {
        this.next()
        this.type()
        return true
      }
    } else if (this.is('{')) this.bracketed(() => this.members())
    else if (this.is('[')) this.bracketed(() => this.elements())
    else if (this.kind === 'string' || this.kind === 'number') this.next()
    else if (this.kind === 'template') this.template(() => this.type())
    else if (this.is('-')) {
      this.next()
      if (!this.isOf('number')) throw mismatch
      this.next()
    } else this.#named()
    while (this.is('[') && !this.newline) this.bracketed(() => this.#index())
    return false
  }

  /** Reads `[]` or `[A]`. */
  #index(): void {
    this.next()
    if (!this.is(']')) this.type()
    this.expect(']')
  }

  /** Whether the word before a type is before one that it may be before. */
  #isBeforeItsOwn(): boolean {
    switch (this.text) {
      case 'typeof':
        return this.peek(() => this.kind === 'name')
      case 'unique':
        return this.peek(() => this.is('symbol'))
      case 'abstract':
        return this.peek(() => this.is('new'))
      case 'asserts':
        return this.peek(() => this.kind === 'name')
      case 'infer':
        return this.#checks > 0 && this.peek(() => this.kind === 'name')
    }
    return true
  }

  /** Whether a type may begin here. */
  #begins(): boolean {
    if (this.kind === 'name') return !never.has(this.text)
    return this.kind !== 'end' && (this.kind !== 'mark' || /^[([{<-]$/.test(this.text))
  }

  #named(): void {
    if (this.kind !== 'name') throw mismatch
    if (reserved.has(this.text)) this.doubt()
    const isImport = this.text === 'import'
    this.next()
    if (isImport) this.bracketed(() => this.#argument())
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

  /** Reads `('a')`. */
  #argument(): void {
    this.expect('(')
    if (this.kind !== 'string') throw mismatch
    this.next()
    this.expect(')')
  }

  /** Reads `<A, B>`. */
  typeArguments(): void {
    this.expect('<')
    do {
      if (this.is('>')) {
        this.doubt()
        break
      }
      this.type()
    } while (this.eat(','))
    this.expect('>')
  }

  /** Reads `<const A extends B = C>`. */
  typeParameters(): void {
    this.expect('<')
    if (this.is('>')) this.doubt()
    while (!this.is('>')) {
      while (variance.has(this.text) && this.peek(() => this.kind === 'name')) this.next()
      if (this.kind !== 'name') throw mismatch
      if (reserved.has(this.text)) this.doubt()
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
