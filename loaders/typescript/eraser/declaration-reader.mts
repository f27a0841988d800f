/** Declarations, of which those of types are gone. */

import { ClassReader } from './class-reader.mts'
import { compiled, mismatch, undecided } from './stop.mts'
import { isReserved } from './words.mts'

/** `declare …`: what may follow the word. */
const ambient =
  /^(?:const|let|var|function|class|enum|namespace|module|global|abstract|type|interface|async)$/
/** Words between two operands. */
const operators = new Set(['in', 'instanceof', 'of', 'as', 'satisfies'])

/** After `export`. */
const values = new Set(['const', 'let', 'var', 'function', 'class', 'enum', 'async'])

export abstract class DeclarationReader extends ClassReader {
  /** Reads a declaration that begins with no reserved word, if it is one. `start`: of what is blanked, `export` and all. */
  declaration(start: number): boolean {
    switch (this.text) {
      case 'type':
        if (!this.namesNext()) return false
        this.aliasDeclaration(start)
        return true
      case 'interface':
        if (!this.namesNext()) return false
        this.interfaceDeclaration(start)
        return true
      case 'declare':
        if (!this.peek(() => ambient.test(this.text))) return false
        // Node takes both lines for one declaration, TypeScript does not.
        if (this.peek(() => this.newline)) throw undecided
        this.next()
        this.doubt()
        this.ambientDeclaration(start)
        return true
      case 'abstract':
        if (!this.peek(() => this.is('class') && !this.newline)) return false
        this.next()
        this.blank(this.before - 'abstract'.length)
        this.next()
        this.classTail()
        return true
      case 'enum':
        if (this.namesNext()) throw compiled
        return false
      case 'namespace':
      case 'module':
        if (this.#holdsValues()) throw compiled
        if (this.peek(() => !this.newline && (this.kind === 'name' || this.kind === 'string'))) {
          throw undecided
        }
        return false
      case 'using':
        if (!this.namesNext()) return false
        this.next()
        this.variables()
        this.semicolon()
        return true
    }
    return false
  }

  /** Whether a namespace begins with an exported value: of types alone it would be gone. */
  #holdsValues(): boolean {
    return this.peek(() => {
      while ((this.kind === 'name' && !this.newline) || this.is('.')) this.next()
      return (
        this.is('{') && this.peek(() => this.is('export') && this.peek(() => values.has(this.text)))
      )
    })
  }

  /** Whether a name follows on this line. */
  namesNext(): boolean {
    return this.peek(() => this.kind === 'name' && !this.newline && !operators.has(this.text))
  }

  /** Reads the name of what is gone. */
  #typeName(): void {
    if (this.kind !== 'name') throw mismatch
    if (isReserved(this.text)) this.doubt()
    this.names.types.push(this.start, this.end)
    this.next()
  }

  aliasDeclaration(start: number): void {
    this.next()
    this.#typeName()
    if (this.is('<')) this.typeParameters(false)
    this.expect('=')
    this.type()
    this.semicolon()
    this.blankStatement(start)
  }

  interfaceDeclaration(start: number): void {
    this.next()
    this.#typeName()
    if (this.is('<')) this.typeParameters(false)
    if (this.eat('extends')) this.types()
    this.bracketed(() => this.members())
    this.blankStatement(start)
  }

  /** What only declares is gone, whatever is in it. */
  ambientDeclaration(start: number): void {
    const { length } = this.blanks
    this.eat('async')
    this.eat('abstract')
    if (this.is('const') && this.peek(() => this.is('enum'))) this.next()
    switch (this.text) {
      case 'type':
        this.aliasDeclaration(start)
        break
      case 'interface':
        this.interfaceDeclaration(start)
        break
      case 'function':
        this.next()
        if (this.functionTail()) throw mismatch
        this.semicolon()
        break
      case 'class':
        this.next()
        if (!this.is('{')) this.next()
        if (this.is('<')) this.typeParameters(false)
        while (this.eat('extends') || this.eat('implements')) this.types()
        this.balanced()
        break
      case 'enum':
      case 'namespace':
      case 'module':
      case 'global':
        while (!this.is('{')) {
          if (this.newline || this.is(';') || this.kind === 'end') throw undecided
          this.next()
        }
        this.balanced()
        break
      default:
        this.next()
        this.variables()
        this.semicolon()
    }
    this.blanks.length = length
    this.blankStatement(start)
  }

  /** Reads a function; blanks the signature of an overload. */
  functionDeclaration(start: number, isDefault = false): void {
    const { length } = this.blanks
    const { counts } = this.names
    this.next()
    if (!isDefault && this.kind !== 'name' && !this.is('*')) throw mismatch
    if (this.functionTail()) return
    this.semicolon()
    this.blanks.length = length
    this.names.forget(counts)
    this.blankStatement(start)
    // An overload; or what has no body by mistake.
    const isFollowed =
      this.is('function') ||
      ((this.is('export') || this.is('async')) && this.peek(() => this.text !== ''))
    if (!isFollowed) this.doubt()
  }

  variables(): void {
    do {
      this.binding()
      const isDefinite = this.is('!')
      this.blankMark('!')
      if (isDefinite && !this.is(':')) this.doubt()
      this.annotation()
      if (isDefinite && this.is('=')) this.doubt()
      if (this.eat('=')) this.expression()
    } while (this.eat(','))
  }
}
