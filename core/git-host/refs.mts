/**
 * The refs of repositories. A repository is listed once in the life of a process, so that all that a program imports from
 * it is one snapshot, even while its branches move.
 */

import { createHash } from 'node:crypto'
import { earlierOf } from '../fresh-until.mts'
import { noteFreshness } from '../resource/resource.mts'
import { fetchRefs } from './remote-refs.mts'
import { forgetTold, shareRefs, tellRefs } from './shared-refs.mts'
import { repositoryURL } from './url.mts'
import type { Endpoints } from './endpoints.mts'
import type { Inquiry, Refs } from './remote-refs.mts'

/** Repositories whose listing is kept; the one that was used longest ago goes first. */
const mostListings = 1000

/** By the URL of the repository. */
const listings = new Map<string, Promise<Refs>>()

/** Forgets every listing: what is resolved from now on sees the branches as they are now. */
export function forgetListings(): void {
  listings.clear()
  forgetTold()
}

/** What a listing is told to other threads by: what one may see is not for who asks as another. */
function keyOf({ url, endpoints }: Inquiry): string {
  const identity = createHash('sha256').update(endpoints.gitHeaders['authorization'] ?? '')
  return `${url} ${identity.digest('base64url')}`
}

/** What is known, and what is new. */
function merge(known: Refs, { repository, commits, head, freshUntil }: Refs): Refs {
  return {
    repository,
    freshUntil: earlierOf(known.freshUntil, freshUntil),
    commits: new Map([...commits, ...known.commits]),
    head: known.head ?? head,
  }
}

/** Lists a repository. By whichever name it was listed first, in whichever thread: what was known then stays. */
async function list(inquiry: Inquiry): Promise<Refs> {
  const refs = await fetchRefs(inquiry)
  const url = repositoryURL(inquiry.endpoints, refs.repository)
  if (url === inquiry.url) return refs
  const key = keyOf({ ...inquiry, url })
  const known =
    listings.get(url) ??
    keep(
      url,
      shareRefs(key, async () => refs),
    )
  return merge(await known.catch(() => refs), refs)
}

/** Keeps a listing for all who ask; a failure is told to those who wait for it, and not kept. */
function keep(url: string, listing: Promise<Refs>, before?: Promise<Refs>): Promise<Refs> {
  listings.set(url, listing)
  listing.catch(() => {
    if (listings.get(url) !== listing) return
    if (before === undefined) listings.delete(url)
    else listings.set(url, before)
  })
  if (listings.size > mostListings) {
    const oldest = listings.keys().next().value as string
    listings.delete(oldest)
    forgetTold(`${oldest} `)
  }
  return listing
}

/** Lists again, for what is new. */
async function listAgain(inquiry: Inquiry, known: Refs): Promise<Refs> {
  const refs = merge(known, await list(inquiry))
  tellRefs(keyOf(inquiry), refs)
  return refs
}

/** The listing that is kept, as the one that was used last. */
function kept(url: string): Promise<Refs> | undefined {
  const listing = listings.get(url)
  if (listing === undefined) return undefined
  listings.delete(url)
  listings.set(url, listing)
  return listing
}

/**
 * Looks something up in a repository's listing. Where an earlier listing does not have it, the repository is listed
 * again for what is new; what was known stays as it was.
 * @throws {LoaderError} ERR_MODULE_NOT_FOUND, ERR_MIMEPORT_STATUS, ERR_MIMEPORT_INVALID_BODY and those of `fetchResource`.
 */
export async function lookUp<T>(
  name: string,
  endpoints: Endpoints,
  find: (listing: Refs) => T | undefined,
): Promise<{ listing: Refs; found: T | undefined }> {
  const url = repositoryURL(endpoints, name)
  const inquiry = { name, url, endpoints }
  let isNew = false
  const listNow = () => {
    isNew = true
    return list(inquiry)
  }
  const earlier = kept(url) ?? keep(url, shareRefs(keyOf(inquiry), listNow))
  const listing = await earlier
  // It may have come for another module: this one goes by it as well.
  noteFreshness(listing.freshUntil)
  const found = find(listing)
  // Another thread's may be as old as one of this thread's.
  if (found !== undefined || isNew) return { listing, found }

  // Whoever comes here first lists again, and the others share it.
  const later = await (listings.get(url) === earlier
    ? keep(url, listAgain(inquiry, listing), earlier)
    : (kept(url) ?? listing))
  noteFreshness(later.freshUntil)
  return { listing: later, found: find(later) }
}

/** The refs of a repository that was listed before; `undefined` when it was not. Asks nobody. */
export async function knownRefs(name: string, endpoints: Endpoints): Promise<Refs | undefined> {
  return listings.get(repositoryURL(endpoints, name))?.catch(() => undefined)
}
