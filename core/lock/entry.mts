/** What the lock has for one specifier: the module that it is, or the redirect. */

import { withoutGrants } from '../grant.mts'
import { schemeOf } from '../native.mts'
import { gitSchemes } from '../policy/target.mts'
import type { Format } from '../types.mts'

export interface LockedModule {
  /** Of the decoded body: `sha256-` and base64. W3C Subresource Integrity §3.5. */
  readonly integrity: string
  /** What the body was identified as; left out where the import wants the body as it is. */
  readonly type?: string
  /** What the transforms made of it. */
  readonly format: Format
  /** Keys of what it imports statically, in its order: of the network alone. */
  readonly imports: readonly string[]
}

export interface LockedRedirect {
  readonly status: number
  /** An absolute specifier in the form of its loader. */
  readonly location: string
  /** What a ref of a git host was at. */
  readonly commit?: string
  readonly ref?: string
}

export type LockEntry = LockedModule | LockedRedirect

/** By key. */
export type LockEntries = ReadonlyMap<string, LockEntry>

export function isLockedRedirect(entry: LockEntry): entry is LockedRedirect {
  return 'location' in entry
}

/** An import's `type`, where a key has one: a scheme would end with a colon. */
const goalPattern = /^([a-z][a-z\d-]*) /

/** Goals that take a body as it is, whatever its media type. */
const bodyGoals = new Set(['text', 'bytes'])

/** Whether an import of this `type` asks for no media type. */
export function isBodyGoal(goal: string): boolean {
  return bodyGoals.has(goal)
}

const web = /^https?:/i

/** Schemes whose loaders know the framework's URL (`github://owner/repo`) as a spelling of their own form. */
const git = new RegExp(`^(?:${[...gitSchemes].join('|')})//`, 'i')

/**
 * What signed URLs of storage services have besides the signature: by whom, when, for how long. It is another each time.
 * Amazon S3, Google Cloud Storage, CloudFront, Azure Blob Storage (as of GitHub's releases). Checked on 2026-11-20.
 */
const signing =
  /([?&](?:x-(?:amz|goog)-[\w-]+|expires|policy|key-pair-id|googleaccessid|s[etprv]|spr|sk(?:oid|tid|t|e|s|v)|jwt)=)[^&#]*/gi

/** Whether what a key's URL grants access by is not in the key: it alone gets nothing. */
export function isMasked(key: string): boolean {
  return key.includes('=***')
}

/** A URL without what it grants access by, and without what goes with that: then it names the same tomorrow. */
function withoutSigning(href: string): string {
  const quiet = withoutGrants(href)
  return isMasked(quiet) ? quiet.replace(signing, '$1***') : quiet
}

/**
 * The one spelling of a specifier that the lock has. What a URL grants access by is not in it: everybody reads a lock, and the
 * body is the same for whoever is let in. Nor is its fragment, which no server is sent (RFC 9110 §7.1): else the same URL
 * would be new with another one.
 */
export function lockedSpecifier(specifier: string): string {
  if (web.test(specifier)) {
    const [whole = ''] = (URL.parse(specifier)?.href ?? specifier).split('#', 1)
    return withoutSigning(whole)
  }
  const scheme = schemeOf(specifier) ?? ''
  const rest = specifier.slice(scheme.length + (git.test(specifier) ? 2 : 0))
  return scheme + rest
}

/**
 * What an entry is found by: the specifier, and before it the import's `type`, since a server may answer by what is asked
 * for. `goal` is '' without one.
 */
export function lockKey(goal: string, specifier: string): string {
  const spelt = lockedSpecifier(specifier)
  return goal === '' ? spelt : `${goal} ${spelt}`
}

/** The two parts of a key. */
export function splitKey(key: string): { readonly goal: string; readonly specifier: string } {
  const goal = goalPattern.exec(key)?.[1]
  return goal === undefined
    ? { goal: '', specifier: key }
    : { goal, specifier: key.slice(goal.length + 1) }
}

/**
 * What most keys are, and WHATWG URL leaves as they are: a name that cannot be taken for a number or for another alphabet,
 * and a path without escapes and dot segments.
 */
const plain =
  /^https:\/\/(?:[a-z\d-]+\.)+[a-z][a-z\d-]*\/[\w\-~!$'()*+,:@]?(?:[\w\-~!$'()*+,:@/]|(?<!\/)\.)*$/

/** Whether a text is a key as we write it. */
export function isKey(text: string): boolean {
  if (plain.test(text) && !text.includes('xn--')) return true
  const { goal, specifier } = splitKey(text)
  return isLockable(specifier) && text === lockKey(goal, specifier)
}

/** What is not the network's: no lock has to do with it. */
const local = /^(?:file|data|blob|node|about|javascript|mimeport):/

/** Whether a specifier may stand in a lock: absolute, in its one spelling, and of the network. */
export function isLockable(specifier: string): boolean {
  const scheme = schemeOf(specifier)
  if (scheme === undefined || scheme.length === specifier.length || local.test(scheme)) return false
  if (web.test(specifier)) return URL.parse(specifier)?.href === specifier
  return specifier.isWellFormed() && lockedSpecifier(specifier) === specifier
}

/** Where a redirect leads, as the lock has it: with a fragment if it is not the one that was asked for. RFC 9110 §10.2.2. */
export function lockedLocation(from: string, to: string): string {
  const fragmentOf = (href: string) => (web.test(href) ? (URL.parse(href)?.hash ?? '') : '')
  const fragment = fragmentOf(to)
  return lockedSpecifier(to) + (fragment === fragmentOf(from) ? '' : fragment)
}

/** Whether a redirect leads to where nobody gets without what the lock does not have: its server has to say it again. */
export function isMaskedRedirect({ location }: LockedRedirect): boolean {
  return web.test(location) && isMasked(location)
}

/** Whether two entries pin the same: which edges a module has may depend on who reads it. */
export function pinsTheSame(a: LockEntry, b: LockEntry): boolean {
  if (isLockedRedirect(a) || isLockedRedirect(b)) {
    return isLockedRedirect(a) && isLockedRedirect(b) && a.location === b.location
  }
  return a.integrity === b.integrity && a.type === b.type && a.format === b.format
}

/** What may follow a beginning, for it to be one of whole parts. */
const boundary = /^(?:$|[/@?#])/

/**
 * Whether a key is one of those that are named: by the key itself, its specifier, or a beginning of that up to a boundary
 * (`github:owner/repo`, `https://esm.sh/`).
 */
export function isMeant(key: string, named: readonly string[]): boolean {
  // At once, for an update of all names them all.
  if (named.includes(key)) return true
  const { specifier } = splitKey(key)
  return named.some((name) => {
    const start = lockedSpecifier(name)
    if (!specifier.startsWith(start)) return false
    return start.endsWith('/') || boundary.test(specifier.slice(start.length))
  })
}
