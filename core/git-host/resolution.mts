/** What a git host's specifier is answered with: `scheme:owner/repo/path` leads to a commit, and a commit's file to a body. */

import { completeId, findAbbreviated, forgetAbbreviations } from './abbreviation.mts'
import { readEndpoints } from './endpoints.mts'
import { isUnreachable } from './failure.mts'
import { answerOf, fetchFile } from './file.mts'
import { fileNotFound, notFound, refNotFound } from './not-found.mts'
import { findLeadingRef, findRef, leadingNames } from './ref-name.mts'
import { forgetListings, lookUp } from './refs.mts'
import { formatSpecifier, isCommitId, parseSpecifier } from './specifier.mts'
import { linkTarget, refusePointer, throughLinkedFolder } from './stand-in.mts'
import { noteFreshness } from '../resource/resource.mts'
import { forgetUnpinned, isUnpinned, noteFailed, noteServed, unpin } from './unpinned.mts'
import { isSignIn } from './url.mts'
import type { LoaderContext, LooseResponse } from '../types.mts'
import type { GitHost } from './host.mts'
import type { Inquiry } from './inquiry.mts'
import type { ServedFile } from './file.mts'
import type { RefListing } from './listing.mts'
import type { Refs } from './remote-refs.mts'

/** A revision that a specifier means, and the path that is left of it. */
interface Pin {
  /** Full name, as git lists it; what the specifier has where it is an abbreviated id. */
  readonly ref: string
  readonly commit: string
  readonly segments: readonly string[]
}

/** The revision of what has no commit. */
const head = 'HEAD'

/** RFC 9110 §15.4.8: the branch may be at another commit tomorrow. */
function redirect(location: string, headers: Readonly<Record<string, string>> = {}): LooseResponse {
  return { statusCode: 307, headers: { location, ...headers } }
}

/** Leads to the commit, and says for whoever keeps a lock what became which commit. */
function redirectTo({ file, endpoints }: Inquiry, repository: string, pin: Pin): LooseResponse {
  const { ref, commit, segments } = pin
  const location = formatSpecifier(endpoints.host, repository, commit, segments, file.query)
  return redirect(location, { 'git-ref': ref, 'git-commit': commit })
}

function isMissing({ endpoints }: Inquiry, { url, response }: ServedFile): boolean {
  const location = URL.parse(response.headers['location'] ?? '', url)
  return response.statusCode === 404 || (location !== null && isSignIn(endpoints, location))
}

/** Loads a file at a commit, or at `HEAD`: the module itself. */
async function load(inquiry: Inquiry, revision: string): Promise<LooseResponse> {
  const { specifier, file, endpoints, context } = inquiry
  const served = await fetchFile(endpoints, specifier, file, revision, context)
  const follow = (target: readonly string[]) => {
    const { repository, query } = file
    return redirect(formatSpecifier(endpoints.host, repository, revision, target, query))
  }
  if (isMissing(inquiry, served)) {
    const target = await throughLinkedFolder(specifier, file, async (segments) => {
      const folder = { ...file, segments }
      return (await fetchFile(endpoints, specifier, folder, revision, context)).response
    })
    if (target === undefined) throw await fileNotFound(inquiry, revision)
    return follow(target)
  }
  const { statusCode, body } = served.response
  if (statusCode === 200) {
    refusePointer(specifier, file, served.url, body)
    const target = linkTarget(specifier, file, body, context)
    if (target !== undefined) return follow(target)
  }
  return answerOf(served, file, revision, endpoints)
}

/** Answers with the file where the specifier is the canonical one of the revision, else leads to that. */
function loadOrRedirect(inquiry: Inquiry, revision: string, segments: readonly string[]) {
  const { specifier, file, endpoints } = inquiry
  const { host } = endpoints
  const canonical = formatSpecifier(host, file.repository, revision, segments, file.query)
  // One module, one specifier: other spellings lead to it. The framework's URL is a spelling of the same.
  const same = specifier.replace(`${host.scheme}//`, host.scheme) === canonical
  return same ? load({ ...inquiry, file: { ...file, segments } }, revision) : redirect(canonical)
}

/** The revision that the first segments name: the longest name of a ref, or else an abbreviated id. */
function findLeading(listing: RefListing, segments: readonly string[]): Pin | undefined {
  const [first = ''] = segments
  const leading = findLeadingRef(listing, segments)
  const ref = leading?.fullName ?? first
  const commit = leading && listing.commits.get(leading.fullName)
  const found = commit ?? findAbbreviated(listing, first)
  const rest = segments.slice(leading?.length ?? 1)
  return found === undefined ? undefined : { ref, commit: found, segments: rest }
}

/** `@name/path`: the longest name of a branch or tag wins; else it may be an abbreviated id. */
async function resolveLeading(inquiry: Inquiry): Promise<LooseResponse> {
  const { file, endpoints } = inquiry
  const [first = '', ...rest] = file.segments
  const { listing, found } = await lookUp(file.repository, endpoints, (refs) =>
    findLeading(refs, file.segments),
  )
  if (found !== undefined) return redirectTo(inquiry, listing.repository, found)
  const commit = await completeId(endpoints, listing.repository, first)
  if (commit === undefined) throw refNotFound(inquiry, leadingNames(file.segments), listing)
  return redirectTo(inquiry, listing.repository, { ref: first, commit, segments: rest })
}

/** `path#name`. */
async function resolveNamed(inquiry: Inquiry, name: string): Promise<LooseResponse> {
  const { file, endpoints } = inquiry
  const { segments } = file
  const { listing, found } = await lookUp(file.repository, endpoints, (refs) => {
    const ref = findRef(refs, name)
    const commit = ref === undefined ? findAbbreviated(refs, name) : refs.commits.get(ref)
    return commit === undefined ? undefined : { ref: ref ?? name, commit, segments }
  })
  if (found !== undefined) return redirectTo(inquiry, listing.repository, found)
  const commit = await completeId(endpoints, listing.repository, name)
  if (commit === undefined) throw refNotFound(inquiry, [name], listing)
  return redirectTo(inquiry, listing.repository, { ref: name, commit, segments })
}

/** What the older form `REF/path` would mean: a whole commit id, or the longest name of a ref. */
function olderForm({ file, endpoints }: Inquiry, listing: Refs): Pin | undefined {
  const { segments } = file
  const [first = '', ...rest] = segments
  if (endpoints.host.olderForm !== true || rest.length === 0) return undefined
  if (isCommitId(first)) return { ref: first, commit: first.toLowerCase(), segments: rest }
  return findLeadingRef(listing, segments) && findLeading(listing, segments)
}

/** No ref: the default branch; and the older form where the path begins with a ref and the branch has no such file. */
async function resolveDefault(inquiry: Inquiry): Promise<LooseResponse> {
  const { specifier, file, endpoints, context } = inquiry
  const { segments } = file
  const { listing, found: commit } = await lookUp(file.repository, endpoints, (refs) =>
    refs.commits.get(head),
  )
  const { repository } = listing
  const older = olderForm(inquiry, listing)
  const current = commit && { ref: listing.head ?? head, commit, segments }
  if (!current) {
    if (older !== undefined) return redirectTo(inquiry, repository, older)
    throw notFound(inquiry, `'${file.repository}' has no commit on its default branch`)
  }
  if (older === undefined) return redirectTo(inquiry, repository, current)
  const served = await fetchFile(endpoints, specifier, file, current.commit, context)
  return redirectTo(inquiry, repository, isMissing(inquiry, served) ? older : current)
}

/** The path of a specifier that means the default branch, by whatever form; `undefined` when it means another revision. */
function pathAtHead({ file }: Inquiry): readonly string[] | undefined {
  const { revision, segments } = file
  if (revision.kind === 'leading' && segments[0] === head) return segments.slice(1)
  const isHead = revision.kind === 'default' || (revision.kind === 'ref' && revision.name === head)
  return isHead ? segments : undefined
}

function resolveByListing(inquiry: Inquiry): Promise<LooseResponse> {
  const { revision } = inquiry.file
  if (revision.kind === 'leading') return resolveLeading(inquiry)
  return revision.kind === 'ref' ? resolveNamed(inquiry, revision.name) : resolveDefault(inquiry)
}

async function resolveFile(inquiry: Inquiry): Promise<LooseResponse> {
  const { file, endpoints } = inquiry
  const { revision, repository, segments } = file
  if (revision.kind === 'commit') return loadOrRedirect(inquiry, revision.id, segments)
  const path = pathAtHead(inquiry)
  if (path === undefined || path.length === 0) return resolveByListing(inquiry)
  if (!isUnpinned(endpoints, repository)) {
    // The listing alone: what else fails on the way says nothing of git.
    const failure = await lookUp(repository, endpoints, () => true).then(
      () => undefined,
      (error: unknown) => error,
    )
    if (failure === undefined) return resolveByListing(inquiry)
    if (!isUnreachable(failure)) throw failure
    unpin(endpoints, repository, failure as Error)
  }
  // A git that answers again would say another commit: no later start goes by what is taken without one.
  noteFreshness(undefined)
  try {
    const response = await loadOrRedirect(inquiry, head, path)
    if (response.statusCode === 200) noteServed(endpoints, repository)
    else if (response.statusCode !== 307) noteFailed(endpoints, repository)
    return response
  } catch (error) {
    if (isUnreachable(error)) noteFailed(endpoints, repository)
    throw error
  }
}

/** Forgets what was learnt of every host's repositories: what is resolved from now on sees them as they are now. */
export function forgetRefs(): void {
  forgetListings()
  forgetAbbreviations()
  forgetUnpinned()
}

/**
 * Answers with the file when the specifier holds a commit id, else with a redirect (307) to the specifier that does, with
 * the fields `git-ref` and `git-commit`.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_SPECIFIER, ERR_MODULE_NOT_FOUND (repository, ref, file),
 * ERR_MIMEPORT_STATUS, ERR_MIMEPORT_INVALID_BODY, ERR_MIMEPORT_INVALID_REDIRECT, ERR_MIMEPORT_OUTSIDE_ORIGIN,
 * ERR_MIMEPORT_CONFIG, and those of `fetchResource`.
 */
export async function answerFor(
  host: GitHost,
  specifier: string,
  context: LoaderContext | undefined,
): Promise<LooseResponse | false> {
  const file = parseSpecifier(host, specifier)
  if (file === undefined) return false
  return resolveFile({ specifier, file, endpoints: readEndpoints(host), context })
}
