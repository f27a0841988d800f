/** What a program prints of each of its imports, a line of JSON each: the module, or the error's code and message. */

export interface Outcome {
  readonly code?: string
  readonly message?: string
  readonly module: Readonly<Record<string, unknown>>
}

/** Reads what was printed. */
export function outcomesIn(stdout: string): Outcome[] {
  const lines = stdout.trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line) as Outcome)
}
