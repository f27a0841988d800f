/** What comes over a network, and how near the network is that it comes over. */

import { isLoopback } from './host.mts'
import { gitSchemes, targetOf } from './target.mts'
import { parseURL } from '../native.mts'

/** Schemes whose modules come over a network, and whose text therefore decides about no local file. */
const remote = new RegExp(`^(?:https?:|npm:|jsr:|${[...gitSchemes].join('|')})`, 'i')

/** Whether a URL or specifier is of a scheme that always is the network's. */
export function isNetwork(url: string): boolean {
  return remote.test(url)
}

/** Scheme of a git host, or of a registry → the environment's variables that say where it is, of its repositories first. */
const endpoints: Readonly<Record<string, readonly string[]>> = {
  'github:': ['MIMEPORT_GITHUB_URL', 'MIMEPORT_GITHUB_RAW_URL'],
  'gitlab:': ['MIMEPORT_GITLAB_URL'],
  'codeberg:': ['MIMEPORT_CODEBERG_URL'],
  'npm:': ['MIMEPORT_NPM_URL'],
  'jsr:': ['MIMEPORT_JSR_URL'],
}

function endpointsOf(scheme: string): URL[] {
  return (endpoints[scheme] ?? []).flatMap((name) => parseURL(process.env[name] ?? '') ?? [])
}

/** Whether the environment says that a git host, or a registry's CDN, is at this host. */
export function isGitEndpoint(hostname: string): boolean {
  return Object.keys(endpoints).some((scheme) =>
    endpointsOf(scheme).some((url) => url.hostname === hostname),
  )
}

/** Whether what has this URL came from this machine. */
export function isFromHere(url: string): boolean {
  const target = targetOf(url)
  if (target === undefined) return false
  if (endpoints[target.scheme] === undefined) return target.host !== '' && isLoopback(target.host)
  const [site] = endpointsOf(target.scheme)
  return site !== undefined && isLoopback(site.hostname)
}

/** Whether what has this URL came by TLS. */
export function isSecure(url: string): boolean {
  const target = targetOf(url)
  if (target === undefined) return false
  if (endpoints[target.scheme] === undefined) return target.scheme === 'https:'
  return (endpointsOf(target.scheme)[0]?.protocol ?? 'https:') === 'https:'
}
