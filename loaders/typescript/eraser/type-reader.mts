/** Types: where they end, and whether they are what TypeScript's grammar has. */

import { mismatch, undecided } from './stop.mts'
import { TypeMemberReader } from './type-member-reader.mts'
import { isReserved } from './words.mts'

const prefixes = new Set(['keyof', 'unique', 'readonly', 'infer', 'typeof', 'abstract', 'asserts'])
/** Those of them that a line may not end after. */
const onOneLine = new Set(['abstract', 'asserts'])
/** What no type begins with. */
const never = new Set(['is', 'extends', 'as', 'satisfies', 'in', 'of', 'instanceof'])
/** Reserved words that are types; what has no arguments, and no members. */
const literals = new Set(['this', 'null', 'true', 'false', 'void'])
/** The same of names. */
const keywords = new Set(
  'any unknown never string number boolean bigint symbol object undefined'.split(' '),
)
/** Before a type parameter. */
const variance = new Set(['const', 'in', 'out'])

export abstract class TypeReader extends TypeMemberReader {
  /** How many conditional types' conditions are being read. */
  #checks = 0

  /** Reads a type. `choice`: whether it may be `A extends B ? C : D`. */
  type(choice = true): void {
    const isReturned = this.#isReturned
    this.#isReturned = false
    let isFirst = !this.eat('|') && !this.eat('&')
    for (;;) {
      if (this.#operand(isFirst && isReturned)) {
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
      for (let isInferred = true; this.is('extends');) {
        // `A extends infer B extends C`
        if (!isInferred) this.doubt()
        this.next()
        isInferred = this.is('infer')
        this.type(false)
      }
    } finally {
      this.#checks -= 1
    }
    this.expect('?')
    this.type()
    this.expect(':')
    this.type()
  }

  /** Whether the type that is read next is a function's result: then it may be `a is B`. */
  #isReturned = false

  /** Reads a function's result. */
  returnType(): void {
    this.#isReturned = true
    this.type()
  }

  /** Reads one operand; `true` for a function's type, which goes as far as it can. */
  #operand(isReturned: boolean): boolean {
    let prefix = ''
    for (;;) {
      if (this.kind !== 'name') break
      const isPrefix = prefixes.has(this.text)
      if (this.text === 'new' && this.peek(() => this.is('(') || this.is('<'))) {
        this.next()
        break
      }
      if (!isPrefix || !this.peek(() => this.#begins())) break
      if (onOneLine.has(this.text) && this.peek(() => this.newline)) break
      if (!this.#isBeforeItsOwn(isReturned && prefix === '')) this.doubt()
      prefix = this.text
      this.next()
    }
    // `keyof () => A`
    const isAfterWord = prefix !== '' && prefix !== 'abstract'
    if (this.is('<')) {
      this.typeParameters()
      this.bracketed(() => this.typeFunctionParameters())
      this.expect('=>')
      this.returnType()
      if (isAfterWord) this.doubt()
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
        this.returnType()
        if (isAfterWord) this.doubt()
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
    } else this.#named(isReturned && (prefix === '' || prefix === 'asserts'))
    while (this.is('[') && !this.newline) this.bracketed(() => this.#index())
    // It is for arrays.
    if (prefix === 'readonly' && this.source[this.before - 1] !== ']') this.doubt()
    return false
  }

  /** Reads `[]` or `[A]`. */
  #index(): void {
    this.next()
    if (!this.is(']')) this.type()
    this.expect(']')
  }

  /** Whether the word before a type is before one that it may be before. */
  #isBeforeItsOwn(isReturned: boolean): boolean {
    switch (this.text) {
      case 'typeof':
        return this.peek(() => this.kind === 'name' && !prefixes.has(this.text))
      case 'unique':
        return this.peek(() => this.is('symbol'))
      case 'abstract':
        return this.peek(() => this.is('new'))
      case 'asserts':
        return isReturned && this.peek(() => this.kind === 'name' && !prefixes.has(this.text))
      case 'infer':
        return this.#checks > 0 && this.peek(() => this.kind === 'name' && !prefixes.has(this.text))
    }
    return true
  }

  /** Whether a type may begin here. */
  #begins(): boolean {
    if (this.kind === 'name') return !never.has(this.text)
    return this.kind !== 'end' && (this.kind !== 'mark' || /^[([{<-]$/.test(this.text))
  }

  #named(isReturned: boolean): void {
    if (this.kind !== 'name') throw mismatch
    const isLiteral = literals.has(this.text)
    const isImport = this.text === 'import'
    const isPrefix = prefixes.has(this.text)
    if (!isLiteral && !isImport && (isReserved(this.text) || isPrefix)) this.doubt()
    const { start } = this
    this.next()
    // What is on the next line may be its operand, or a statement.
    if (isPrefix && this.newline) throw undecided
    if (this.beginsArguments() || this.is('.')) {
      if (isLiteral || keywords.has(this.source.slice(start, this.before))) this.doubt()
    }
    if (isImport) this.bracketed(() => this.#argument())
    while (this.eat('.')) {
      if (this.kind !== 'name' && this.kind !== 'private') throw mismatch
      this.next()
    }
    if (this.beginsArguments() && !this.newline) this.typeArguments()
    if (this.is('is') && !this.newline) {
      if (!isReturned) this.doubt()
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

  /** Whether the token is `<`, or `<<` as in `A<<B>() => C>`. */
  beginsArguments(): boolean {
    return this.text === '<' || this.text === '<<'
  }

  /** Where no arguments begin that are read by the grammar: each reading inside would look as far again. */
  readonly #noArguments = new Set<number>()

  /** Reads `<A, B>`. */
  typeArguments(): void {
    const { start, isCertain } = this
    if (this.#noArguments.has(start)) throw mismatch
    try {
      this.#arguments()
    } catch (error) {
      if (error === mismatch && isCertain) this.#noArguments.add(start)
      throw error
    }
  }

  #arguments(): void {
    if (this.is('<<')) this.halve()
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

  /** Reads `<const A extends B = C>`; `isCalled`: of a function, and not of a type. */
  typeParameters(isCalled = true): void {
    this.expect('<')
    if (this.is('>')) this.doubt()
    while (!this.is('>')) {
      for (let last = ''; variance.has(this.text) && this.peek(() => this.kind === 'name');) {
        // `in out`, or `const` of a function.
        if (this.is('const') !== isCalled || this.text === last || last === 'out') this.doubt()
        last = this.text
        this.next()
      }
      if (this.kind !== 'name') throw mismatch
      if (isReserved(this.text)) this.doubt()
      this.next()
      if (this.eat('extends')) this.type()
      if (this.eat('=')) this.type()
      if (!this.eat(',')) break
    }
    this.expect('>')
  }
}
