/**
 * Node's flags for connections, passed on to the engine, which makes them: a thread that is started with flags of its own
 * has none of its parent's. docs/node-notes.md: the flag --use-system-ca is a thread's own in Node 26.
 */

import { wordsOf } from './permission-flags.mts'

/** Those that a worker may be given, on both lines of Node. */
const alone = /^--(?:tls-(?:min|max)-v1\.\d|(?:no-)?network-family-autoselection)$/
const valued = /^--(dns-result-order|network-family-autoselection-attempt-timeout|tls-keylog)(=|$)/

export interface NetworkFlags {
  readonly execArgv: readonly string[]
  /** What Node 24 takes from the environment alone. */
  readonly env: Readonly<Record<string, string>>
}

/** The flags for connections among Node's own, as the program was started. */
export function networkFlags(
  given: readonly string[] = process.execArgv,
  options = process.env['NODE_OPTIONS'] ?? '',
): NetworkFlags {
  // The command line goes before the environment: of two, the last one counts.
  const words = [...wordsOf(options), ...given].map((word) =>
    /^--\w/.test(word) ? word.replaceAll('_', '-') : word,
  )
  const execArgv = words.flatMap((word, index) => {
    if (alone.test(word)) return [word]
    const [, , mark] = valued.exec(word) ?? []
    if (mark === undefined) return []
    return mark === '=' ? [word] : [`${word}=${words[index + 1] ?? ''}`]
  })
  return { execArgv, env: words.includes('--use-system-ca') ? { NODE_USE_SYSTEM_CA: '1' } : {} }
}
