/** What happened to a module so far, a hop an entry: `a -302→ b`, `text/x -[loader]→ text/y`. */

import { escapeText } from '../errors.mts'

interface Hop {
  readonly from: string
  readonly by: string
  readonly to: string
}

export class Trail {
  readonly #hops: Hop[] = []

  redirect(from: string, statusCode: number, to: string): void {
    this.#hops.push({ from, by: String(statusCode), to })
  }

  transform(from: string, loader: string, to: string): void {
    this.#hops.push({ from, by: `[${loader}]`, to })
  }

  get length(): number {
    return this.#hops.length
  }

  /** One entry a hop, safe to print. */
  get entries(): readonly string[] {
    return this.#hops.map(({ from, by, to }) => `${escapeText(from)} -${by}→ ${escapeText(to)}`)
  }

  /** The hops as one chain: what ends one and begins the next is said once. */
  toString(): string {
    let text = ''
    let end: string | undefined
    for (const { from, by, to } of this.#hops) {
      text += `${from === end ? '' : `${end === undefined ? '' : '; '}${escapeText(from)}`} -${by}→ ${escapeText(to)}`
      end = to
    }
    return text
  }
}
