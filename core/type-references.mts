/**
 * Where a text of TypeScript or JavaScript names modules, types included: `import type`, `import('x').T`, `import x =
 * require('x')`, `declare module 'x'`, `/// <reference path>`, and JSDoc's. The lexer that the engine uses for what Node runs
 * leaves out what is erased. One pass over tokens; a quotation mark that ends nowhere in its line is none (JSX has such).
 */

import { scanModule } from './module-syntax.mts'
import { beat } from './pulse.mts'
import { unescaped } from './string-escapes.mts'

export interface FoundReference {
  readonly specifier: string
  /** Offsets of the specifier, without its quotation marks. */
  readonly start: number
  readonly end: number
  /** The import's `type`. */
  readonly type: string
  readonly kind: 'import' | 'dynamic' | 'require'
  /** Whether it is a path, of `/// <reference path>` or the like, and no specifier. */
  readonly isPath: boolean
  /** Whether a program runs without it. */
  readonly erased: boolean
}

interface Token {
  readonly kind: 'word' | 'string' | 'mark'
  readonly text: string
}

const blank = /\s+/y
const word = /[\w$\u0080-\uffff]+/y
const string = /"(?:[^"\\\n\r]|\\[^])*"|'(?:[^'\\\n\r]|\\[^])*'/y
const unendedString = /"(?:[^"\\\n\r]|\\[^])*|'(?:[^'\\\n\r]|\\[^])*/y
const regularExpression = /\/(?:[^/\\[\n\r]|\\[^\n\r]|\[(?:[^\]\\\n\r]|\\[^\n\r])*\])+\/\w*/y
const restOfLine = /[^\n\r]*/y
const lineComment = /\/\/[^\n\r\u2028\u2029]*/y
const blockComment = /\/\*[^]*?(?:\*\/|$)/y
const templatePart = /(?:[^`\\$]|\\[^]|\$(?!\{))*(?:`|\$\{)/y

/** Words after which an expression begins: a slash there is the start of a regular expression. */
const openers = new Set(
  'await case delete do else extends in instanceof new of return throw typeof void yield'.split(
    ' ',
  ),
)

/** Tokens after which whoever waits is told that the work goes on. */
const BEAT = 2 ** 16

/** `with { type: 'json' }`, after a specifier; and as the second argument of `import()`. */
const attributes =
  /\s*(?:with|assert|,\s*\{\s*['"]?(?:with|assert)['"]?\s*:)\s*\{[^{}]*?\btype['"]?\s*:\s*['"]([a-z]+)['"]/y

const referencePath = /^\/\/\/\s*<reference\s+(?:path|types)\s*=\s*(["'])(.+?)\1/
const jsdocImport =
  /\bimport\s*\(\s*(["'])([^"'\n]+)\1\s*\)|@import\b[^'"@]*?\bfrom\s+(["'])([^"'\n]+)\3/g

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

function beginsExpression(last: Token | undefined): boolean {
  if (last === undefined) return true
  if (last.kind === 'word') return openers.has(last.text)
  return last.kind === 'mark' && !')]}'.includes(last.text)
}

class Reader {
  readonly #text: string
  readonly #isScript: boolean
  readonly found: FoundReference[] = []
  /** The last four tokens, the last one first. */
  #before: Token[] = []
  /** For each open brace: whether it is that of a template's `${`. */
  readonly #braces: boolean[] = []
  /** Whether the statement that an `import` or `export` began is erased. */
  #isErased = false
  #at = 0
  /** By quotation mark: up to where none of them begins a string, since one before has looked for its end. */
  readonly #unended = { '"': 0, "'": 0 }
  /** Units that may still be read in vain for the ends of regular expressions: a text that has more such slashes means harm. */
  #room: number

  constructor(text: string, isScript: boolean) {
    this.#text = text
    this.#isScript = isScript
    this.#room = 2 ** 16 + 4 * text.length
  }

  read(): void {
    for (let count = 1; this.#at < this.#text.length; count += 1) {
      this.#next()
      if (count % BEAT === 0) beat()
    }
  }

  #token(kind: Token['kind'], text: string): void {
    this.#before = [{ kind, text }, ...this.#before.slice(0, 3)]
    this.#at += text.length
  }

  #take(pattern: RegExp): string | undefined {
    return match(pattern, this.#text, this.#at)
  }

  #next(): void {
    const character = this.#text[this.#at]!
    const space = this.#take(blank)
    if (space !== undefined) {
      this.#at += space.length
    } else if (character === '/') this.#slash()
    else if (character === '"' || character === "'") {
      const whole = this.#at < this.#unended[character] ? undefined : this.#take(string)
      if (whole !== undefined) {
        this.#string(whole)
        this.#token('string', whole)
      } else {
        if (this.#at >= this.#unended[character]) {
          this.#unended[character] = this.#at + this.#take(unendedString)!.length
        }
        this.#at += 1
      }
    } else if (character === '`') {
      this.#at += 1
      this.#template()
    } else if (character === '}' && this.#braces.pop() === true) {
      this.#at += 1
      this.#template()
    } else {
      const name = this.#take(word)
      if (name !== undefined) this.#word(name)
      else {
        if (character === '{') this.#braces.push(false)
        this.#token('mark', character)
      }
    }
  }

  #word(name: string): void {
    const [last] = this.#before
    if (name === 'import' || name === 'export') this.#isErased = false
    else if (name === 'type' && (last?.text === 'import' || last?.text === 'export')) {
      this.#isErased = true
    }
    this.#token('word', name)
  }

  /** Goes on in a template, to its end or to a `${`. */
  #template(): void {
    const part = this.#take(templatePart)
    if (part === undefined) this.#at = this.#text.length
    else if (part.endsWith('`')) this.#token('string', part)
    else {
      this.#braces.push(true)
      this.#token('mark', part)
      this.#before = []
    }
  }

  #slash(): void {
    const comment = this.#take(lineComment) ?? this.#take(blockComment)
    if (comment !== undefined) {
      if (comment.startsWith('///')) this.#directive(comment)
      else if (this.#isScript && comment.startsWith('/**')) this.#jsdoc(comment)
      this.#at += comment.length
      return
    }
    const mayBegin = this.#room > 0 && beginsExpression(this.#before[0])
    const whole = mayBegin ? this.#take(regularExpression) : undefined
    if (mayBegin && whole === undefined) this.#room -= this.#take(restOfLine)!.length
    if (whole === undefined) this.#token('mark', '/')
    else this.#token('string', whole)
  }

  #add(written: string, start: number, rest: Partial<FoundReference> = {}): void {
    if (written === '') return
    const place = { specifier: unescaped(written), start, end: start + written.length }
    this.found.push({ ...place, type: '', kind: 'import', isPath: false, erased: true, ...rest })
  }

  #directive(comment: string): void {
    const [whole = '', , specifier = ''] = referencePath.exec(comment) ?? []
    // `types="node"` is a package; with a path it is a declaration for the file that has it.
    const isPath = whole.includes('path') || /^(?:\.{0,2}\/|https?:)/.test(specifier)
    if (!isPath || this.#before.length > 0) return
    const start = this.#at + whole.length - 1 - specifier.length
    // A path is relative whether it says so or not.
    const named = /^(?:\.{0,2}\/|[a-z][a-z\d+.-]+:)/i.test(specifier) ? specifier : `./${specifier}`
    this.#add(specifier, start, { specifier: named, isPath: true })
  }

  #jsdoc(comment: string): void {
    for (const found of comment.matchAll(jsdocImport)) {
      const specifier = found[2] ?? found[4] ?? ''
      const start = this.#at + found.index + found[0].lastIndexOf(specifier)
      this.#add(specifier, start, { kind: 'dynamic' })
    }
  }

  #string(whole: string): void {
    const [last, second, third] = this.#before
    const specifier = whole.slice(1, -1)
    const start = this.#at + 1
    const own = (rest: Partial<FoundReference>) => {
      attributes.lastIndex = this.#at + whole.length
      const [, type = ''] = attributes.exec(this.#text) ?? []
      this.#add(specifier, start, { type, ...rest })
    }
    if (last?.kind === 'word') {
      if (last.text === 'from' && second?.text !== '.') own({ erased: this.#isErased })
      else if (last.text === 'import' && second?.text !== '.') own({ erased: false })
      else if (last.text === 'module' && second?.text === 'declare') own({})
    } else if (last?.text === '(' && second?.kind === 'word' && third?.text !== '.') {
      if (second.text === 'import') own({ kind: 'dynamic' })
      else if (second.text === 'require') own({ kind: 'require', erased: third?.text !== '=' })
    }
  }
}

/** What a text names, in its order. `isScript`: JavaScript, whose JSDoc has types. */
export function referencesOf(text: string, isScript: boolean): FoundReference[] {
  const reader = new Reader(text, isScript)
  reader.read()
  const { found } = reader
  const known = new Set(found.map(({ start }) => start))
  // Which slash begins a regular expression the lexer knows better, and after one that was missed all is a string.
  for (const each of scanModule(text)?.imports ?? []) {
    if ((each.type !== 'static' && each.type !== 'reexport-star') || known.has(each.start)) continue
    const { specifier, start, end, attributes, typeOnly: erased } = each
    const { type = '' } = Object.fromEntries(attributes ?? [])
    found.push({ specifier, start, end, type, kind: 'import', isPath: false, erased })
  }
  return found.sort((a, b) => a.start - b.start)
}
