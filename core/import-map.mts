/**
 * Import maps: other addresses for specifiers, for the whole program or for the modules below a URL. WHATWG HTML: import
 * maps (https://html.spec.whatwg.org/multipage/webappapis.html#import-maps). Both threads read the same map.
 */

import { LoaderError } from './errors.mts'
import { escapeText, received } from './text.mts'
import { parseURL } from './native.mts'

/** Specifier or its beginning → address; `null`: there is none, on purpose or by mistake. Longest first. */
export type SpecifierMap = readonly (readonly [key: string, address: string | null])[]

/** Plain data, which crosses threads. */
export interface ImportMap {
  readonly imports: SpecifierMap
  /** By the URL of the importing module, or how it begins; longest first. */
  readonly scopes: readonly (readonly [prefix: string, imports: SpecifierMap])[]
  /** URL → integrity metadata. */
  readonly integrity: readonly (readonly [url: string, metadata: string])[]
}

/** The import map in force in this thread: a live binding, set once, when the hooks or the engine start. */
export let importMap: ImportMap | undefined

export function configureImportMap(own: ImportMap | undefined): void {
  importMap = own
}

/** Schemes of URLs whose paths are hierarchies. WHATWG URL §4.2: special scheme. */
const special = new Set(['ftp:', 'file:', 'http:', 'https:', 'ws:', 'wss:'])

/** Schemes of ours whose paths are hierarchies, too: a key may end in a folder of a repository. */
const gitHosts = new Set(['github:', 'gitlab:', 'codeberg:'])

/** Opaque paths that are no hierarchies for sure. */
const opaque = new Set(['about:', 'blob:', 'data:', 'javascript:', 'mailto:'])

/** Resolves a URL-like specifier: step 1 and 2; `null` for a bare one. */
export function urlOf(specifier: string, base: string): URL | null {
  return parseURL(specifier, /^\.{0,2}\//.test(specifier) ? base : undefined)
}

/** By code units, descending: of two keys that match, the longer one comes first. */
function descending([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? 1 : a > b ? -1 : 0
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function recordOf(value: unknown, name: string): Record<string, unknown> {
  if (value === undefined) return {}
  if (isRecord(value)) return value
  throw new TypeError(`'${name}' must be an object. Received ${received(value)}`)
}

function addressOf(key: string, value: unknown, base: string): string | null {
  const url = typeof value === 'string' ? urlOf(value, base) : null
  // What only begins with the key goes on after the address: it must be a folder, too.
  return url === null || (key.endsWith('/') && !url.href.endsWith('/')) ? null : url.href
}

function specifierMap(value: unknown, name: string, base: string): SpecifierMap {
  const map = new Map<string, string | null>()
  for (const [key, address] of Object.entries(recordOf(value, name))) {
    if (key !== '') map.set(urlOf(key, base)?.href ?? key, addressOf(key, address, base))
  }
  return [...map].sort(descending)
}

/**
 * Reads an import map. What the standard ignores with a warning is ignored; an address that is none is kept as `null`.
 * @throws {TypeError} naming the key that is no object.
 */
export function readImportMap(value: unknown, base: string): ImportMap {
  if (!isRecord(value)) throw new TypeError(`it must be an object. Received ${received(value)}`)
  const scopes = new Map<string, SpecifierMap>()
  for (const [prefix, imports] of Object.entries(recordOf(value['scopes'], 'scopes'))) {
    const read = specifierMap(imports ?? null, `scopes.${prefix}`, base)
    const url = parseURL(prefix, base)
    if (url !== null) scopes.set(url.href, read)
  }
  const integrity = Object.entries(recordOf(value['integrity'], 'integrity')).flatMap(
    ([key, metadata]) => {
      const url = urlOf(key, base)
      return url === null || typeof metadata !== 'string' ? [] : [[url.href, metadata] as const]
    },
  )
  return {
    imports: specifierMap(value['imports'], 'imports', base),
    scopes: [...scopes].sort(descending),
    integrity,
  }
}

function refused(specifier: string, parentURL: string | undefined, reason: string): LoaderError {
  const from = parentURL === undefined ? '' : ` imported from '${escapeText(parentURL)}'`
  return new LoaderError(
    'ERR_MODULE_NOT_FOUND',
    `Cannot resolve '${escapeText(specifier)}'${from}: ${reason}`,
    { url: specifier },
  )
}

/**
 * A module's URL in the form of its loader, `github:owner/repo@commit/x`, in which it is written in a map; itself where it
 * has no other.
 */
function writtenForm(url: string): string {
  const [, scheme = '', path] = /^([a-z][a-z\d+.-]*:)\/\/([^]*)$/.exec(url) ?? []
  if (path === undefined || special.has(scheme)) return url
  if (!path.startsWith('/')) return scheme + path
  try {
    return scheme + decodeURIComponent(path.slice(1))
  } catch {
    return url
  }
}

/** What the URL of an importing module is called in the keys of `scopes`: a repository without a ref is any commit of it. */
function scopeNames(url: string): readonly string[] {
  const written = writtenForm(url)
  const { protocol = '' } = parseURL(written) ?? {}
  if (!gitHosts.has(protocol)) return written === url ? [url] : [url, written]
  return [url, written, written.replace(/@[^/]*(?=\/)/, '')]
}

/** Goes on after an address whose path is opaque to the URL parser (`github:owner/repo/`), but not to its loader. */
function appended(address: string, rest: string): string | null {
  const { protocol, pathname } = new URL(address)
  if (special.has(protocol) || opaque.has(protocol) || pathname.startsWith('/')) return null
  const climbs = rest.split(/[/\\]|%2f|%5c/i).some((part) => /^(?:\.|%2e){2}$/i.test(part))
  return climbs ? null : address + rest
}

/** What lies below an address that ends in `/`; `null` where that is not below it, or nowhere. */
export function below(address: string, rest: string): string | null {
  const url = parseURL(rest, address)?.href ?? appended(address, rest)
  return url !== null && url.startsWith(address) ? url : null
}

interface Index {
  readonly addresses: ReadonlyMap<string, string | null>
  /** Keys that end in `/`, longest first. */
  readonly folders: readonly string[]
}

/** A map may have thousands of entries, and each import of the program asks. */
const indexes = new WeakMap<SpecifierMap, Index>()

function indexOf(imports: SpecifierMap): Index {
  let index = indexes.get(imports)
  if (index === undefined) {
    const folders = imports.map(([key]) => key).filter((key) => key.endsWith('/'))
    index = { addresses: new Map(imports), folders }
    indexes.set(imports, index)
  }
  return index
}

type Fail = (reason: string) => LoaderError

function match(
  imports: SpecifierMap,
  specifier: string,
  isFolder: boolean,
  fail: Fail,
): string | undefined {
  const { addresses, folders } = indexOf(imports)
  // A whole match is longer than any other.
  const key = addresses.has(specifier)
    ? specifier
    : isFolder
      ? folders.find((each) => specifier.startsWith(each))
      : undefined
  if (key === undefined) return undefined
  const address = addresses.get(key) ?? null
  if (address === null) throw fail(`the import map has no address for '${escapeText(key)}'`)
  if (key === specifier) return address
  const rest = specifier.slice(key.length)
  const url = below(address, rest)
  if (url !== null) return url
  throw fail(
    `'${escapeText(rest)}' leads out of '${escapeText(address)}', which the import map has for '${escapeText(key)}'`,
  )
}

/**
 * The URL that the map has for a specifier in the module `parentURL`; `undefined` where it has none, and the specifier means
 * what it means. A module of a git host has its specifier for a name in the map, `github:owner/repo@commit/x`, and is in
 * the scope of its repository, `github:owner/repo/`, at whatever commit.
 * @throws {LoaderError} ERR_MODULE_NOT_FOUND when the map says that there is nothing, or is left by `..`.
 */
export function mapped(
  map: ImportMap,
  specifier: string,
  parentURL: string | undefined,
): string | undefined {
  const base = parentURL ?? ''
  const asURL = urlOf(specifier, base)
  const name = asURL === null ? specifier : writtenForm(asURL.href)
  const isFolder = asURL === null || special.has(asURL.protocol) || gitHosts.has(asURL.protocol)
  const fail: Fail = (reason) => refused(specifier, parentURL, reason)
  const find = (imports: SpecifierMap) =>
    match(imports, name, isFolder, fail) ??
    (asURL === null || asURL.href === name ? undefined : match(imports, asURL.href, isFolder, fail))
  const names = map.scopes.length === 0 ? [] : scopeNames(base)
  for (const [prefix, imports] of map.scopes) {
    const isInside = (each: string) =>
      prefix === each || (prefix.endsWith('/') && each.startsWith(prefix))
    if (!names.some(isInside)) continue
    const found = find(imports)
    if (found !== undefined) return found
  }
  return find(map.imports)
}

/** The integrity metadata that the map has for a URL, or for a specifier in the form of its loader. */
export function integrityOf(map: ImportMap, url: string): string | undefined {
  const names = new Set([url, parseURL(url)?.href, writtenForm(url)])
  return map.integrity.find(([key]) => names.has(key))?.[1]
}
