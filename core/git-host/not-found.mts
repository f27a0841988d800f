/** The errors for a ref and for a file that a repository does not have. */

import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { fewestDigits, isAbbreviation } from './abbreviation.mts'
import { tokenAdvice } from './endpoints.mts'
import { quote } from './path.mts'
import { nearestRef, shortName } from './ref-name.mts'
import { knownRefs } from './refs.mts'
import { isCommitId } from './specifier.mts'
import { submoduleReason } from './submodule.mts'
import type { Inquiry } from './inquiry.mts'
import type { RefListing } from './listing.mts'

/** The error for what is not there, and why. */
export function notFound({ specifier, context }: Inquiry, reason: string): LoaderError {
  const from =
    context?.parentURL === undefined ? '' : ` imported from '${escapeText(context.parentURL)}'`
  return new LoaderError(
    'ERR_MODULE_NOT_FOUND',
    `Cannot find ${quote(specifier)}${from}: ${reason}`,
    { url: context?.url ?? specifier },
  )
}

function abbreviationAdvice(ref: string): string {
  if (!isAbbreviation(ref)) return ''
  return ref.length < fewestDigits
    ? `; if it is a commit, give ${fewestDigits} digits of its id at least`
    : '; if it is a commit, give its whole id, since the host did not tell which one begins so'
}

/** The error for a ref that a repository does not have, with one like it. `names`: what it may be, the shortest first. */
export function refNotFound(
  inquiry: Inquiry,
  names: readonly string[],
  listing: RefListing,
): LoaderError {
  const [ref = ''] = names
  const longest = names.at(-1) ?? ref
  const longer = longest === ref ? '' : `, nor a longer name up to ${quote(longest)}`
  const nearest = names.map((name) => nearestRef(listing, name)).findLast(Boolean)
  const advice = nearest === undefined ? '' : `; did you mean ${quote(nearest)}?`
  return notFound(
    inquiry,
    `'${inquiry.file.repository}' has no branch or tag ${quote(ref)}${longer}${abbreviationAdvice(ref)}${advice}`,
  )
}

/** A branch or tag that is at `commit`, the default branch before others; `''` when none is. */
function nameOf({ commits, head }: RefListing, commit: string): string {
  if (head !== undefined && commits.get(head) === commit) return shortName(head)
  const named = [...commits].find(([ref, id]) => id === commit && ref !== 'HEAD')
  return named === undefined ? '' : shortName(named[0])
}

/** The error for a file that a repository does not have at a commit or at `HEAD`, or that we may not see. */
export async function fileNotFound(inquiry: Inquiry, revision: string): Promise<LoaderError> {
  const { file, endpoints, context } = inquiry
  const { repository } = file
  const path = quote(file.segments.join('/'))
  const reason = await submoduleReason(endpoints, file, revision, context)
  if (reason !== undefined) return notFound(inquiry, `'${repository}' has no ${path}: ${reason}`)
  if (!isCommitId(revision)) {
    return notFound(
      inquiry,
      `'${repository}' has no ${path} on its default branch, or is not there; ${tokenAdvice(endpoints)}`,
    )
  }
  const listing = await knownRefs(repository, endpoints)
  if (listing === undefined) {
    return notFound(
      inquiry,
      `'${repository}' has no ${path} at commit ${revision}, or no such commit, or is not there; ${tokenAdvice(endpoints)}`,
    )
  }
  const ref = nameOf(listing, revision)
  return notFound(
    inquiry,
    `'${repository}' has no ${path} at commit ${revision}${ref && ` (${quote(ref)})`}`,
  )
}
