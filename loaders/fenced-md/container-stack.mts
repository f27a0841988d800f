/** The open block quotes and list items at a line of Markdown. CommonMark 0.31 §5; phase 1 of the appendix. */

import { takeQuoteMarker } from './block-start.mts'
import type { LineCursor } from './line-cursor.mts'

const quote = 0

/**
 * A stack that closes for nothing and follows a line for what it takes from the line. Depth comes cheap to a hostile
 * document (two characters a level), so no line may cost as much as the stack is deep.
 */
export class ContainerStack {
  /** From the outside in: `quote`, or the columns by which a list item's content is indented. Never cut. */
  #containers = new Int32Array(64)
  #depth = 0
  /** The block quotes among them, by their indices. Never cut. */
  #quotes = new Int32Array(64)
  #quoteCount = 0
  /** How many containers, and how many quotes, the present line continues. */
  #followed = 0
  #followedQuotes = 0
  /** Whether the innermost is a list item that began with a blank line and has nothing in it yet. */
  #isEmptyItem = false

  /** Reads the prefixes by which the present line continues the open containers, as far as it does. */
  follow(line: LineCursor): void {
    let followed = 0
    let quotes = 0
    for (; followed < this.#depth; followed++) {
      const columns = this.#containers[followed] as number
      if (columns === quote) {
        if (!takeQuoteMarker(line)) break
        quotes++
      } else if (line.indent >= columns) line.skipColumns(columns)
      else {
        if (line.blank) {
          // A blank line continues every list item, and no block quote: the next quote is where it ends.
          line.skipColumns(line.indent)
          followed = quotes < this.#quoteCount ? (this.#quotes[quotes] as number) : this.#depth
        }
        break
      }
    }
    // A list item may begin with one blank line, but not with two. CommonMark §5.2, rule 3.
    if (line.blank && this.#isEmptyItem && followed === this.#depth) followed--
    this.#followed = followed
    this.#followedQuotes = quotes
  }

  /** Whether the present line continues every open container. */
  get followed(): boolean {
    return this.#followed === this.#depth
  }

  /** Closes the containers that the present line does not continue. */
  close(): void {
    if (this.#followed === this.#depth) return
    this.#depth = this.#followed
    this.#quoteCount = this.#followedQuotes
    this.#isEmptyItem = false
  }

  /** Notes that something begins in the innermost container. */
  fill(): void {
    this.#isEmptyItem = false
  }

  openQuote(): void {
    if (this.#quoteCount === this.#quotes.length) this.#quotes = grown(this.#quotes)
    this.#quotes[this.#quoteCount++] = this.#depth
    this.#followedQuotes++
    this.#open(quote)
  }

  /** Opens a list item. `columns`: by how much its content is indented; `isEmpty`: the marker's line has no content. */
  openItem(columns: number, isEmpty: boolean): void {
    this.#open(columns)
    this.#isEmptyItem = isEmpty
  }

  #open(columns: number): void {
    if (this.#depth === this.#containers.length) this.#containers = grown(this.#containers)
    this.#containers[this.#depth++] = columns
    this.#followed = this.#depth
  }
}

function grown(list: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(list.length * 2)
  longer.set(list)
  return longer
}
