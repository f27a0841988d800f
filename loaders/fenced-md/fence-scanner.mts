/**
 * Finds the code blocks of a Markdown document: the block half of CommonMark 0.31, line by line, and nothing inline.
 * Its time is linear in the document's length, whatever is in it.
 */

import { isClosingFence, isFenceCode, isHeading, isUnderline } from './block-start.mts'
import { openingFence, takeListMarker, takeQuoteMarker } from './block-start.mts'
import { ContainerStack } from './container-stack.mts'
import { endsHtml, htmlKind } from './html-block.mts'
import { LineCursor } from './line-cursor.mts'
import { isAllDefinitions } from './link-definition.mts'
import type { Fence } from './block-start.mts'
import type { HtmlKind } from './html-block.mts'

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

export interface CodeBlocks {
  /** In the document's order. */
  readonly blocks: readonly CodeBlock[]
  readonly spans: CodeSpans
}

/** Finds the code blocks of a Markdown document. Never fails: every text is Markdown. */
export function scanCodeBlocks(text: string): CodeBlocks {
  return new FenceScanner(text).scan()
}

type Leaf = 'none' | 'paragraph' | 'fenced' | 'indented' | 'html'

class FenceScanner {
  readonly #line: LineCursor
  readonly #containers = new ContainerStack()
  readonly #blocks: CodeBlock[] = []
  readonly #spans: CodeSpans = { starts: [], ends: [], paddings: [] }
  /** The open block that can hold no other, and what is known of it. */
  #leaf: Leaf = 'none'
  #fence: Fence | undefined
  #html: HtmlKind = 0
  /** Where an indented block would end now: the blank lines at its end are not its own. */
  #solidSpans = 0
  #solidEnd = 0
  /** The lines of a paragraph that begins with `[`. */
  #definitions: string[] | undefined

  constructor(text: string) {
    this.#line = new LineCursor(text)
  }

  scan(): CodeBlocks {
    while (this.#line.nextLine()) {
      this.#containers.follow(this.#line)
      if (this.#containers.followed) {
        if (this.#continueLeaf()) continue
      } else if (this.#leaf !== 'paragraph' || this.#line.blank) this.#makeRoom()
      this.#startBlocks()
    }
    this.#endLeaf()
    return { blocks: this.#blocks, spans: this.#spans }
  }

  /** Gives the line to the open leaf; `false` when there is none, or when the line may be the start of another. */
  #continueLeaf(): boolean {
    const line = this.#line
    switch (this.#leaf) {
      case 'fenced': {
        const fence = this.#fence as Fence
        if (isClosingFence(line, fence)) this.#endLeaf()
        else this.#addCodeLine(fence.indent)
        return true
      }
      case 'indented':
        if (line.indent < 4 && !line.blank) break
        this.#addCodeLine(4)
        return true
      case 'html':
        if (this.#html > 5) {
          if (line.blank) break
        } else if (endsHtml(this.#html, line.text.slice(line.offset, line.end))) this.#endLeaf()
        return true
      case 'paragraph':
        if (line.blank) break
        return false
    }
    this.#endLeaf()
    return false
  }

  #startBlocks(): void {
    const line = this.#line
    // As a lazy continuation of a paragraph, the line stands in a container where no paragraph is open.
    let interrupts = this.#leaf === 'paragraph' && this.#containers.followed
    for (; !line.blank; interrupts = false) {
      if (line.indent > 3) {
        if (this.#leaf === 'paragraph') break
        this.#openCode('indented', '')
        this.#addCodeLine(4)
        return
      }
      if (takeQuoteMarker(line)) {
        this.#makeRoom()
        this.#containers.openQuote()
        continue
      }
      if (this.#startLeaf(interrupts)) return
      const columns = takeListMarker(line, interrupts)
      if (columns === 0) break
      this.#makeRoom()
      this.#containers.openItem(columns, line.blank)
    }
    if (!line.blank) this.#addText()
  }

  /** Whether a block other than a paragraph or indented code is at `next`: then the line is its. */
  #startLeaf(interrupts: boolean): boolean {
    const line = this.#line
    const { code } = line
    if (isFenceCode(code)) {
      const fence = openingFence(line)
      if (fence === undefined) return false
      this.#openCode('fenced', line.text.slice(fence.infoStart, fence.infoEnd))
      this.#fence = fence
      return true
    }
    if (code === 0x3c) return this.#startHtml()
    if (interrupts && (code === 0x3d || code === 0x2d) && isUnderline(line)) {
      if (!this.#dropDefinitions()) {
        this.#endLeaf()
        return true
      }
    }
    if (code === 0x23 ? !isHeading(line) : !line.isThematicBreak()) return false
    this.#makeRoom()
    return true
  }

  #startHtml(): boolean {
    const text = this.#line.text.slice(this.#line.next, this.#line.end)
    const kind = htmlKind(text)
    if (kind === 0 || (kind === 7 && this.#leaf === 'paragraph')) return false
    this.#makeRoom()
    if (endsHtml(kind, text)) return true
    this.#leaf = 'html'
    this.#html = kind
    return true
  }

  /** Takes the definitions out of the open paragraph, if it holds nothing else: such is no heading. */
  #dropDefinitions(): boolean {
    if (!this.#definitions || !isAllDefinitions(this.#definitions.join('\n'))) return false
    this.#definitions = undefined
    return true
  }

  #addText(): void {
    const { text, next, end, code } = this.#line
    if (this.#leaf !== 'paragraph') {
      this.#makeRoom()
      this.#leaf = 'paragraph'
      this.#definitions = code === 0x5b ? [] : undefined
    }
    this.#definitions?.push(text.slice(next, end))
  }

  #openCode(kind: CodeBlock['kind'], info: string): void {
    this.#makeRoom()
    const firstSpan = this.#spans.starts.length
    this.#blocks.push({ kind, info, firstSpan, endSpan: firstSpan })
    this.#leaf = kind
  }

  #addCodeLine(indent: number): void {
    const line = this.#line
    line.skipColumns(indent)
    const { starts, ends, paddings } = this.#spans
    const { offset, padding } = line
    if (offset === ends.at(-1) && padding === 0) ends[ends.length - 1] = line.following
    else {
      starts.push(padding > 0 ? offset + 1 : offset)
      ends.push(line.following)
      paddings.push(padding)
    }
    if (line.blank) return
    this.#solidSpans = starts.length
    this.#solidEnd = line.following
  }

  /** Ends what the line does not continue, since something begins with it. */
  #makeRoom(): void {
    this.#endLeaf()
    this.#containers.close()
    this.#containers.fill()
  }

  #endLeaf(): void {
    if (this.#leaf === 'fenced') this.#blocks.at(-1)!.endSpan = this.#spans.starts.length
    if (this.#leaf === 'indented') {
      this.#blocks.at(-1)!.endSpan = this.#solidSpans
      this.#spans.ends[this.#solidSpans - 1] = this.#solidEnd
    }
    this.#leaf = 'none'
  }
}
