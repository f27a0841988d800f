/**
 * One line on the terminal while a program waits for its modules: what for, how many of how many, how much. It is there
 * while the program's main thread sleeps, and at no other time, so it never meets what the program prints.
 */

import { watchActivity } from '../http/activity.mts'
import { byteCount, columnsOf, oneLine, shorten } from './shown-text.mts'
import { ERASE_LINE } from '../bridge/protocol.mts'
import { draw } from './terminal.mts'
import type { Activity, RequestId } from '../http/activity.mts'

/** Waiting that goes without a line, ms. */
const PATIENCE = 300
/** From one drawing to the next, ms. */
const INTERVAL = 100
/** Asleep for so long again, ms, the program gets back the line that it took away: not for what is there already. */
const REST = 2
/** Awake for so long, ms, the program is no longer linking one graph: what it waits for next is another load. */
const PAUSE = 250
/** Columns below which a URL says nothing. */
const LEGIBLE = 12

/** How much work there is: what the engine has made, and has heard of, since it started. */
export interface Work {
  readonly made: number
  readonly known: number
}

export interface LineOptions {
  write(text: string): void
  /** The terminal's width now. */
  columns(): number
  work(): Work
  /** Is told when a line is there, and when it is gone. */
  onShown(isShown: boolean): void
}

export class ProgressLine {
  readonly #options: LineOptions
  /** Requests that have not ended, in their order. */
  readonly #open = new Map<RequestId, string>()
  /** By URL: when it is asked for again, ms, `performance.now()`. */
  readonly #pauses = new Map<string, number>()
  readonly #unwatch: () => void
  #bytes = 0
  /** What the program sleeps for. */
  #specifier: string | undefined
  /** When it fell asleep, and when it awoke last; ms, `performance.now()`. */
  #asleepAt = 0
  #awakeAt = -Infinity
  /** How long it has slept for this load, ms. */
  #slept = 0
  #madeBefore = 0
  #columns = 0
  #timer: NodeJS.Timeout | undefined
  #shown = ''

  constructor(options: LineOptions) {
    this.#options = options
    this.#unwatch = watchActivity((activity) => this.#take(activity))
  }

  /** The program falls asleep for a specifier; it did so at `since` (`performance.now()`). */
  begin(specifier: string, since = performance.now()): void {
    if (since - this.#awakeAt > PAUSE) {
      this.#slept = 0
      this.#bytes = 0
      this.#madeBefore = this.#options.work().made
      this.#columns = 0
    }
    this.#specifier = specifier
    this.#asleepAt = since
    const now = performance.now()
    const delay = Math.max(PATIENCE - this.#slept - (now - since), REST - (now - since), 0)
    clearTimeout(this.#timer)
    // ! Unref'd: a line must not keep the event loop turning, or nobody would notice that it ran dry.
    this.#timer = setTimeout(() => {
      this.#draw()
      this.#timer = setInterval(() => this.#draw(), INTERVAL).unref()
    }, delay).unref()
  }

  /** The answer is on its way: whatever the program prints next finds the terminal as it left it. */
  end(): void {
    clearTimeout(this.#timer)
    this.erase()
    this.#specifier = undefined
    this.#awakeAt = performance.now()
    this.#slept += this.#awakeAt - this.#asleepAt
  }

  /** Takes the line away before something else is printed. The next drawing brings it back. */
  erase(): void {
    if (this.#shown === '') return
    this.#shown = ''
    this.#options.write(ERASE_LINE)
    this.#options.onShown(false)
  }

  /** Ends the line for good. */
  close(): void {
    this.end()
    this.#unwatch()
  }

  #take(activity: Activity): void {
    if (activity.type === 'request') {
      this.#open.set(activity.id, activity.url)
      this.#pauses.delete(activity.url)
    } else if (activity.type === 'retry') {
      this.#pauses.set(activity.url, performance.now() + activity.delay)
    } else if (activity.type === 'data') this.#bytes += activity.bytes
    else if (activity.type === 'end' || activity.type === 'error') this.#open.delete(activity.id)
  }

  #draw(): void {
    const text = this.#text()
    if (text === this.#shown || this.#specifier === undefined) return
    const again = this.#shown !== ''
    this.#shown = text
    // Before it is there: a line that nobody knows of would stay.
    if (!again) this.#options.onShown(true)
    this.#options.write(draw(text, again))
  }

  #text(): string {
    const { made, known } = this.#options.work()
    const madeNow = made - this.#madeBefore
    // What is waited for is known, even while the loaders are still being imported.
    const total = Math.max(known - this.#madeBefore, madeNow, 1)
    const size = this.#bytes === 0 ? '' : `, ${byteCount(this.#bytes)}`
    const { what, pause } = this.#waitsFor()
    const text = `mimeport: ${madeNow} of ${total} module${total === 1 ? '' : 's'}${size}${pause}`
    if (this.#columns === 0) this.#columns = this.#options.columns()
    // One column less than there are: at the last one some terminals are undecided where the cursor is.
    const room = this.#columns - 1 - columnsOf(text) - 2
    if (room < LEGIBLE) return text
    return what === '' ? text : `${text}: ${shorten(oneLine(what), room)}`
  }

  /** The oldest request, which everything waits for; else one that goes out again soon; else the import itself. */
  #waitsFor(): { readonly what: string; readonly pause: string } {
    const [open] = this.#open.values()
    if (open !== undefined) return { what: open, pause: '' }
    const now = performance.now()
    for (const [url, until] of this.#pauses) {
      const seconds = Math.ceil((until - now) / 1000)
      if (seconds > 0) return { what: url, pause: `, again in ${seconds} s` }
      // Given up meanwhile.
      this.#pauses.delete(url)
    }
    return { what: this.#specifier ?? '', pause: '' }
  }
}
