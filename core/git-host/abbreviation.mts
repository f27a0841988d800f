/**
 * Abbreviated commit ids. git's protocol has none, so there are two sources: the commits that refs are at, and the host's
 * page of a commit as a patch, whose first line has the whole id. No API is asked.
 */

import { fetchResource } from '../resource/resource.mts'
import { patchURL } from './url.mts'
import type { Endpoints } from './endpoints.mts'
import type { RefListing } from './listing.mts'

/** What git hosts show. With fewer digits, many commits of a repository would begin alike. */
export const fewestDigits = 7
/** Ids that are kept; the one that was found first goes first. */
const mostIds = 1000

const ids = new Map<string, Promise<string | undefined>>()

/** Forgets every id that was found. */
export function forgetAbbreviations(): void {
  ids.clear()
}

/** Whether a name may be the beginning of a commit id, of however few digits. */
export function isAbbreviation(name: string): boolean {
  return /^[0-9a-f]{4,63}$/i.test(name)
}

/** The one commit among those that refs are at whose id begins so; `undefined`: there is none, or more than one. */
export function findAbbreviated({ commits }: RefListing, name: string): string | undefined {
  if (name.length < fewestDigits || !isAbbreviation(name)) return undefined
  const start = name.toLowerCase()
  const found = new Set([...commits.values()].filter((id) => id.startsWith(start)))
  return found.size === 1 ? found.values().next().value : undefined
}

/** git-format-patch(1): the first line of each commit's patch. */
async function askFor(url: string, start: string): Promise<string | undefined> {
  // A page for browsers: a token of git's means nothing there, so none is sent.
  const response = await fetchResource(url, { headers: { accept: '*/*' }, keep: true }).catch(
    (error: { code?: string }) => {
      // The patch of a huge commit: that it is one says nothing of its id.
      if (error.code === 'ERR_MIMEPORT_BODY_TOO_LARGE') return undefined
      throw error
    },
  )
  if (response?.statusCode !== 200) return undefined
  const head = Buffer.from(response.body.subarray(0, 80)).toString('latin1')
  const [, id] = /^From ([0-9a-f]{40}|[0-9a-f]{64}) /.exec(head) ?? []
  // A merge has no patch of its own: what comes is another commit's.
  return id?.startsWith(start) === true ? id : undefined
}

/**
 * Asks the host for the whole of a commit id, once; `undefined` when it does not know.
 * @throws {LoaderError} those of `fetchResource`.
 */
export async function completeId(
  endpoints: Endpoints,
  repository: string,
  name: string,
): Promise<string | undefined> {
  if (name.length < fewestDigits || !isAbbreviation(name)) return undefined
  const start = name.toLowerCase()
  const url = patchURL(endpoints, repository, start)
  const known = ids.get(url)
  if (known !== undefined) return known
  const asked = askFor(url, start)
  ids.set(url, asked)
  if (ids.size > mostIds) ids.delete(ids.keys().next().value as string)
  const found = await asked.catch((error: unknown) => {
    ids.delete(url)
    throw error
  })
  if (found === undefined) ids.delete(url)
  return found
}
