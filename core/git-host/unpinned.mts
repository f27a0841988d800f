/**
 * Repositories that cannot be listed, since nobody at the git endpoint answers: their default branch is taken from whoever
 * serves files, as it is there at the moment. What comes of it has no commit, and is known by `@HEAD`.
 */

import { tell } from '../http/activity.mts'
import { repositoryURL } from './url.mts'
import type { Endpoints } from './endpoints.mts'

/** Repositories that are remembered; the one that was met first goes first. */
const mostRepositories = 1000

/** By the repository's URL: the warning that is still to come; `undefined` when it was given. */
const unpinned = new Map<string, string | undefined>()

/** Forgets all of them: the next import lists again. */
export function forgetUnpinned(): void {
  unpinned.clear()
}

/**
 * Whether the default branch of a repository is taken without a commit. Once it was, it stays so: half of a program's
 * modules of a commit and half of none would have one module twice.
 */
export function isUnpinned(endpoints: Endpoints, repository: string): boolean {
  return unpinned.has(repositoryURL(endpoints, repository))
}

/** Remembers a repository that could not be listed, and why. */
export function unpin(endpoints: Endpoints, repository: string, error: Error): void {
  const url = repositoryURL(endpoints, repository)
  if (unpinned.has(url)) return
  const { host } = new URL(endpoints.files)
  const message =
    `'${repository}' is pinned to no commit: what ${host} has for its default branch is taken, file by file, ` +
    `which may change while the program runs. ${error.message}`
  unpinned.set(url, message)
  if (unpinned.size > mostRepositories) unpinned.delete(unpinned.keys().next().value as string)
}

/** Warns, once, when a file came that is pinned to no commit. */
export function noteServed(endpoints: Endpoints, repository: string): void {
  const url = repositoryURL(endpoints, repository)
  const message = unpinned.get(url)
  if (message === undefined) return
  unpinned.set(url, undefined)
  tell({ type: 'warning', message })
}

/** Forgets a repository of which nothing came: who serves its files does not answer, either. */
export function noteFailed(endpoints: Endpoints, repository: string): void {
  const url = repositoryURL(endpoints, repository)
  if (unpinned.get(url) !== undefined) unpinned.delete(url)
}
