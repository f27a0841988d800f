/** Imports and exports. Which are used is not asked here. */

import { DeclarationReader } from './declaration-reader.mts'
import { mismatch, undecided } from './stop.mts'

/** What is exported as it is. */
const exported = new Set(['const', 'let', 'var', 'class'])

export abstract class ModuleReader extends DeclarationReader {
  abstract statement(): void

  importStatement(): void {
    const { start } = this
    this.next()
    const isType =
      this.is('type') &&
      this.peek(() => this.is('{') || this.is('*') || (this.kind === 'name' && !this.is('from')))
    if (isType) this.next()
    else if (
      this.is('type') &&
      this.peek(() => this.is('from') && this.peek(() => this.kind !== 'string'))
    )
      throw undecided
    this.#clause('import')
    this.#from()
    this.semicolon()
    if (isType) this.blankStatement(start)
  }

  exportStatement(): void {
    const { start } = this
    this.next()
    if (this.is('=') || this.is('import') || this.is('as')) throw undecided
    this.refuseDecorators()
    if (this.eat('default')) return this.#default(start)
    const isType = this.is('type') && this.peek(() => this.is('{') || this.is('*'))
    if (isType) this.next()
    if (this.is('{') || this.is('*')) {
      if (this.is('{')) this.#specifiers()
      else
        while (!this.is('from') || this.peek(() => this.kind !== 'string')) {
          if (this.kind === 'end' || this.is(';')) throw mismatch
          this.next()
        }
      this.#from()
      this.semicolon()
      if (isType) this.blankStatement(start)
      return
    }
    if (this.is('function') || this.is('async')) {
      if (this.eat('async') && !this.is('function')) throw mismatch
      return this.functionDeclaration(start)
    }
    if (this.declaration(start)) return
    if (!exported.has(this.text)) throw mismatch
    this.statement()
  }

  #default(start: number): void {
    if (this.is('interface') && this.namesNext()) return this.interfaceDeclaration(start)
    if (this.is('abstract') && this.declaration(start)) return
    if (this.is('async') && this.peek(() => this.is('function') && !this.newline)) this.next()
    if (this.is('function')) return this.functionDeclaration(start, true)
    if (this.is('class')) {
      this.next()
      return this.classTail()
    }
    this.refuseDecorators()
    this.expression()
    this.semicolon()
  }

  /** Reads what is imported, or what is exported in braces. */
  #clause(_of: 'import' | 'export'): void {
    while (this.kind !== 'string' && !this.is('from')) {
      if (this.is('{')) this.#specifiers()
      else if (this.is('=')) throw undecided
      else if (this.is('*') || this.is(',') || this.kind === 'name') this.next()
      else if (this.is(';') || this.newline || this.kind === 'end') return
      else throw mismatch
    }
  }

  #from(): void {
    this.eat('from')
    if (this.kind !== 'string') return
    this.next()
    if (this.is('with') && !this.newline) {
      this.next()
      this.balanced()
    }
  }

  /** Blanks `type A,` in braces. */
  #specifiers(): void {
    this.next()
    while (!this.is('}')) {
      const { start } = this
      const isType =
        this.is('type') && this.peek(() => this.kind === 'name' || this.kind === 'string')
      if (isType && this.peek(() => this.is('as'))) throw undecided
      while (!this.is(',') && !this.is('}')) {
        if (this.kind !== 'name' && this.kind !== 'string') throw mismatch
        this.next()
      }
      this.eat(',')
      if (isType) this.blank(start)
    }
    this.next()
  }
}
