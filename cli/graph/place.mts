/** Where a module is, as people tell it: a file from here, a host, a repository at a commit. Used by the page as well. */

/** Hexadecimal digits of a commit that are shown. */
const SHOWN_COMMIT = 7

/** The name of the group of local files. */
export const localGroup = 'files'

/** Names what a module is grouped by: `files`, `esm.sh`, `github:acme/handbook@39c7550`. */
export function groupOf(url: string): string {
  const parsed = URL.parse(url)
  if (parsed === null) return 'elsewhere'
  const { protocol, host, pathname } = parsed
  if (protocol === 'file:') return localGroup
  if (protocol === 'https:') return host
  if (protocol === 'http:') return `http://${host}`
  if (host === '') return protocol
  // A repository: as many segments as lead to the commit.
  const repository = /^(\/.*?@)([^/]+)(?=\/|$)/.exec(pathname)
  if (repository === null) return `${protocol}//${host}`
  const [, path = '', commit = ''] = repository
  const isCommit = /^[\da-f]{40,64}$/.test(commit)
  return `${protocol}${host}${path}${isCommit ? commit.slice(0, SHOWN_COMMIT) : commit}`
}

/** A URL without its percent signs, where that is a text. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A URL as short as it is from `base`, a file: URL that ends in a slash: `lib/x.mts`; other URLs as they are. */
export function placeOf(url: string, base: string): string {
  if (url.startsWith(base)) return decoded(url.slice(base.length))
  return url.startsWith('file://') ? decoded(url.slice('file://'.length)) : url
}

/** The part of a URL that differs within its group: path and query, without the slash. */
export function pathOf(url: string, base: string): string {
  const group = groupOf(url)
  if (group === localGroup) return placeOf(url, base)
  const parsed = URL.parse(url)
  if (parsed === null || parsed.host === '') return url
  const { pathname, search } = parsed
  const path = /^https?:/.test(url) ? pathname : pathname.replace(/^\/.*?@[^/]+(?=\/)/, '')
  return `${path.slice(1)}${search}` || group
}

/** A text with its commits cut short. */
export function withShortCommits(text: string): string {
  return text.replace(
    /@([\da-f]{40,64})(?=\/|$)/g,
    (_, commit: string) => `@${commit.slice(0, SHOWN_COMMIT)}`,
  )
}
