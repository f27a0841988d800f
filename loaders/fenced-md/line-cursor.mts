/** A line of Markdown, and how much of it has been read. Every look-up is amortised over the line's characters. */

const tab = 0x09
const space = 0x20

function indexFrom(text: string, character: string, start: number): number {
  const at = text.indexOf(character, start)
  return at === -1 ? text.length : at
}

/**
 * Reads a text line by line, and each line from its left. A tab reaches to the next column that is a multiple of
 * four, and can be read in part. CommonMark 0.31 §2.1 (characters and lines), §2.2 (tabs).
 */
export class LineCursor {
  readonly text: string
  /** Offset of the first character not read, in UTF-16 code units; a tab read in part is not read. */
  offset = 0
  /** Offset of the line's terminator, or of the text's end. */
  end = 0
  /** Offset of the following line: after the terminator, which may be CR LF. */
  following = 0
  /** Offset of the first character from `offset` on that is neither space nor tab; `end` when there is none. */
  next = 0
  /** Columns between `offset` and `next`. */
  indent = 0
  /** Offsets of the next line feed and carriage return; the text's end when there is none. */
  #feed = -1
  #return = -1
  #column = 0
  #partialTab = false
  #rule = { line: -1, start: 0, last: 0 }

  constructor(text: string) {
    this.text = text
    // A byte order mark is no part of the text, and a decoder may have left it in.
    if (text.charCodeAt(0) === 0xfeff) this.following = 1
  }

  /** Goes to the start of the next line; `false` when there is none. */
  nextLine(): boolean {
    const { text, following: start } = this
    if (start >= text.length) return false
    if (this.#feed < start) this.#feed = indexFrom(text, '\n', start)
    if (this.#return < start) this.#return = indexFrom(text, '\r', start)
    const end = Math.min(this.#feed, this.#return)
    this.following = Math.min(this.#feed === end + 1 ? end + 2 : end + 1, text.length)
    this.offset = start
    this.end = end
    this.#column = 0
    this.#partialTab = false
    this.#measureIndent()
    return true
  }

  /** Whether nothing but spaces and tabs is left of the line. */
  get blank(): boolean {
    return this.next === this.end
  }

  /** The character at `next`, as a UTF-16 code unit; NaN when the rest is blank. */
  get code(): number {
    return this.next === this.end ? NaN : this.text.charCodeAt(this.next)
  }

  /** Columns of a tab that was read in part which are not read yet: they belong before what follows the tab. */
  get padding(): number {
    return this.#partialTab ? 4 - (this.#column % 4) : 0
  }

  /** Reads the indentation and `length` characters after it, none of them a tab. */
  take(length: number): void {
    this.#column += this.indent + length
    this.offset = this.next + length
    this.#partialTab = false
    this.#measureIndent()
  }

  /** Reads `columns` columns of indentation, and no more than there are. */
  skipColumns(columns: number): void {
    let rest = Math.min(columns, this.indent)
    this.indent -= rest
    while (rest > 0) {
      const isTab = this.text.charCodeAt(this.offset) === tab
      const width = isTab ? 4 - (this.#column % 4) : 1
      this.#partialTab = width > rest
      this.#column += Math.min(width, rest)
      if (!this.#partialTab) this.offset++
      rest -= width
    }
  }

  /**
   * Whether the line from `next` on is a thematic break: three or more of one of `-`, `_`, `*`, and white space.
   * CommonMark §4.1. The line's tail is looked at once, since a line may hold a list marker at every second character.
   */
  isThematicBreak(): boolean {
    const rule = this.#rule
    if (rule.line !== this.end) {
      rule.line = this.end
      this.#findRule()
    }
    return rule.start <= this.next && this.next <= rule.last
  }

  /** Finds where a thematic break that ends this line may start: first and last offset. */
  #findRule(): void {
    const { text, next } = this
    let at = this.end - 1
    while (at > next && isBlankCode(text.charCodeAt(at))) at--
    const mark = text.charCodeAt(at)
    const isMark = mark === 0x2d || mark === 0x5f || mark === 0x2a
    let count = 0
    this.#rule.last = -1
    for (; isMark && at >= next; at--) {
      const code = text.charCodeAt(at)
      if (code !== mark && !isBlankCode(code)) break
      if (code === mark && ++count === 3) this.#rule.last = at
    }
    this.#rule.start = at + 1
  }

  #measureIndent(): void {
    const { text, end } = this
    let next = this.offset
    let column = this.#column
    for (; next < end; next++) {
      const code = text.charCodeAt(next)
      if (code === space) column++
      else if (code === tab) column += 4 - (column % 4)
      else break
    }
    this.next = next
    this.indent = column - this.#column
  }
}

/** Whether a UTF-16 code unit is a space or a tab. */
export function isBlankCode(code: number): boolean {
  return code === space || code === tab
}

/** Whether `text` has nothing but spaces and tabs from `start` to `end`. */
export function isBlank(text: string, start: number, end: number): boolean {
  let at = start
  while (at < end && isBlankCode(text.charCodeAt(at))) at++
  return at === end
}
