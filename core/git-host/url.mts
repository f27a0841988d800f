/** The URLs of a host's repositories, files and commits: made of its shapes, and read back. */

import { decode, encodePath } from './path.mts'
import { formatSpecifier, parseSpecifier } from './specifier.mts'
import type { Endpoints } from './endpoints.mts'
import type { GitHost } from './host.mts'

function fill(shape: string, values: Readonly<Record<string, string>>): string {
  return shape.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
}

/** The URL of a repository, as `git clone` takes it. */
export function repositoryURL({ site }: Endpoints, repository: string): string {
  return `${site}/${repository}.git`
}

/** Whether whoever reads the name in a specifier finds the same one. */
function isRepository(host: GitHost, name: string): boolean {
  try {
    return parseSpecifier(host, `${host.scheme}${name}@HEAD/x`)?.repository === name
  } catch {
    return false
  }
}

/** The repository of a URL that `git clone` takes; `undefined` when it is none of this host's. */
export function repositoryOfURL({ site, host }: Endpoints, url: string): string | undefined {
  if (!url.startsWith(`${site}/`)) return undefined
  const name = url.slice(site.length + 1).replace(/(?:\.git)?\/?$/, '')
  return isRepository(host, name) ? name : undefined
}

/** The URL of a file at a commit, or at `HEAD`. */
export function fileURL(
  endpoints: Endpoints,
  repository: string,
  revision: string,
  segments: readonly string[],
): string {
  const { host, site, files, tokenName } = endpoints
  const { file, fileWithToken = file } = host.shapes
  return fill(tokenName === undefined ? file : fileWithToken, {
    site,
    files,
    repository,
    revision,
    path: encodePath(segments),
    project: encodeURIComponent(repository),
    file: encodeURIComponent(segments.join('/')),
  })
}

/** The URL of a commit's patch; its id may be abbreviated. */
export function patchURL({ host, site }: Endpoints, repository: string, revision: string): string {
  return fill(host.shapes.patch, { site, repository, revision })
}

/** Whether a URL is where a host sends whoever may not see something. */
export function isSignIn({ host, site }: Endpoints, url: URL): boolean {
  const { origin, pathname } = new URL(fill(host.shapes.signIn, { site }))
  return url.origin === origin && url.pathname === pathname
}

/** Whether a URL has the beginning of those that whoever has a token asks for files, and we have one. */
export function isOfTokenShape({ host, site, tokenName }: Endpoints, url: URL): boolean {
  const { fileWithToken } = host.shapes
  if (fileWithToken === undefined || tokenName === undefined) return false
  const start = fill(fileWithToken.slice(0, fileWithToken.indexOf('{project}')), { site })
  return url.href.startsWith(start)
}

/** The canonical specifier of a file's URL; `undefined` when it is not one of a file at `commit`. */
export function specifierOfURL(
  endpoints: Endpoints,
  url: URL,
  commit: string,
  query: string,
): string | undefined {
  const { host, site, files } = endpoints
  const patterns: Readonly<Record<string, string>> = {
    '{site}': RegExp.escape(site),
    '{files}': RegExp.escape(files),
    '{repository}': '(.+?)',
    '{revision}': RegExp.escape(commit),
    '{path}': '(.+)',
  }
  const shape = host.shapes.file.split(/(\{\w+\})/)
  const pattern = shape.map((part) => patterns[part] ?? RegExp.escape(part)).join('')
  const [, repository, path] = new RegExp(`^${pattern}$`).exec(url.origin + url.pathname) ?? []
  if (repository === undefined || path === undefined) return undefined
  const segments = path.split('/').map(decode)
  if (!segments.every((segment) => segment !== undefined)) return undefined
  if (!isRepository(host, repository)) return undefined
  return formatSpecifier(host, repository, commit, segments, query)
}
