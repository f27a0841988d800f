/** How many modules the workloads have. */

export interface Sizes {
  /** Local modules. */
  readonly local: number
  readonly wide: number
  readonly deep: number
  readonly diamond: number
  readonly markdown: number
  /** For growth: time per module there against that at `local`. */
  readonly many: number
  /** Answers of the bridge in one round. */
  readonly answers: number
}

/** Those of the bars. */
export const sizes: Sizes = {
  local: 1_000,
  wide: 200,
  deep: 30,
  diamond: 300,
  markdown: 200,
  many: 5_000,
  answers: 2_000,
}

/** Enough to see that everything runs. */
export const smokeSizes: Sizes = {
  local: 20,
  wide: 20,
  deep: 5,
  diamond: 20,
  markdown: 8,
  many: 40,
  answers: 50,
}
