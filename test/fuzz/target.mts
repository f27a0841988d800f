/** What a fuzz target is: a parser of ours, what goes into it, and what must be so whatever that is. */

import type { Random } from './random.mts'

export interface Target {
  readonly name: string
  /** What the parser is made for, well formed and not. */
  readonly seeds: readonly string[]
  /** Words and signs of its grammar. */
  readonly dictionary?: readonly string[]
  /** Whether an input is bytes, a character each. */
  readonly bytes?: boolean
  /** Characters of an input, at most; 2,048 when left out. */
  readonly longest?: number
  /** Whether the time that it takes is linear in the input's length: checked with long repetitions. */
  readonly linear?: boolean
  /** Whether it leaves something behind in the process that slows others down: it goes after them. */
  readonly last?: boolean
  /** Makes an input of the grammar. */
  generate?(random: Random): string
  /** Throws, or rejects, when what must be so is not. */
  run(input: string): void | Promise<void>
}

/** The bytes of an input of bytes. */
export function bytesOf(input: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(input, 'latin1'))
}

/** Reads choices out of an input: what is not text is made of them, and shrinks as they do. */
export class Choices {
  readonly #input: string
  #at = 0

  constructor(input: string) {
    this.#input = input
  }

  get done(): boolean {
    return this.#at >= this.#input.length
  }

  below(end: number): number {
    const code = this.#input.charCodeAt(this.#at++)
    return Number.isNaN(code) || end < 1 ? 0 : code % end
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }

  text(longest = 12): string {
    const length = this.below(longest + 1)
    const text = this.#input.slice(this.#at, this.#at + length)
    this.#at += length
    return text
  }

  /** All that is left. */
  rest(): string {
    const text = this.#input.slice(this.#at)
    this.#at = this.#input.length
    return text
  }
}
