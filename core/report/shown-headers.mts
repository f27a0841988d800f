/** Header fields as a log may show them. */

import { credentialsFor } from '../resource/credentials/credentials.mts'
import { isSecretField } from '../resource/credentials/secrets.mts'
import { withoutSecrets } from './shown-text.mts'
import type { HeaderRecord } from '../types.mts'

/** Names of the fields that the configuration has for a URL: somebody's own, whatever they are called. */
function configuredNames(url: string): ReadonlySet<string> {
  try {
    return new Set(Object.keys(credentialsFor(url)))
  } catch {
    // Whoever makes the request is told what is wrong with them.
    return new Set()
  }
}

/** Puts `***` in the place of values that are secrets by their name, by the configuration, or since they were sent. */
export function shownHeaders(url: string, headers: HeaderRecord): HeaderRecord {
  const own = configuredNames(url)
  const shown = Object.entries(headers).map(([name, value]) => {
    const isHidden = isSecretField(name) || own.has(name.toLowerCase())
    return [name, isHidden ? '***' : withoutSecrets(value)] as const
  })
  // Not by assignment: a field may be named __proto__.
  return Object.fromEntries(shown)
}
