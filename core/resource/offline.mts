/** What is said of something that is not in the cache when nobody may be asked for it. */

import { isAbsolute, relative } from 'node:path'
import { hasCache } from '../cache/http-cache.mts'
import { LoaderError } from '../errors.mts'
import { startedBy } from './command.mts'
import { withoutGrants } from '../grant.mts'
import { shellWord } from '../shell-word.mts'
import { escapeText } from '../text.mts'
import { redact } from './credentials/secrets.mts'

/** Names that one message lists. */
const MOST = 10

/** What fetches what is missing: the same with the network. */
function remedy(): string {
  const words = startedBy().map((word) => {
    const near = isAbsolute(word) ? relative(process.cwd(), word) : word
    // A program that is a URL is taken by Node for a path, with one slash where there were two.
    const whole = near.replace(/^https?:[/\\](?![/\\])/, (start) => `${start}/`)
    return shellWord(near.startsWith('..') ? word : whole)
  })
  const unset = process.platform === 'win32' ? 'set "MIMEPORT_OFFLINE=" && ' : 'MIMEPORT_OFFLINE= '
  return withoutGrants(redact(`${unset}${words.join(' ')}`))
}

/** The error for what is not in the cache; `others` are missing, too. `trail`: by which hops it was come to. */
export function offlineError(
  name: string,
  others: readonly string[] = [],
  trail?: readonly string[],
): LoaderError {
  const failure = (reason: string): LoaderError => {
    const by = trail === undefined ? '' : ` (${trail.join('; ')})`
    const message = `Cannot load '${escapeText(name)}': ${reason}: ${escapeText(remedy())}${by}`
    return new LoaderError('ERR_MIMEPORT_OFFLINE', message, { url: name, trail })
  }
  if (!hasCache()) {
    return failure(
      "there is no cache (MIMEPORT_CACHE and the configuration's 'cache' say where it is), and MIMEPORT_OFFLINE forbids " +
        'to ask for it; run the program once with the network and a cache',
    )
  }
  const shown = others.slice(0, MOST).map((other) => `'${escapeText(other)}'`)
  if (others.length > MOST) shown.push(`${others.length - MOST} more`)
  const last = shown.pop()
  const list = shown.length === 0 ? last : `${shown.join(', ')} and ${last}`
  const tooMissing = list === undefined ? '' : `; nor ${others.length === 1 ? 'is' : 'are'} ${list}`
  return failure(
    `it is not in the cache${tooMissing}, and MIMEPORT_OFFLINE forbids to ask for ` +
      `${list === undefined ? 'it' : 'them'}; run the program once with the network`,
  )
}
