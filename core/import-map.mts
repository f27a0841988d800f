/**
 * Import maps: other addresses for specifiers, for the whole program or for the modules below a URL. WHATWG HTML: import
 * maps (https://html.spec.whatwg.org/multipage/webappapis.html#import-maps). Both threads read the same map.
 */

import { LoaderError, escapeText, received } from './errors.mts'
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

/** Schemes of URLs whose paths are hierarchies. WHATWG URL §4.2: special scheme. */
const special = new Set(['ftp:', 'file:', 'http:', 'https:', 'ws:', 'wss:'])

/** Opaque paths that are no hierarchies for sure. */
const opaque = new Set(['about:', 'blob:', 'data:', 'javascript:', 'mailto:'])

/** Resolves a URL-like specifier: step 1 and 2. */
function urlOf(specifier: string, base: string): URL | null {
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

/** Goes on after an address whose path is opaque to the URL parser (`github:owner/repo/`), but not to its loader. */
function appended(address: string, rest: string): string | null {
  const { protocol, pathname } = new URL(address)
  if (special.has(protocol) || opaque.has(protocol) || pathname.startsWith('/')) return null
  const climbs = rest.split(/[/\\]|%2f|%5c/i).some((part) => /^(?:\.|%2e){2}$/i.test(part))
  return climbs ? null : address + rest
}

function match(
  imports: SpecifierMap,
  specifier: string,
  asURL: URL | null,
  fail: (reason: string) => LoaderError,
): string | undefined {
  for (const [key, address] of imports) {
    const isPrefix =
      key.endsWith('/') &&
      specifier.startsWith(key) &&
      (asURL === null || special.has(asURL.protocol))
    if (key !== specifier && !isPrefix) continue
    if (address === null) throw fail(`the import map has no address for '${escapeText(key)}'`)
    if (key === specifier) return address
    const rest = specifier.slice(key.length)
    const url = parseURL(rest, address)?.href ?? appended(address, rest)
    if (url === null) {
      throw fail(
        `'${escapeText(rest)}' does not go after '${escapeText(address)}' in the import map`,
      )
    }
    if (!url.startsWith(address)) {
      throw fail(
        `it leaves '${escapeText(address)}', which the import map has for '${escapeText(key)}'`,
      )
    }
    return url
  }
  return undefined
}

/**
 * The URL that the map has for a specifier in the module `parentURL`; `undefined` where it has none, and the specifier means
 * what it means.
 * @throws {LoaderError} ERR_MODULE_NOT_FOUND when the map says that there is nothing, or is left by `..`.
 */
export function mapped(
  map: ImportMap,
  specifier: string,
  parentURL: string | undefined,
): string | undefined {
  const base = parentURL ?? ''
  const asURL = urlOf(specifier, base)
  const normal = asURL?.href ?? specifier
  const fail = (reason: string) => refused(specifier, parentURL, reason)
  for (const [prefix, imports] of map.scopes) {
    if (prefix !== base && !(prefix.endsWith('/') && base.startsWith(prefix))) continue
    const found = match(imports, normal, asURL, fail)
    if (found !== undefined) return found
  }
  return match(map.imports, normal, asURL, fail)
}
