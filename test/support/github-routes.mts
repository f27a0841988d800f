/** The URLs of git hosts, as the hosts themselves read them, and how they refuse. Written apart from what is tested. */

import type { HostName } from './github.mts'

export interface Route {
  readonly kind: 'git' | 'raw' | 'api' | 'patch'
  readonly repository: string
  /** The repository as it stands in the URL. */
  readonly written: string
  /** Decoded: for git what follows the repository, for a file revision and path, for a patch the commit's id. */
  readonly segments: readonly string[]
}

const nowhere: Route = { kind: 'raw', repository: '', written: '', segments: [] }

function route(kind: Route['kind'], name: string | undefined, rest: string | undefined): Route {
  if (name === undefined || rest === undefined) return nowhere
  const segments = rest.split('/').map(decodeURIComponent)
  return { kind, repository: decodeURIComponent(name), written: name, segments }
}

/** What a URL's path asks for. */
export function routeOf(host: HostName, path: string, query: string): Route {
  const match = (pattern: RegExp) => pattern.exec(path) ?? undefined
  const git = match(/^\/(.+?)(?:\.git)?\/(info\/refs|git-upload-pack)$/)
  if (git !== undefined) return route('git', git[1], git[2])
  switch (host) {
    case 'github': {
      const patch = match(/^\/([^/]+\/[^/]+)\/commit\/(\w+)\.patch$/)
      if (patch !== undefined) return route('patch', patch[1], patch[2])
      const raw = match(/^\/raw\/([^/]+\/[^/]+)\/(.+)$/)
      return route('raw', raw?.[1], raw?.[2])
    }
    case 'gitlab': {
      const patch = match(/^\/(.+?)\/-\/commit\/(\w+)\.patch$/)
      if (patch !== undefined) return route('patch', patch[1], patch[2])
      const api = match(/^\/api\/v4\/projects\/([^/]+)\/repository\/files\/([^/]+)\/raw$/)
      if (api !== undefined) {
        const ref = new URLSearchParams(query).get('ref') ?? 'HEAD'
        return route(
          'api',
          api[1],
          `${ref}/${decodeURIComponent(api[2] ?? '').replaceAll('%', '%25')}`,
        )
      }
      const raw = match(/^\/(.+?)\/-\/raw\/(.+)$/)
      return route('raw', raw?.[1], raw?.[2])
    }
    case 'codeberg': {
      const patch = match(/^\/([^/]+\/[^/]+)\/commit\/(\w+)\.patch$/)
      if (patch !== undefined) return route('patch', patch[1], patch[2])
      // Branches and tags have URLs of their own.
      const raw = match(/^\/([^/]+\/[^/]+)\/raw\/commit\/((?:[0-9a-f]{7,64}|HEAD)\/.+)$/)
      return route('raw', raw?.[1], raw?.[2])
    }
  }
}

/** A repository's name in the URL of a route. */
export function written({ kind }: Route, name: string): string {
  return kind === 'api' ? encodeURIComponent(name) : name
}

/** By what status a host sends on whoever uses a former name. */
export const renameStatus = { github: 301, gitlab: 302, codeberg: 307 } as const

export interface Refusal {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const plain = { 'content-type': 'text/plain; charset=utf-8' }
const absent: Refusal = { status: 404, headers: plain, body: '404: Not Found' }

/** How a host refuses a private file to whoever does not show the token as it wants it; `undefined`: it does not. */
export function refusalOf(
  host: HostName,
  { kind }: Route,
  headers: Readonly<Record<string, string>>,
  token: string,
  prefix: string,
): Refusal | undefined {
  const shown = headers['authorization'] ?? ''
  if (host === 'gitlab') {
    if (kind !== 'api') {
      const location = `${prefix}/users/sign_in`
      return { status: 302, headers: { ...plain, location }, body: '' }
    }
    const own = headers['private-token']
    if (own === token) return undefined
    const json = { 'content-type': 'application/json' }
    return own === undefined
      ? { status: 404, headers: json, body: '{"message":"404 Project Not Found"}' }
      : { status: 401, headers: json, body: '{"message":"401 Unauthorized"}' }
  }
  // A page for browsers knows no token.
  if (kind === 'patch') return absent
  const scheme = host === 'github' ? /^(?:bearer|token) (.+)$/i : /^token (.+)$/i
  return scheme.exec(shown)?.[1] === token ? undefined : absent
}
