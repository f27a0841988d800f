/** Work that can wait, first come, first served: of each lane, so much at a time and no more. */

interface Lane {
  running: number
  readonly waiting: (() => void)[]
}

export class Queue {
  readonly #limit: number
  readonly #lanes = new Map<string, Lane>()

  /** `limit`: pieces of work that run at a time in one lane; inclusive. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Does `work` when it is its turn: at once while its lane has room. Settles as the work does. */
  async run<T>(name: string, work: () => T | Promise<T>): Promise<T> {
    const lane = this.#lanes.get(name) ?? { running: 0, waiting: [] }
    this.#lanes.set(name, lane)
    if (lane.running < this.#limit) lane.running += 1
    else await new Promise<void>((resolve) => lane.waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = lane.waiting.shift()
      // The place is handed over, not given up: nobody who comes in between can take it.
      if (next !== undefined) next()
      else {
        lane.running -= 1
        if (lane.running === 0) this.#lanes.delete(name)
      }
    }
  }
}
