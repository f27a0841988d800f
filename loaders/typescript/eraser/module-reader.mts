/** Imports and exports. Which are used is not asked here. */

import { DeclarationReader } from './declaration-reader.mts'
import { mismatch, undecided } from './stop.mts'
import { isReserved } from './words.mts'
import type { ModuleStatics } from '../../../core/module-statics.mts'

/** What is exported as it is. */
const exported = new Set(['const', 'let', 'var', 'class'])

export abstract class ModuleReader extends DeclarationReader {
  /** The specifiers of what stays, `start` behind the first quote. */
  readonly sources: ModuleStatics['imports'][number][] = []
  hasDefault = false
  /** Whether an import or an export stays. */
  isModule = false
  /** Whether imports and exports are as plain as most: no attributes, no escapes, no `default` among names. */
  isPlain = true

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
    if (this.kind !== 'string') {
      this.#clause(isType)
      // Blank, what is missing would be missed by nobody.
      if (!this.is('from') || this.peek(() => this.kind !== 'string')) throw mismatch
    }
    this.#from(isType)
    this.semicolon()
    if (isType) this.blankStatement(start)
  }

  exportStatement(): void {
    const { start } = this
    const { hasDefault } = this
    const { length } = this.blanks
    this.#exportStatement()
    if (!this.blanks.includes(start, length)) this.isModule = true
    // `export default function f(): void` is gone.
    else this.hasDefault = hasDefault
  }

  #exportStatement(): void {
    const { start } = this
    this.next()
    if (this.is('=') || this.is('import') || this.is('as')) throw undecided
    this.refuseDecorators()
    if (this.eat('default')) return this.#default(start)
    const isType = this.is('type') && this.peek(() => this.is('{') || this.is('*'))
    if (isType) this.next()
    if (this.is('{') || this.is('*')) {
      const { length } = this.names.exported
      const hasBraces = this.is('{')
      if (hasBraces) this.#specifiers(isType ? undefined : 'export')
      else
        while (!this.is('from') || this.peek(() => this.kind !== 'string')) {
          if (this.kind === 'end' || this.is(';')) throw mismatch
          if (this.is('default')) this.isPlain = false
          this.next()
        }
      if (this.is('from')) {
        // Of types alone it is no import, as one of no names is none.
        if (hasBraces && !isType && this.names.exported.length === length) this.names.clause()
        // What another module has is not named here.
        this.names.exported.length = length
      }
      if (this.is('from') ? this.peek(() => this.kind !== 'string') : this.isOf('string'))
        throw mismatch
      this.#from(isType)
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
    this.hasDefault = true
    if (this.is('interface') && this.namesNext()) {
      this.hasDefault = false
      return this.interfaceDeclaration(start)
    }
    if (this.is('abstract') && this.declaration(start)) return
    if (this.is('async') && this.peek(() => this.is('function') && !this.newline)) this.next()
    if (this.is('function')) return this.functionDeclaration(start, true)
    if (this.is('class')) {
      this.next()
      return this.classTail()
    }
    this.refuseDecorators()
    const { start: at, end } = this
    const isName = this.kind === 'name'
    this.expression()
    if (isName && this.before === end) this.names.exported.push(at, end)
    this.semicolon()
  }

  /** Reads what is imported. */
  #clause(isType: boolean): void {
    if (!isType) this.names.clause()
    let parts = 0
    while (this.kind !== 'string' && !this.is('from')) {
      if (this.is('=')) throw undecided
      if (this.is(';') || this.newline || this.kind === 'end') return
      if (this.eat(',')) {
        if (this.is('from')) this.doubt()
      } else {
        parts += 1
        if (this.is('{')) this.#specifiers(isType ? undefined : 'import')
        else {
          if (this.eat('*')) this.expect('as')
          if (this.kind !== 'name') throw mismatch
          this.#import(isType)
        }
        // `import defer * as a`, and what nobody knows yet.
        if (!this.is(',') && !this.is('from')) this.doubt()
      }
    }
    if (parts > (isType ? 1 : 2)) this.doubt()
  }

  #import(isType: boolean): void {
    // `import type`, `import from`
    if (this.text !== '') this.doubt()
    if (!isType) this.names.import(this.start, this.end)
    this.next()
  }

  #from(isType: boolean): void {
    this.eat('from')
    if (this.kind !== 'string') return
    if (!isType) {
      const specifier = this.source.slice(this.start + 1, this.end - 1)
      if (specifier.includes('\\')) this.isPlain = false
      this.isModule = true
      this.sources.push({ specifier, start: this.start + 1, attributes: null })
    }
    this.next()
    if (this.is('with') && !this.newline) {
      this.isPlain = false
      this.next()
      this.balanced()
    }
  }

  /** Blanks `type A,` in braces. Notes names: those that an import binds, or those that are exported. */
  #specifiers(of: 'import' | 'export' | undefined): void {
    this.next()
    while (!this.is('}')) {
      const { start } = this
      const isType =
        this.is('type') && this.peek(() => this.kind === 'name' || this.kind === 'string')
      if (isType && this.peek(() => this.is('as'))) throw undecided
      let named = start
      let nameEnd = this.end
      let words = 0
      let last = ''
      while (!this.is(',') && !this.is('}')) {
        if (this.kind !== 'name' && this.kind !== 'string') throw mismatch
        // `a as b`
        if (words === (isType ? 2 : 1) && !this.is('as')) this.doubt()
        // Of an import the last name counts, of an export the first.
        if (of === 'import') {
          named = this.start
          nameEnd = this.end
        }
        last = this.kind === 'string' ? 'string' : this.text
        words += 1
        if (this.is('default') || this.kind === 'string') this.isPlain = false
        this.next()
      }
      const isWhole = words === (isType ? 2 : 1) || words === (isType ? 4 : 3)
      if (!isWhole) this.doubt()
      // What is blank is not seen by V8.
      if (of !== 'export' && (isReserved(last) || last === 'string')) this.doubt()
      if (of === undefined && isType) this.doubt()
      this.eat(',')
      if (isType) this.blank(start)
      else if (of === 'import') this.names.import(named, nameEnd)
      else if (of === 'export') this.names.exported.push(named, nameEnd)
    }
    this.next()
  }
}
