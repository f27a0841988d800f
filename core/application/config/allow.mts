/** The configuration's `allow`, `deny` and `allowPrivate`, and what the environment and the command line allow besides. */

import { fail } from './failure.mts'
import { LoaderError } from '../../errors.mts'
import { escapeText, received } from '../../text.mts'
import { entryFault } from '../../policy/entry-syntax.mts'
import { isNetwork } from '../../policy/remote.mts'
import { privateFault } from '../../policy/private-hosts.mts'
import { entryFor } from '../../policy/suggestion.mts'
import type { Environment } from '../start.mts'

function checkEntries(
  file: string,
  key: string,
  list: unknown,
  faultOf: (entry: string) => string | undefined,
): void {
  if (!Array.isArray(list)) fail(file, `'${key}' must be an array. Received ${received(list)}`)
  for (const entry of list as unknown[]) {
    if (typeof entry !== 'string') {
      fail(file, `'${key}' must hold strings. Received ${received(entry)}`)
    }
    const fault = faultOf(entry)
    if (fault !== undefined) fail(file, `'${key}' has '${shown(entry)}': ${fault}`)
  }
}

/** What a URL has of a user's name and password is not repeated. */
function shown(entry: string): string {
  return escapeText(entry.replace(/\/\/[^/]*@/, '//***@'))
}

export function checkAllow(file: string, allow: unknown): void {
  checkEntries(file, 'allow', allow, entryFault)
}

export function checkDeny(file: string, deny: unknown): void {
  checkEntries(file, 'deny', deny, entryFault)
}

export function checkAllowPrivate(file: string, hosts: unknown): void {
  checkEntries(file, 'allowPrivate', hosts, privateFault)
}

/**
 * What is allowed besides the configuration: by MIMEPORT_ALLOW, and by the program's own URL, since who types it means it.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG
 */
export function allowedBesides(
  program: string | undefined,
  environment: Environment,
): readonly string[] {
  const entries = (environment.MIMEPORT_ALLOW ?? '').split(/\s+/).filter((each) => each !== '')
  for (const entry of entries) {
    const fault = entryFault(entry)
    if (fault === undefined) continue
    throw new LoaderError(
      'ERR_MIMEPORT_CONFIG',
      `Cannot use the environment's 'MIMEPORT_ALLOW': it has '${shown(entry)}': ${fault}`,
    )
  }
  const typed = program !== undefined && isNetwork(program) ? entryFor(program) : undefined
  return typed === undefined ? entries : [...entries, typed]
}
