/** What a module from elsewhere may reach, and which modules from elsewhere there may be. docs/trust.md */

import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { covers, entryOf, meets, namesHost } from './entry.mts'
import { isLoopback } from './host.mts'
import { downgraded, insecure, notAllowed, privateAddress } from './refusal.mts'
import { addressKind } from './literal.mts'
import { isFromHere, isNetwork, isSecure } from './remote.mts'
import { standard } from './suggestion.mts'
import { targetOf } from './target.mts'
import { schemeOf } from '../native.mts'
import type { FoundAddress, Place } from './refusal.mts'
import type { PolicySettings } from '../settings.mts'
import type { Target } from './target.mts'

/** The policy in force in this thread: a live binding, set once, when the hooks or the engine start. */
export let policy: PolicySettings = {}

/** Where refusals send their readers. */
export let place: Place = {}
/** What may be imported, by whoever said so. */
let allowed: readonly string[] = standard
/** Schemes of the project's own that `allow` names: what they bring is the network's. */
let named: ReadonlySet<string> | undefined

/** Puts a policy in force. `file`: where the configuration is, or would be, for messages. */
export function configurePolicy(own: PolicySettings, file?: string): void {
  policy = own
  place = { allow: own.allow, allowPrivate: own.allowPrivate, file }
  allowed = [...(own.allow ?? standard), ...(own.also ?? [])]
  named = undefined
}

/** Whether a URL or specifier names something that comes over a network. */
export function isRemote(url: string | undefined): boolean {
  // First of all: most modules are files, and each import is asked about.
  if (url === undefined || url.startsWith('file:')) return false
  if (isNetwork(url)) return true
  if (allowed === standard) return false
  named ??= new Set(allowed.flatMap((entry) => schemeOf(entry) ?? []))
  return named.has(schemeOf(url) ?? '')
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

const isWeb = ({ scheme }: Target): boolean => scheme === 'https:' || scheme === 'http:'

/**
 * Whether what a module of the web asks for is of its own origin, told by how it is written, parsed or not: most imports are.
 * What is relative is, unless it leads elsewhere, which is looked at when it is known.
 */
export function isWithinOrigin(specifier: string, requester: string): boolean {
  if (specifier.startsWith('./') || specifier.startsWith('../')) return true
  const origin = /^https?:\/\/[a-z\d.:-]+\//.exec(specifier)?.[0]
  return origin !== undefined && requester.startsWith(origin)
}

/**
 * Refuses to a module from the network what only others may have: local files, schemes of the project's own, hosts of this
 * machine and of its network, `http:` where it came by TLS. It looks at who asks, and at no list of hosts.
 * @throws {LoaderError} ERR_MIMEPORT_LOCAL_IMPORT, ERR_MIMEPORT_NOT_ALLOWED, ERR_MIMEPORT_INSECURE_URL
 */
export function refuseReach(url: string, requester: string | undefined): void {
  if (requester === undefined || !isRemote(requester) || isWithinOrigin(url, requester)) return
  refuseLocalFile(url, requester)
  const target = targetOf(url)
  if (target === undefined) return
  if (!isWeb(target)) {
    if (isRemote(url)) return
    const reason = `'${target.scheme}' is a scheme of the project's own, which what comes over the network has only where "allow" names it`
    throw notAllowed(url, reason, place, requester)
  }
  // First: nothing allows it, and nobody is to be told what would.
  if (target.scheme === 'http:' && isSecure(requester)) throw downgraded(url, requester)
  if (isLoopback(target.host) && !isFromHere(requester)) {
    if (!allowed.some((entry) => namesHost(entry, target))) {
      const reason =
        'it is on this machine, which what comes over the network has only where "allow" names the host itself'
      throw notAllowed(url, reason, place, requester)
    }
  }
}

/** Refuses addresses that are not the public's, where nothing names them: loopback is on the list, or is not. */
function refusePrivate(url: string, target: Target): void {
  const kind = isLoopback(target.host) ? undefined : addressKind(target.host)
  if (kind === undefined || allowed.some((entry) => namesHost(entry, target))) return
  throw notAllowed(url, `${kind} has to be named by "allow" itself`, place)
}

function unlisted(target: Target): string {
  if (!isWeb(target)) return 'it is not on the list of what may be imported'
  const host = `'${escapeText(target.host)}'`
  const isKnown = allowed.some((entry) => entryOf(entry).host === target.host)
  const less = ' by this scheme, port and path'
  return `${host} is not on the list of what may be imported${isKnown ? less : ''}`
}

/** Makes the error for an address that a host may not have. */
export function unfitAddress(url: string, found: FoundAddress): LoaderError {
  return privateAddress(url, found, place)
}

/**
 * Refuses what the policy does not allow, before anything is asked for it: no loader, no name server. `requester` is whose
 * text asks, or the redirect that leads there.
 * @throws {LoaderError} those of `refuseReach`; ERR_MIMEPORT_NOT_ALLOWED for what is not on the list, or is on that of what is
 * refused; ERR_MIMEPORT_INSECURE_URL for `http:` to another machine.
 */
export function refuseUnlisted(url: string, requester: string | undefined): void {
  refuseReach(url, requester)
  // Most of what is not the network's: no list has anything to say of it.
  if (policy.deny === undefined && url.startsWith('file:')) return
  const target = targetOf(url)
  if (target === undefined) return
  const denied = policy.deny?.find((entry) => meets(entry, target))
  if (denied !== undefined) {
    throw notAllowed(url, `the configuration's "deny" has '${escapeText(denied)}'`)
  }
  // A scheme of the project's own: its loader is as the program is.
  if (!isWeb(target) && !isRemote(url)) return
  if (target.scheme === 'http:' && !isLoopback(target.host)) throw insecure(url)
  refusePrivate(url, target)
  if (allowed.some((entry) => covers(entry, target))) return
  throw notAllowed(url, unlisted(target), place)
}
