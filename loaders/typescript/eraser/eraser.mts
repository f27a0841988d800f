/** Erasable TypeScript, whole programs: what white space has to take the place of. */

import { ModuleReader } from './module-reader.mts'
import { compiled, mismatch, undecided } from './stop.mts'

const declares = new Set(['const', 'let', 'var', 'using'])

export class Eraser extends ModuleReader {
  /** Reads it all. */
  program(): void {
    if (this.source.startsWith('#!')) {
      const end = this.source.indexOf('\n')
      this.end = end < 0 ? this.source.length : end
    }
    this.next()
    while (!this.isOf('end')) {
      if (this.is('export')) this.exportStatement()
      else if (this.is('import') && !this.peek(() => this.is('(') || this.is('.')))
        this.importStatement()
      else this.statement()
    }
  }

  block(): void {
    this.expect('{')
    while (!this.is('}')) {
      if (this.kind === 'end') throw mismatch
      this.statement()
    }
    this.next()
  }

  statement(): void {
    if (this.kind === 'name') this.#byWord()
    else if (this.is('{')) this.block()
    else if (this.is(';')) this.next()
    else this.#expressionStatement()
  }

  /** Reads what depends on a head, a word or a label: were it gone, the next statement would take its place. */
  #body(): void {
    const { start } = this
    this.statement()
    if (this.blanks.at(-2) === start) throw undecided
  }

  #expressionStatement(): void {
    const isName = this.kind === 'name'
    const { end } = this
    this.expressions()
    // A label.
    if (isName && this.before === end && this.eat(':')) {
      this.names.references.length -= 2
      return this.#body()
    }
    this.semicolon()
  }

  #byWord(): void {
    const { start } = this
    switch (this.text) {
      case 'import':
        if (this.peek(() => this.is('(') || this.is('.'))) break
        throw mismatch
      case 'export':
        throw mismatch
      case 'const':
      case 'let':
      case 'var':
        this.next()
        if (this.is('enum')) throw compiled
        this.variables()
        return this.semicolon()
      case 'function':
        return this.functionDeclaration(start)
      case 'async':
        if (!this.peek(() => this.is('function') && !this.newline)) break
        this.next()
        return this.functionDeclaration(start)
      case 'class':
        this.next()
        return this.classTail()
      case 'if':
      case 'while':
      case 'with':
      case 'for':
        return this.#headed()
      case 'else':
      case 'try':
      case 'finally':
      case 'do':
        this.next()
        return this.#body()
      case 'switch':
        return this.#switch()
      case 'catch':
        this.next()
        if (this.eat('(')) {
          this.binding()
          this.annotation()
          this.expect(')')
        }
        return this.block()
      case 'break':
      case 'continue':
        this.next()
        if (this.kind === 'name' && !this.newline) this.next()
        return this.semicolon()
      case 'return':
      case 'throw':
      case 'debugger':
        this.next()
        if (!this.newline && !this.is(';') && !this.is('}') && this.kind !== 'end')
          this.expressions()
        return this.semicolon()
      default:
        if (this.declaration(start)) return
    }
    this.#expressionStatement()
  }

  /** Reads `if (…)`, `for (…)` and so on, and what they hold. */
  #headed(): void {
    this.next()
    this.eat('await')
    this.expect('(')
    const outer = this.enter()
    while (!this.is(')')) {
      if (this.is(';') || this.is('of') || this.is('in')) this.next()
      else if (
        declares.has(this.text) &&
        this.peek(() => this.kind === 'name' || this.is('{') || this.is('['))
      ) {
        this.next()
        this.variables()
      } else if (this.is('await') && this.peek(() => this.is('using'))) throw undecided
      else this.expressions()
    }
    this.leave(outer)
    this.next()
    this.#body()
  }

  #switch(): void {
    this.next()
    this.expect('(')
    const outer = this.enter()
    this.expressions()
    this.leave(outer)
    this.expect(')')
    this.expect('{')
    while (!this.is('}')) {
      if (this.eat('case')) {
        this.caseExpression()
        this.expect(':')
      } else if (this.is('default') && this.peek(() => this.is(':'))) {
        this.next()
        this.next()
      } else if (this.kind === 'end') throw mismatch
      else this.statement()
    }
    this.next()
  }
}
