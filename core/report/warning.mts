/** Warnings: what a user should know, though nothing fails. Each is said once. */

import { watchWarnings } from '../http/activity.mts'
import { oneLine, withoutSecrets } from './shown-text.mts'

/** Messages remembered, and so messages shown: a loader that warns without end must not fill the terminal. */
const CAPACITY = 1_000

/** Gives each different warning to `print`, once; the result stops it. */
export function printWarnings(print: (message: string) => void): () => void {
  const printed = new Set<string>()
  return watchWarnings(({ message }) => {
    const shown = withoutSecrets(message)
    if (printed.has(shown) || printed.size >= CAPACITY) return
    printed.add(shown)
    print(shown)
  })
}

/** The line of a warning on stderr. */
export function warningLine(message: string): string {
  return `mimeport: warning: ${oneLine(message)}\n`
}
