/** What happened to a module so far, a hop an entry: `a -302→ b`, `text/x -[loader]→ text/y`. */

import { escapeText } from '../text.mts'

interface Hop {
  readonly from: string
  readonly by: string
  readonly to: string
}

/** Characters of a specifier that a trail shows: a server may send some of any length. */
const LONGEST = 300

function show(name: string): string {
  return escapeText(name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name)
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
    return this.#hops.map(({ from, by, to }) => `${show(from)} -${by}→ ${show(to)}`)
  }

  /** The hops as one chain: what ends one and begins the next is said once. */
  toString(): string {
    let text = ''
    let end: string | undefined
    for (const { from, by, to } of this.#hops) {
      text += `${from === end ? '' : `${end === undefined ? '' : '; '}${show(from)}`} -${by}→ ${show(to)}`
      end = to
    }
    return text
  }
}
