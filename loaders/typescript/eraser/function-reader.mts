/** Functions, objects, lists and patterns: what has brackets among expressions. */

import { AnnotationReader } from './annotation-reader.mts'
import { compiled, mismatch, undecided } from './stop.mts'
import { isReserved } from './words.mts'

/** What a line may not end after; the longest has six letters. */
const startsOperand = /\b(?:async|return|throw|yield)$/
const modifiers = new Set(['public', 'private', 'protected', 'readonly', 'override'])
/** After the bracket that may be an arrow function's. */
const beginsParameters = new Set([')', '@', '{', '[', '...'])
const accessors = new Set(['get', 'set', 'async'])

export abstract class FunctionReader extends AnnotationReader {
  /** Where no arrow function begins. Whoever goes back comes by there again, as often as brackets are in brackets. */
  readonly #noArrows = new Set<number>()

  abstract block(): void
  abstract expression(): void

  /**
   * What is in brackets begins, where no `:` of the outside counts; returns what `leave` is to be given. A reading that fails
   * in between goes back to where the rules were others.
   */
  enter(): boolean {
    const outer = this.beforeColon
    this.beforeColon = false
    return outer
  }

  leave(outer: boolean): void {
    this.beforeColon = outer
  }

  /** Reads to a bracket: expressions, spread ones, or none between commas. */
  list(close: string): void {
    while (!this.is(close)) {
      if (this.eat(',')) continue
      this.eat('...')
      this.expression()
      if (!this.is(close)) this.expect(',')
    }
    this.next()
  }

  /** Notes a name that stands for a value. */
  value(start: number, end: number): void {
    this.names.references.push(start, end)
    if (this.isPattern) this.names.bindings.push(start, end)
  }

  array(): void {
    this.next()
    const outer = this.enter()
    this.list(']')
    this.leave(outer)
  }

  /** Reads an object, or a pattern, which may look like one with defaults. */
  object(): void {
    this.next()
    const outer = this.enter()
    while (!this.is('}')) {
      this.#property()
      if (!this.is('}')) this.expect(',')
    }
    this.leave(outer)
    this.next()
  }

  #property(): void {
    if (this.eat('...')) return this.expression()
    while (this.is('*') || (accessors.has(this.text) && this.#isModifier())) this.next()
    const { start, end } = this
    const isName = this.kind === 'name'
    this.key()
    if (this.eat(':')) this.expression()
    else if (this.is('=') || this.is(',') || this.is('}')) {
      if (isName) this.value(start, end)
      if (this.eat('=')) this.expression()
    } else if (this.is('(') || this.is('<')) this.functionTail()
  }

  #isModifier(): boolean {
    return (
      this.kind === 'name' && this.peek(() => this.kind !== 'mark' || this.is('[') || this.is('*'))
    )
  }

  /** Reads the name of a member. */
  key(): void {
    if (this.is('[')) {
      this.next()
      const outer = this.enter()
      this.expression()
      this.leave(outer)
      this.expect(']')
    } else if (this.kind === 'mark' || this.kind === 'end' || this.kind === 'template')
      throw mismatch
    else this.next()
  }

  /** Reads a function from its name on; `false` where it has no body. */
  functionTail(): boolean {
    this.eat('*')
    if (this.kind === 'name') this.bind()
    this.blankTypeParameters()
    this.parameters()
    this.annotation(true)
    if (!this.is('{')) return false
    this.body()
    return true
  }

  /** Reads a function's block. */
  body(): void {
    const outer = this.enter()
    const { isPattern } = this
    this.isPattern = false
    this.block()
    this.isPattern = isPattern
    this.leave(outer)
  }

  /** Whether `this` is among them. */
  parameters(): boolean {
    this.expect('(')
    const outer = this.enter()
    let hasThis = false
    for (let isFirst = true; !this.is(')'); isFirst = false) {
      this.refuseDecorators()
      if (
        modifiers.has(this.text) &&
        this.peek(() => this.kind === 'name' || this.is('{') || this.is('['))
      )
        throw compiled
      const { start } = this
      const isThis = this.is('this')
      const isRest = this.eat('...')
      this.binding()
      const isOptional = this.is('?')
      this.blankMark('?')
      this.annotation()
      // `this` comes first, and what may be left out has no default.
      if (isOptional && (isRest || isThis || this.is('='))) this.doubt()
      if (isThis && (isRest || !isFirst || this.is('='))) this.doubt()
      if (this.eat('=')) this.expression()
      const isLast = !this.eat(',')
      if (isRest && !isLast) this.doubt()
      if (isThis) this.blank(start)
      hasThis ||= isThis
      if (isLast) break
    }
    this.leave(outer)
    this.expect(')')
    return hasThis
  }

  /** Reads a name or a pattern. */
  binding(): void {
    if (this.kind === 'name') return this.bind()
    if (!this.is('{') && !this.is('[')) throw mismatch
    const outer = this.isPattern
    this.isPattern = true
    if (this.is('{')) this.object()
    else this.array()
    this.isPattern = outer
  }

  /** Reads a name that is bound here. */
  bind(): void {
    // What is blank is not seen by V8.
    if (isReserved(this.text) && !this.is('this')) this.doubt()
    this.names.bindings.push(this.start, this.end)
    this.next()
  }

  /** Reads an arrow function, if it is one. */
  arrow(): boolean {
    const hasTypes = this.is('<')
    if (!hasTypes && this.peek(() => this.kind !== 'name' && !beginsParameters.has(this.text)))
      return false
    const { start, before } = this
    if (this.#noArrows.has(start)) return false
    let closed = 0
    const isArrow = this.attempt(() => {
      this.blankTypeParameters()
      // Node moves the bracket: the end of a line may not part it from the word.
      const hasLines = this.#hasLines(start, this.start)
      if (hasLines && startsOperand.test(this.source.slice(Math.max(before - 7, 0), before)))
        throw undecided
      const hasThis = this.parameters()
      closed = this.before - 1
      const isAmbiguous = this.is(':') && this.beforeColon
      this.annotation(true)
      if (!this.is('=>') || this.newline) throw mismatch
      if (isAmbiguous) throw undecided
      if (hasThis) this.doubt()
    })
    if (!isArrow) {
      this.#noArrows.add(start)
      return false
    }
    if (this.#hasLines(closed, this.before)) {
      // Between an arrow and its parameters no line may end.
      this.blank(closed, closed + 1)
      this.placed.set(this.before - 1, ')')
    }
    this.arrowBody()
    return true
  }

  #hasLines(start: number, end: number): boolean {
    const at = this.source.indexOf('\n', start)
    return at >= 0 && at < end
  }

  arrowBody(): void {
    this.expect('=>')
    if (this.is('{')) this.body()
    else this.expression()
  }
}
