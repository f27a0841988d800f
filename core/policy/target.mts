/** A URL or specifier as entries see it, in one form for all of its spellings. */

import { foldHost } from './host.mts'
import { parseURL, schemeOf } from '../native.mts'

export interface Target {
  /** With the colon, lower case. */
  readonly scheme: string
  /** `''` where the scheme has no hosts of the web's. */
  readonly host: string
  /** Never `''` for the web. */
  readonly port: string
  /** The path's segments, in the readings that a server may have of them: as it is written, and decoded. */
  readonly readings: readonly (readonly string[])[]
}

/** Schemes of the git hosts: a repository's name has no case there. */
export const gitSchemes: ReadonlySet<string> = new Set(['github:', 'gitlab:', 'codeberg:'])

/** What is here: no list of hosts says anything of it. */
const here = new Set(['file:', 'data:', 'blob:', 'node:'])

const ports: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' }

/** RFC 3986 §6.2.2.2: what need not be encoded is one with what is. Not behind a `%` that is none's: `%2%66` is no `%2f`. */
function plain(path: string): string {
  return path.replace(/(?<!%[\da-f]?)%(?:2d|2e|5f|7e|3\d|[46][1-9a-f]|[57][\da])/gi, byteOf)
}

function byteOf(escape: string): string {
  return String.fromCharCode(Number.parseInt(escape.slice(1), 16))
}

/** Decoded as often as it can be, as a chain of servers may: bytes, not characters, which is enough to compare. */
function decoded(path: string): string {
  let text = path
  // Each round shortens it; more than these no server has.
  for (let round = 0; round < 5 && text.includes('%'); round += 1) {
    text = text.replace(/%[\da-f]{2}/gi, byteOf)
  }
  return text.replaceAll('\\', '/')
}

/** Without `.`, `..` and empty segments within. */
function withoutDots(segments: readonly string[]): string[] {
  const kept: string[] = []
  for (const segment of segments) {
    if (segment === '..') kept.pop()
    else if (segment !== '.' && segment !== '') kept.push(segment)
  }
  return /^\.{0,2}$/.test(segments.at(-1) ?? '') ? [...kept, ''] : kept
}

/** The readings of a path without its first slash. */
export function readingsOf(path: string): readonly (readonly string[])[] {
  const written = plain(path)
  const read = decoded(path)
  const segments = written.split('/')
  const others = withoutDots(read.split('/'))
  return others.join('/') === written ? [segments] : [segments, others]
}

/** What follows a scheme that is not of the web, up to its query: `owner/repo@ref/path`. */
function opaquePath(rest: string): string {
  const path = rest.replace(/[?#][^]*$/, '')
  // core/engine/module-url.mts: after three slashes, each segment is encoded.
  return path.startsWith('///')
    ? path.slice(3).replace(/%[\da-f]{2}/gi, byteOf)
    : path.replace(/^\/{0,2}/, '')
}

/** Reads a URL or a specifier in a loader's own form; `undefined` for what is here, relative, or a bare name. */
export function targetOf(text: string): Target | undefined {
  const url = parseURL(text)
  const scheme = url?.protocol ?? schemeOf(text)
  // `c:` is a drive.
  if (scheme === undefined || scheme.length === 2 || here.has(scheme)) return undefined
  const port = ports[scheme]
  if (port !== undefined) {
    if (url === null) return undefined
    const { hostname, pathname } = url
    const readings = readingsOf(pathname.slice(1))
    return { scheme, host: foldHost(hostname), port: url.port || port, readings }
  }
  const path = opaquePath(text.trim().slice(scheme.length))
  // Their names have no other spelling; what a loader of the project makes of a path, nobody knows.
  const readings = gitSchemes.has(scheme) ? [path.toLowerCase().split('/')] : readingsOf(path)
  return { scheme, host: '', port: '', readings }
}
