/** A lane: work that takes memory goes so many at a time, in the order in which it comes. */

export class Lane {
  #free: number
  readonly #waiting: (() => void)[] = []

  /** `width`: how many go at a time. */
  constructor(width: number) {
    this.#free = width
  }

  /** Runs `work` when it is its turn, and settles as it does. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1
    // Who ends hands its place on.
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free += 1
      else next()
    }
  }
}
