/** Pseudo-random numbers that a seed determines, on every machine and Node. */

/**
 * xoshiro128** 1.1, whose state SplitMix32 fills from a seed. Blackman and Vigna, "Scrambled Linear Pseudorandom Number
 * Generators" (2018), https://prng.di.unimi.it/. Not for secrets.
 */
export class Random {
  readonly #state = new Uint32Array(4)

  constructor(seed: number) {
    let mixed = seed >>> 0
    for (let index = 0; index < 4; index += 1) {
      mixed = (mixed + 0x9e3779b9) >>> 0
      let word = mixed
      word = Math.imul(word ^ (word >>> 16), 0x21f0aaad)
      word = Math.imul(word ^ (word >>> 15), 0x735a2d97)
      this.#state[index] = word ^ (word >>> 15)
    }
  }

  /** 32 bits. */
  next(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#state
    const scrambled = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const third = c ^ a
    const fourth = d ^ b
    this.#state[1] = b ^ third
    this.#state[0] = a ^ fourth
    this.#state[2] = third ^ (b << 9)
    this.#state[3] = rotate(fourth, 11)
    return scrambled
  }

  /** An integer from 0 to `end`, without it; 0 when there is none. */
  below(end: number): number {
    return end < 1 ? 0 : this.next() % end
  }

  /** Whether one chance in `of` came up. */
  chance(of: number): boolean {
    return this.below(of) === 0
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }

  /** Mostly small, now and then large: 0 to `end`, without it. */
  small(end: number): number {
    return this.below(Math.min(end, 1 << (1 + this.below(16))))
  }
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}
