/** Takes code out of a document without moving it: everything else becomes white space. */

import type { CodeBlock, CodeSpans } from './code-blocks.mts'

const tab = 0x09
const lineFeed = 0x0a
const carriageReturn = 0x0d
const space = 0x20

/** A text that is written from its begin to its end, as V8 holds it: in one byte for each code unit where that is enough. */
class Blanked {
  readonly #text: string
  readonly #width: 1 | 2
  readonly #bytes: Buffer
  #at = 0

  constructor(text: string) {
    this.#text = text
    this.#width = /[^\0-\xff]/.test(text) ? 2 : 1
    this.#bytes = Buffer.alloc(text.length * this.#width)
  }

  /** Blanks up to `end`. */
  blank(end: number): void {
    const text = this.#text
    const bytes = this.#bytes
    const width = this.#width
    for (let at = this.#at; at < end; at++) {
      const code = text.charCodeAt(at)
      const isKept = code === lineFeed || code === carriageReturn || code === tab
      bytes[at * width] = isKept ? code : space
    }
    this.#at = end
  }

  /** Keeps what is there up to `end`. */
  keep(end: number): void {
    const kept = this.#text.slice(this.#at, end)
    this.#bytes.write(kept, this.#at * this.#width, this.#encoding)
    this.#at = end
  }

  get #encoding(): 'latin1' | 'utf16le' {
    return this.#width === 1 ? 'latin1' : 'utf16le'
  }

  toString(): string {
    return this.#bytes.toString(this.#encoding)
  }
}

/**
 * Blanks `text` but for the content of `blocks`. Each UTF-16 code unit becomes a space, so that lines and columns stay;
 * tabs, line feeds and carriage returns stay themselves. U+2028 and U+2029 become spaces as well: V8 counts them as
 * line terminators, editors and CommonMark do not.
 */
export function blankAround(text: string, blocks: readonly CodeBlock[], spans: CodeSpans): string {
  const blanked = new Blanked(text)
  for (const { firstSpan, endSpan } of blocks) {
    for (let span = firstSpan; span < endSpan; span++) {
      blanked.blank(spans.starts[span] as number)
      blanked.keep(spans.ends[span] as number)
    }
  }
  blanked.blank(text.length)
  return blanked.toString()
}
