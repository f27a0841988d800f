/**
 * Finds the code blocks of a Markdown document: the block half of CommonMark 0.31, line by line, and nothing inline.
 * Its time is linear in the document's length, whatever is in it.
 */

import { isClosingFence, isFenceCode, isHeading, isUnderline } from './block-start.mts'
import { openingFence, takeListMarker, takeQuoteMarker } from './block-start.mts'
import { ContainerStack } from './container-stack.mts'
import { endsHtml, htmlKind } from './html-block.mts'
import { unescapeInfo } from './info-string.mts'
import { LineCursor } from './line-cursor.mts'
import { isAllDefinitions } from './link-definition.mts'
import type { Fence } from './block-start.mts'
import type { HtmlKind } from './html-block.mts'

export interface CodeBlock {
  readonly kind: 'fenced' | 'indented'
  /** The info string, its escapes undone; empty for indented code. */
  readonly info: string
  /** Its lines in `CodeLines`: the first one's index, and the index after the last one. */
  readonly firstLine: number
  endLine: number
}

/**
 * The lines of all code blocks, as parallel lists, since there may be millions. Line `i` is `paddings[i]` spaces and
 * then `text.slice(starts[i], ends[i])`; offsets are UTF-16 code units.
 */
export interface CodeLines {
  /** After the containers' prefixes and the block's own indentation. */
  readonly starts: number[]
  /** Before the line's terminator. */
  readonly ends: number[]
  /** What is left of a tab that was indentation in part; nearly always 0. */
  readonly paddings: number[]
}

export interface CodeBlocks {
  /** In the document's order. */
  readonly blocks: readonly CodeBlock[]
  readonly lines: CodeLines
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
  readonly #lines: CodeLines = { starts: [], ends: [], paddings: [] }
  /** The open block that can hold no other, and what is known of it. */
  #leaf: Leaf = 'none'
  #fence: Fence | undefined
  #html: HtmlKind = 0
  /** Index after the last line of an indented block that is not blank: blank ones at its end are not its own. */
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
    return { blocks: this.#blocks, lines: this.#lines }
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
      this.#openCode('fenced', unescapeInfo(line.text.slice(fence.infoStart, fence.infoEnd)))
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
    const firstLine = this.#lines.starts.length
    this.#blocks.push({ kind, info, firstLine, endLine: firstLine })
    this.#leaf = kind
  }

  #addCodeLine(indent: number): void {
    const line = this.#line
    line.skipColumns(indent)
    const { starts, ends, paddings } = this.#lines
    const { padding } = line
    starts.push(padding > 0 ? line.offset + 1 : line.offset)
    ends.push(line.end)
    paddings.push(padding)
    if (!line.blank) this.#solidEnd = starts.length
  }

  /** Ends what the line does not continue, since something begins with it. */
  #makeRoom(): void {
    this.#endLeaf()
    this.#containers.close()
    this.#containers.fill()
  }

  #endLeaf(): void {
    const block = this.#blocks.at(-1)
    if (this.#leaf === 'fenced') block!.endLine = this.#lines.starts.length
    if (this.#leaf === 'indented') block!.endLine = this.#solidEnd
    this.#leaf = 'none'
  }
}
