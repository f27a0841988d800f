/**
 * The configuration's import map: `imports`, `scopes` and `integrity`. Where the standard warns and goes on, there is nobody to
 * read the warning: what has no meaning is refused.
 */

import { urls } from '../builtins.mts'
import { fail, isObject } from './failure.mts'
import { escapeText, received } from '../../text.mts'
import { readImportMap, urlOf } from '../../import-map.mts'
import { isAbsolute, parseURL } from '../../native.mts'
import type { ImportMapConfig } from '../../configuration.mts'
import type { ImportMap } from '../../import-map.mts'

/** A base that stands for the configuration's, which changes nothing of what is looked at here. */
const BASE = 'file:///project/mimeport.json'

/** A repository, or less, as the key of a scope. */
const repository = /^(?:github|gitlab|codeberg):[^/]*(?:\/[^/]*)?$/

/** Bytes of a hash. */
const lengths: Readonly<Record<string, number>> = { sha256: 32, sha384: 48, sha512: 64 }

function refuseTwo(
  file: string,
  where: string,
  seen: Map<string, string>,
  key: string,
  name: string,
) {
  const other = seen.get(name)
  if (other !== undefined) {
    fail(file, `${where} has '${escapeText(other)}' and '${escapeText(key)}', which are one`)
  }
  seen.set(name, key)
}

function checkAddress(file: string, where: string, key: string, address: unknown): void {
  const shown = `${where} has for '${escapeText(key)}'`
  // On purpose: there is to be nothing.
  if (address === null) return
  if (typeof address !== 'string') {
    fail(file, `${shown} ${received(address)}, and it must be an address or null`)
  }
  const url = urlOf(address, BASE)
  if (url === null) {
    fail(
      file,
      `${shown} '${escapeText(address)}', which is no address: write a URL, or './' and a path from the configuration's folder`,
    )
  }
  if (key.endsWith('/') && !url.href.endsWith('/')) {
    fail(file, `${shown} '${escapeText(address)}', which must end in '/' as the key does`)
  }
}

function checkAddresses(file: string, where: string, map: unknown): void {
  if (!isObject(map)) fail(file, `${where} must be an object. Received ${received(map)}`)
  const seen = new Map<string, string>()
  for (const [key, address] of Object.entries(map)) {
    if (key === '') fail(file, `${where} has an empty key`)
    const url = urlOf(key, BASE)
    if (url === null && isAbsolute(key)) {
      fail(file, `${where} has the key '${escapeText(key)}', which is no valid URL`)
    }
    refuseTwo(file, where, seen, key, url?.href ?? key)
    checkAddress(file, where, key, address)
  }
}

export function checkImports(file: string, imports: unknown): void {
  checkAddresses(file, "'imports'", imports)
}

export function checkScopes(file: string, scopes: unknown): void {
  if (!isObject(scopes)) fail(file, `'scopes' must be an object. Received ${received(scopes)}`)
  const seen = new Map<string, string>()
  for (const [prefix, map] of Object.entries(scopes)) {
    const shown = escapeText(prefix)
    const url = parseURL(prefix, BASE)
    if (url === null) fail(file, `'scopes' has the key '${shown}', which is no valid URL`)
    if (repository.test(url.href) && !prefix.endsWith('/')) {
      fail(file, `'scopes' has the key '${shown}', which is no module: write '${shown}/'`)
    }
    refuseTwo(file, "'scopes'", seen, prefix, url.href)
    checkAddresses(file, `'scopes' of '${shown}'`, map)
  }
}

/** What is wrong with integrity metadata. SRI §3.3; unknown algorithms are ignored there beside a known one. */
function metadataFault(metadata: string): string | undefined {
  let known = 0
  for (const token of metadata.split(/[\t\n\f\r ]+/).filter((each) => each !== '')) {
    const [, name = '', value = ''] = /^([^-]*)-([^?]*)/.exec(token) ?? []
    const length = Object.hasOwn(lengths, name) ? lengths[name] : undefined
    if (length === undefined) continue
    known += 1
    const isHash =
      /^[\w+/-]+={0,2}$/.test(value) && Buffer.from(value, 'base64').byteLength === length
    if (!isHash) return `'${escapeText(token.slice(0, 120))}' is no ${name} in base64`
  }
  return known > 0 ? undefined : 'it names no hash by sha256, sha384 or sha512'
}

export function checkIntegrity(file: string, integrity: unknown): void {
  if (!isObject(integrity)) {
    fail(file, `'integrity' must be an object. Received ${received(integrity)}`)
  }
  const seen = new Map<string, string>()
  for (const [key, metadata] of Object.entries(integrity)) {
    const shown = escapeText(key)
    const url = urlOf(key, BASE)
    if (url === null) fail(file, `'integrity' has the key '${shown}', which is no URL`)
    if (/^(?:file|data|blob|node):/.test(url.protocol)) {
      fail(file, `'integrity' has the key '${shown}', and it is for what comes over the network`)
    }
    refuseTwo(file, "'integrity'", seen, key, url.href)
    if (typeof metadata !== 'string') {
      fail(file, `'integrity' of '${shown}' must be a string. Received ${received(metadata)}`)
    }
    const fault = metadataFault(metadata)
    if (fault !== undefined) fail(file, `'integrity' of '${shown}' holds nothing to: ${fault}`)
  }
}

/** The import map of a checked configuration, whose keys and addresses start at its folder; `undefined` where it has none. */
export function importMapOf(config: ImportMapConfig, root: string): ImportMap | undefined {
  const { imports, scopes, integrity } = config
  if (imports === undefined && scopes === undefined && integrity === undefined) return undefined
  return readImportMap(
    {
      ...(imports !== undefined && { imports }),
      ...(scopes !== undefined && { scopes }),
      ...(integrity !== undefined && { integrity }),
    },
    urls().pathToFileURL(`${root}/`).href,
  )
}
