/** The `github` loader: `github:owner/repo/path`, at a ref or at the default branch, always by commit in the end. */

import { LoaderError, escapeText } from '../../core/errors.mts'
import { readEndpoints, tokenAdvice } from './endpoints.mts'
import { answerOf, fetchRaw } from './raw.mts'
import { findLeadingRef, findRef, nearestRef, shortName } from './ref-name.mts'
import { knownRefs, lookUp } from './refs.mts'
import { resolveRelative } from './relative.mts'
import { formatSpecifier, isCommitId, parseSpecifier, quote } from './specifier.mts'
import type { LoaderContext, LooseResponse } from '../../core/types.mts'
import type { Endpoints } from './endpoints.mts'
import type { RefListing } from './listing.mts'
import type { RepositoryFile } from './specifier.mts'

export const name = 'github'
export const schemes = ['github:']

/** RFC 9110 §15.4.8: the branch may be at another commit tomorrow. */
function redirect(location: string): LooseResponse {
  return { statusCode: 307, headers: { location } }
}

/** One import that is being resolved. */
interface Inquiry {
  readonly specifier: string
  readonly file: RepositoryFile
  readonly endpoints: Endpoints
  readonly context: LoaderContext | undefined
}

function redirectTo({ file }: Inquiry, commit: string, segments: readonly string[]) {
  return redirect(formatSpecifier(file.repository, commit, segments, file.query))
}

function notFound({ specifier, context }: Inquiry, reason: string): LoaderError {
  const from =
    context?.parentURL === undefined ? '' : ` imported from '${escapeText(context.parentURL)}'`
  return new LoaderError(
    'ERR_MODULE_NOT_FOUND',
    `Cannot find ${quote(specifier)}${from}: ${reason}`,
    { url: context?.url ?? specifier },
  )
}

function refNotFound(inquiry: Inquiry, ref: string, listing: RefListing): LoaderError {
  const { owner, name: repository } = inquiry.file.repository
  const nearest = nearestRef(listing, ref)
  const abbreviated = /^[0-9a-f]{4,39}$/i.test(ref)
  return notFound(
    inquiry,
    `'${owner}/${repository}' has no branch or tag ${quote(ref)}${
      abbreviated ? '; if it is a commit, give its whole id, since git serves no other' : ''
    }${nearest === undefined ? '' : `; did you mean ${quote(nearest)}?`}`,
  )
}

/** A branch or tag that is at `commit`, the default branch before others; `''` when none is. */
function nameOf({ commits, head }: RefListing, commit: string): string {
  if (head !== undefined && commits.get(head) === commit) return shortName(head)
  const named = [...commits].find(([ref, id]) => id === commit && ref !== 'HEAD')
  return named === undefined ? '' : shortName(named[0])
}

/** Loads a file at a commit: the module itself. */
async function load(inquiry: Inquiry, commit: string): Promise<LooseResponse> {
  const { specifier, file, endpoints, context } = inquiry
  const { url, response } = await fetchRaw(specifier, file, commit, endpoints, context)
  if (response.statusCode !== 404) return answerOf(url, file, commit, response, endpoints)

  const { owner, name: repository } = file.repository
  const path = quote(file.segments.join('/'))
  const listing = await knownRefs(file.repository, endpoints)
  if (listing === undefined) {
    throw notFound(
      inquiry,
      `'${owner}/${repository}' has no ${path} at commit ${commit}, or no such commit, or is not there; ${tokenAdvice(endpoints)}`,
    )
  }
  const ref = nameOf(listing, commit)
  throw notFound(
    inquiry,
    `'${owner}/${repository}' has no ${path} at commit ${commit}${ref && ` (${quote(ref)})`}`,
  )
}

/** `@name/path`: the longest name of a branch or tag wins. */
async function resolveLeading(inquiry: Inquiry): Promise<LooseResponse> {
  const { repository, segments } = inquiry.file
  const { listing, found } = await lookUp(repository, inquiry.endpoints, (refs) =>
    findLeadingRef(refs, segments),
  )
  const commit = found && listing.commits.get(found.fullName)
  if (commit === undefined) throw refNotFound(inquiry, segments[0] ?? '', listing)
  return redirectTo(inquiry, commit, segments.slice(found?.length))
}

/** `path#name`. */
async function resolveNamed(inquiry: Inquiry, ref: string): Promise<LooseResponse> {
  const { repository, segments } = inquiry.file
  const { listing, found } = await lookUp(repository, inquiry.endpoints, (refs) =>
    findRef(refs, ref),
  )
  const commit = found && listing.commits.get(found)
  if (commit === undefined) throw refNotFound(inquiry, ref, listing)
  return redirectTo(inquiry, commit, segments)
}

/** What the older form `REF/path` would mean: a whole commit id, or the longest name of a ref. */
function olderForm(listing: RefListing, segments: readonly string[]) {
  const [first = ''] = segments
  if (segments.length < 2) return undefined
  if (isCommitId(first)) return { commit: first.toLowerCase(), path: segments.slice(1) }
  const leading = findLeadingRef(listing, segments)
  const commit = leading && listing.commits.get(leading.fullName)
  return commit === undefined ? undefined : { commit, path: segments.slice(leading?.length) }
}

/** No ref: the default branch; and the older form where the path begins with a ref and the branch has no such file. */
async function resolveDefault(inquiry: Inquiry): Promise<LooseResponse> {
  const { specifier, file, endpoints, context } = inquiry
  const { listing, found: head } = await lookUp(file.repository, endpoints, (refs) =>
    refs.commits.get('HEAD'),
  )
  const older = olderForm(listing, file.segments)
  if (head === undefined && older === undefined) {
    const { owner, name: repository } = file.repository
    throw notFound(inquiry, `'${owner}/${repository}' has no commit on its default branch`)
  }
  if (older === undefined) return redirectTo(inquiry, head as string, file.segments)
  if (head !== undefined) {
    const { response } = await fetchRaw(specifier, file, head, endpoints, context)
    if (response.statusCode !== 404) return redirectTo(inquiry, head, file.segments)
  }
  return redirectTo(inquiry, older.commit, older.path)
}

/**
 * Answers for `github:` specifiers: with the file when the specifier holds a commit id, else with a redirect (307) to
 * the specifier that does.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_SPECIFIER, ERR_MODULE_NOT_FOUND (repository, ref, file),
 * ERR_MIMEPORT_STATUS, ERR_MIMEPORT_INVALID_BODY, ERR_MIMEPORT_INVALID_REDIRECT, ERR_MIMEPORT_CONFIG.
 */
export async function resolve(
  specifier: string,
  context?: LoaderContext,
): Promise<LooseResponse | false> {
  const file = parseSpecifier(specifier)
  if (file === undefined) return false
  const inquiry: Inquiry = { specifier, file, endpoints: readEndpoints(), context }
  switch (file.revision.kind) {
    case 'leading':
      return resolveLeading(inquiry)
    case 'ref':
      return resolveNamed(inquiry, file.revision.name)
    case 'default':
      return resolveDefault(inquiry)
    case 'commit': {
      const { id } = file.revision
      const canonical = formatSpecifier(file.repository, id, file.segments, file.query)
      // One module, one specifier: other spellings lead to it. The framework's URL is a spelling of the same.
      const same = specifier.replace(/^github:\/\//, 'github:') === canonical
      return same ? load(inquiry, id) : redirect(canonical)
    }
  }
}

/**
 * Resolves a relative specifier inside its parent's repository, at its parent's commit. `false`: not relative, or the
 * parent is not ours.
 * @throws {LoaderError} ERR_MIMEPORT_OUTSIDE_ORIGIN, ERR_MIMEPORT_INVALID_SPECIFIER.
 */
export async function resolveRelativePath(
  specifier: string,
  parentPath: string,
): Promise<string | false> {
  return resolveRelative(specifier, parentPath) ?? false
}
