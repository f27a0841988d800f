/** The code blocks of a document: what each is called, and where its content stands in the text. */

import type { LineCursor } from './line-cursor.mts'

export interface CodeBlock {
  readonly kind: 'fenced' | 'indented'
  /** The info string as it is written (`unescapeInfo` undoes its escapes); empty for indented code. */
  readonly info: string
  /** Its content in `CodeSpans`: the first span's index, and the index after the last one. */
  readonly firstSpan: number
  endSpan: number
}

/**
 * The content of all code blocks, as parallel lists, since there may be millions of lines. Span `i` is `paddings[i]`
 * spaces and then `text.slice(starts[i], ends[i])`: one line or more, with their terminators. A line begins a new span
 * when something before it is no content: a container's prefix, the block's own indentation. Offsets are UTF-16 code
 * units.
 */
export interface CodeSpans {
  readonly starts: number[]
  readonly ends: number[]
  /** What is left of a tab that is indentation in part; nearly always 0. */
  readonly paddings: number[]
}

/** Collects code blocks in the document's order, one open at a time. */
export class CodeBlocks {
  readonly blocks: CodeBlock[] = []
  readonly spans: CodeSpans = { starts: [], ends: [], paddings: [] }
  /** Where the open block's last line that is not blank ends: number of spans, and offset. */
  #solidSpans = 0
  #solidEnd = 0

  /** Opens a block that has no line yet. */
  open(kind: CodeBlock['kind'], info: string): void {
    const firstSpan = this.spans.starts.length
    this.blocks.push({ kind, info, firstSpan, endSpan: firstSpan })
  }

  /** Adds the rest of a line to the open block, without up to `indent` columns of indentation. */
  addLine(line: LineCursor, indent: number): void {
    line.skipColumns(indent)
    const { starts, ends, paddings } = this.spans
    const { offset, padding, following } = line
    if (offset === ends.at(-1) && padding === 0) ends[ends.length - 1] = following
    else {
      starts.push(padding > 0 ? offset + 1 : offset)
      ends.push(following)
      paddings.push(padding)
    }
    if (line.blank) return
    this.#solidSpans = starts.length
    this.#solidEnd = following
  }

  /** Closes the open block. Blank lines at the end of indented code are not its own. CommonMark 0.31 §4.4. */
  close(): void {
    const block = this.blocks.at(-1)
    if (block === undefined) return
    block.endSpan = this.spans.starts.length
    if (block.kind === 'fenced') return
    block.endSpan = this.#solidSpans
    this.spans.ends[this.#solidSpans - 1] = this.#solidEnd
  }
}
