/** Templates and regular expressions, which are no tokens: what is in them depends on where they are. */

import { isNamePart } from './characters.mts'
import { Reader } from './reader.mts'
import { mismatch, undecided } from './stop.mts'

export abstract class LiteralReader extends Reader {
  /** Reads `/…/flags`, of which the token is the first slash. */
  regularExpression(): void {
    const { source } = this
    let inClass = false
    for (let at = this.start + 1; at < source.length; at++) {
      const character = source[at]!
      if (character === '\n') break
      if (character === '\\') at++
      else if (character === '[') inClass = true
      else if (character === ']') inClass = false
      else if (character === '/' && !inClass) {
        this.end = at + 1
        while (this.end < source.length && isNamePart(source.charCodeAt(this.end))) this.end++
        return this.next()
      }
    }
    throw undecided
  }

  /** Reads a template, of which the token is the first backtick; `hole` reads what is in its braces. */
  template(hole: () => void): void {
    const { source } = this
    for (let at = this.start + 1; at < source.length; at++) {
      const character = source[at]!
      if (character === '\\') at++
      else if (character === '`') {
        this.end = at + 1
        return this.next()
      }
      if (character === '$' && source[at + 1] === '{') {
        this.end = at + 2
        this.brackets += 1
        this.next()
        hole()
        if (!this.is('}')) throw mismatch
        at = this.end - 1
      }
    }
    throw undecided
  }
}
