/**
 * Finds the code blocks of a Markdown document: the block half of CommonMark 0.31, line by line, and nothing inline.
 * Its time is linear in the document's length, whatever is in it.
 */

import {
  isClosingFence,
  isFenceCode,
  isHeading,
  isUnderline,
  openingFence,
  takeListMarker,
  takeQuoteMarker,
} from './block-start.mts'
import { CodeBlocks } from './code-blocks.mts'
import { ContainerStack } from './container-stack.mts'
import { endsHtml, htmlKind } from './html-block.mts'
import { LineCursor } from './line-cursor.mts'
import { isAllDefinitions } from './link-definition.mts'
import type { Fence } from './block-start.mts'
import type { CodeBlock } from './code-blocks.mts'
import type { HtmlKind } from './html-block.mts'

/** Finds the code blocks of a Markdown document. Never fails: every text is Markdown. */
export function scanCodeBlocks(text: string): CodeBlocks {
  return new FenceScanner(text).scan()
}

type Leaf = 'none' | 'paragraph' | 'fenced' | 'indented' | 'html'

class FenceScanner {
  readonly #line: LineCursor
  readonly #containers = new ContainerStack()
  readonly #code = new CodeBlocks()
  /** The open block that can hold no other, and what is known of it. */
  #leaf: Leaf = 'none'
  #fence: Fence | undefined
  #html: HtmlKind = 0
  /** The text of a paragraph that begins with `[`: each stretch's start and end. */
  #definitions: number[] | undefined

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
    return this.#code
  }

  /** Gives the line to the open leaf; `false` when there is none, or when the line may be the start of another. */
  #continueLeaf(): boolean {
    const line = this.#line
    switch (this.#leaf) {
      case 'fenced': {
        const fence = this.#fence as Fence
        if (isClosingFence(line, fence)) this.#endLeaf()
        else this.#code.addLine(line, fence.indent)
        return true
      }
      case 'indented':
        if (line.indent < 4 && !line.blank) break
        this.#code.addLine(line, 4)
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

  /** Opens what begins on the line, from the outside in; what is left of it is a paragraph's. */
  #startBlocks(): void {
    const line = this.#line
    // A lazy continuation line stands in a container where no paragraph is open: nothing is interrupted there.
    let interrupts = this.#leaf === 'paragraph' && this.#containers.followed
    for (; !line.blank; interrupts = false) {
      if (line.indent > 3) {
        if (this.#leaf === 'paragraph') break
        this.#openCode('indented', '')
        this.#code.addLine(line, 4)
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

  /** Whether a block other than a paragraph or indented code is at `next`, and has the rest of the line. */
  #startLeaf(interrupts: boolean): boolean {
    const line = this.#line
    const { code } = line
    if (isFenceCode(code)) return this.#startFence()
    if (code === 0x3c) return this.#startHtml()
    const mayUnderline = interrupts && (code === 0x3d || code === 0x2d) && isUnderline(line)
    if (mayUnderline && !this.#dropDefinitions()) {
      this.#endLeaf()
      return true
    }
    if (code === 0x23 ? !isHeading(line) : !line.isThematicBreak()) return false
    this.#makeRoom()
    return true
  }

  #startFence(): boolean {
    const fence = openingFence(this.#line)
    if (fence === undefined) return false
    this.#openCode('fenced', this.#line.text.slice(fence.infoStart, fence.infoEnd))
    this.#fence = fence
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

  /** Takes the definitions out of the open paragraph, if it holds nothing else: no underline makes them a heading. */
  #dropDefinitions(): boolean {
    const stretches = this.#definitions ?? []
    let paragraph = ''
    for (let at = 0; at < stretches.length; at += 2) {
      paragraph += this.#line.text.slice(stretches[at], stretches[at + 1])
    }
    if (!isAllDefinitions(paragraph.replace(/\r\n?/g, '\n'))) return false
    this.#definitions = undefined
    return true
  }

  #addText(): void {
    const { next, following, code } = this.#line
    if (this.#leaf !== 'paragraph') {
      this.#makeRoom()
      this.#leaf = 'paragraph'
      this.#definitions = code === 0x5b ? [] : undefined
    }
    const stretches = this.#definitions
    if (stretches === undefined) return
    if (stretches.at(-1) === next) stretches[stretches.length - 1] = following
    else stretches.push(next, following)
  }

  #openCode(kind: CodeBlock['kind'], info: string): void {
    this.#makeRoom()
    this.#code.open(kind, info)
    this.#leaf = kind
  }

  /** Ends what the line does not continue, since something else begins with it. */
  #makeRoom(): void {
    this.#endLeaf()
    this.#containers.close()
    this.#containers.fill()
  }

  #endLeaf(): void {
    if (this.#leaf === 'fenced' || this.#leaf === 'indented') this.#code.close()
    this.#leaf = 'none'
  }
}
