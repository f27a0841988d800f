/** What a source of the matrix is: where the files of a format are, and what a module of it is called there. */

import type { Format, Identity } from './format.mts'

/** A module at a source, as a program asks for it and finds it. */
export interface Placed extends Identity {
  /** As a program in the source's folder writes it. */
  readonly specifier: string
  /** As a program anywhere writes it. */
  readonly absolute: string
}

/** In the order of the tables. */
export const sourceNames = ['file', 'http', 'github', 'data'] as const

export type SourceName = (typeof sourceNames)[number]

export interface Source {
  readonly name: SourceName
  /** In titles of tests: "import() of TSX from a file". */
  readonly title: string
  place(format: Format): Placed
  /** What a process needs to know to reach it. */
  readonly env: Readonly<Record<string, string>>
}
