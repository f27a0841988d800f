/** What a module from elsewhere may reach. */

import { LoaderError, escapeText } from '../errors.mts'
import type { PolicySettings } from '../settings.mts'

/** The policy in force in this thread: a live binding, set once, when the hooks or the engine start. */
export let policy: PolicySettings = {}

export function configurePolicy(own: PolicySettings): void {
  policy = own
}

/** Schemes whose modules come over a network, and whose text therefore decides about no local file. */
const remote = /^(?:https?|github|gitlab|codeberg):/i

/** Whether a URL or specifier names something that comes over a network. */
export function isRemote(url: string | undefined): boolean {
  return url !== undefined && remote.test(url)
}

/**
 * Refuses a local file to a module from the network, by import or by redirect.
 * @throws {LoaderError} ERR_MIMEPORT_LOCAL_IMPORT
 */
export function refuseLocalFile(target: string, requester: string | undefined): void {
  if (!isRemote(requester) || !/^file:/i.test(target)) return
  throw new LoaderError(
    'ERR_MIMEPORT_LOCAL_IMPORT',
    `Cannot import '${escapeText(target)}' for '${escapeText(requester ?? '')}': what comes over the network may not name local files`,
    { url: target },
  )
}

/**
 * Refuses what the policy does not allow, before anything is asked for it.
 * @throws {LoaderError} ERR_MIMEPORT_NOT_ALLOWED
 */
export function refuseUnlisted(_target: string, _requester: string | undefined): void {}
