/** Submodules: folders that are other repositories, of which a host serves nothing. gitmodules(5). */

import { fetchFile } from './file.mts'
import { encodePath, quote } from './path.mts'
import { repositoryOfURL, repositoryURL } from './url.mts'
import type { LoaderContext } from '../types.mts'
import type { Endpoints } from './endpoints.mts'
import type { RepositoryFile } from './specifier.mts'

interface Submodule {
  readonly path: string
  readonly url: string
}

/** Reads what matters of a `.gitmodules`. git-config(1), "Syntax": sections, and `name = value` lines. */
export function readSubmodules(text: string): Submodule[] {
  const sections = text.split(/^\s*\[submodule\s[^\n]*\]/m).slice(1)
  return sections.flatMap((section) => {
    const valueOf = (name: string) =>
      new RegExp(`^[ \\t]*${name}[ \\t]*=[ \\t]*(.*?)[ \\t\\r]*$`, 'm')
        .exec(section)?.[1]
        ?.replace(/^"(.*)"$/, '$1')
    const path = valueOf('path')?.replace(/\/+$/, '')
    return path ? [{ path, url: valueOf('url') ?? '' }] : []
  })
}

/** The repository of this host that a submodule's URL means: one of git's, `git@host:path`, or a relative one. */
function repositoryOf(endpoints: Endpoints, repository: string, url: string): string | undefined {
  const { host } = new URL(endpoints.site)
  const own = url.replace(/^(?:ssh:\/\/)?git@([^:/]+)[:/]/, (whole, name: string) =>
    name === host ? `${endpoints.site}/` : whole,
  )
  const absolute = own.startsWith('.')
    ? URL.parse(own, `${repositoryURL(endpoints, repository)}/`)?.href
    : own
  return absolute === undefined ? undefined : repositoryOfURL(endpoints, absolute)
}

/**
 * Why a file that a host does not have is not there, where a submodule is the reason: says which, and what to import.
 * `undefined`: none is, or who could say cannot.
 */
export async function submoduleReason(
  endpoints: Endpoints,
  file: RepositoryFile,
  revision: string,
  context: LoaderContext | undefined,
): Promise<string | undefined> {
  const { repository, segments } = file
  const manifest = { ...file, segments: ['.gitmodules'] }
  // It is asked for an error's sake: that it fails is not one more.
  const found = await fetchFile(endpoints, '.gitmodules', manifest, revision, context).catch(
    () => undefined,
  )
  if (found?.response.statusCode !== 200) return undefined
  const path = segments.join('/')
  const submodule = readSubmodules(Buffer.from(found.response.body).toString()).find(
    (each) => path === each.path || path.startsWith(`${each.path}/`),
  )
  if (submodule === undefined) return undefined
  const other = repositoryOf(endpoints, repository, submodule.url)
  const rest = segments.slice(submodule.path.split('/').length)
  const specifier = `${endpoints.host.scheme}${other}@<commit>/${encodePath(rest) || 'path'}`
  const advice =
    other === undefined ? 'import from that repository' : `import ${quote(specifier)} instead`
  return `${quote(submodule.path)} is a submodule, which is another repository (${quote(submodule.url)}); ${advice}`
}
