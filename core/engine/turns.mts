/**
 * Work that needs no network, in the order in which its results will be wanted: depth first, one after another. What has to
 * wait for something gives its turn to the next.
 */

/** Pieces that may wait for something at a time. */
const AT_ONCE = 64

/**
 * Pieces that follow one another before the event loop gets its turn: calls come by it, and the pulse. Whoever waits for one
 * is woken for several; and how long they may take in all, ms.
 */
const STRETCH = 16
const LONGEST = 20

interface Piece {
  readonly start: () => void
  isBegun: boolean
}

/** Goes on when nothing is left to do but to wait: after all microtasks that there are, and those that they make. */
function afterMicrotasks(next: () => void): void {
  // Within a microtask: a tick that is asked for outside of one comes before the microtasks.
  queueMicrotask(() => process.nextTick(next))
}

export class Turns {
  /** What waits, the next one last. */
  readonly #waiting: Piece[] = []
  /** What has been added since a piece was begun last: it goes before all that waits, in its own order. */
  #added: Piece[] = []
  readonly #pieces = new Map<string, Piece>()
  #running = 0
  #isScheduled = false
  #since = 0
  #done = 0

  /** Does `work` when it is its turn. What is added by one piece comes before what was there. Settles as the work does. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const start = (): void => {
        this.#pieces.delete(key)
        this.#running += 1
        Promise.try(work)
          .then(resolve, reject)
          .finally(() => {
            this.#running -= 1
            this.#schedule()
          })
      }
      const piece: Piece = { start, isBegun: false }
      this.#pieces.set(key, piece)
      this.#added.push(piece)
      this.#schedule()
    })
  }

  /** Begins a piece now that somebody waits for. */
  hurry(key: string): void {
    const piece = this.#pieces.get(key)
    if (piece !== undefined) this.#begin(piece)
  }

  #begin(piece: Piece): void {
    if (piece.isBegun) return
    piece.isBegun = true
    piece.start()
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#since = performance.now()
      this.#done = 0
      this.#turn()
    })
  }

  readonly #turn = (): void => {
    this.#isScheduled = false
    while (this.#added.length > 0) this.#waiting.push(this.#added.pop()!)
    if (this.#running >= AT_ONCE) return
    let piece = this.#waiting.pop()
    while (piece?.isBegun === true) piece = this.#waiting.pop()
    if (piece === undefined) return
    this.#begin(piece)
    this.#done += 1
    if (this.#done >= STRETCH || performance.now() - this.#since > LONGEST) {
      this.#schedule()
      return
    }
    this.#isScheduled = true
    afterMicrotasks(this.#turn)
  }
}
