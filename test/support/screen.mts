/**
 * A terminal's screen, as far as a program that prints lines needs one: what is left to see after some output. A sequence
 * that it does not know is an error, so nothing is printed unseen. ECMA-48; DEC VT100 for ESC 7, ESC 8 and ?7.
 */

import { columnsOf } from '../../core/report/shown-text.mts'

const sequence =
  // oxlint-disable-next-line no-control-regex -- the sequences of a terminal begin with one
  /\u001b(?:([78])|\[(\??[\d;]*)([A-Za-z]))|[\s\S]/guy

const textOf = (cells: readonly string[]): string =>
  Array.from(cells, (cell) => cell ?? ' ').join('')

export class Screen {
  readonly #columns: number
  readonly #rows: string[][] = [[]]
  #row = 0
  #column = 0
  #saved: readonly [number, number] = [0, 0]
  #wraps = true
  /** Rows that go on in the next one. */
  readonly #broken = new Set<number>()

  constructor(columns: number) {
    this.#columns = columns
  }

  /** The rows that are not empty at the end; spaces at the end of a row are not seen. */
  get text(): string {
    const rows = this.#rows.map((cells) => textOf(cells).trimEnd())
    return rows.join('\n').trimEnd()
  }

  /** The same, with what the terminal broke at its last column in one line again. */
  get lines(): string {
    const rows = this.#rows.map((cells, row) =>
      this.#broken.has(row) ? textOf(cells) : `${textOf(cells).trimEnd()}\n`,
    )
    return rows.join('').trimEnd()
  }

  get wraps(): boolean {
    return this.#wraps
  }

  write(output: string): this {
    for (const [whole, cursor, parameters = '', final] of output.matchAll(sequence)) {
      if (cursor === '7') this.#saved = [this.#row, this.#column]
      else if (cursor === '8') [this.#row, this.#column] = this.#saved
      else if (final !== undefined) this.#control(parameters, final)
      else this.#print(whole)
    }
    return this
  }

  #control(parameters: string, final: string): void {
    if (final === 'm') return
    if (final === 'K' && (parameters === '' || parameters === '0')) {
      this.#rows[this.#row]!.length = Math.min(this.#rows[this.#row]!.length, this.#column)
    } else if (parameters === '?7' && final === 'l') this.#wraps = false
    else if (parameters === '?7' && final === 'h') this.#wraps = true
    else throw new Error(`The screen does not know ESC [ ${parameters} ${final}`)
  }

  #print(character: string): void {
    if (character === '\r') this.#column = 0
    else if (character === '\n') this.#down()
    else if (/\p{Cc}/u.test(character)) {
      throw new Error(`The screen does not know ${JSON.stringify(character)}`)
    } else {
      const width = columnsOf(character)
      if (this.#column + width > this.#columns) {
        if (this.#wraps) {
          this.#broken.add(this.#row)
          this.#column = 0
          this.#down()
        } else this.#column = Math.max(0, this.#columns - width)
      }
      this.#rows[this.#row]![this.#column] = character
      if (width === 2) this.#rows[this.#row]![this.#column + 1] = ''
      this.#column += width
    }
  }

  #down(): void {
    this.#row += 1
    this.#rows[this.#row] ??= []
  }
}
