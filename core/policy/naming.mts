/** What the project has put in the place of a specifier: by its import map, or by its externals. Both threads name alike. */

import { externalFor } from './externals.mts'
import { isRemote } from './policy.mts'
import { importMap, mapped } from '../import-map.mts'
import { isAbsolute, isRelative, parseURL } from '../native.mts'

/**
 * What the import map has for a specifier; `undefined` where it has nothing, or there is none. A file is not in it for what
 * comes over the network, whose text may not name files, in a map either.
 * @param author whose text the importing module is: itself, unless that is a `data:` URL
 * @throws {LoaderError} ERR_MODULE_NOT_FOUND
 */
export function addressFor(
  specifier: string,
  parentURL: string | undefined,
  author = parentURL,
): string | undefined {
  // What stands in for a module that is required imports it under its own name.
  if (importMap === undefined || specifier === parentURL || specifier.startsWith('mimeport:')) {
    return undefined
  }
  // The URL parser takes `fi\tle:`, and blanks around it.
  if (isRemote(author) && parseURL(specifier)?.protocol === 'file:') return undefined
  return mapped(importMap, specifier, parentURL)
}

/** Whether a specifier in a module from elsewhere is a name of the project's. */
export function isExternal(specifier: string, author: string | undefined): author is string {
  return (
    author !== undefined &&
    !isAbsolute(specifier) &&
    !isRelative(specifier) &&
    !specifier.startsWith('#') &&
    isRemote(author)
  )
}

/**
 * What the project has put in the place of a specifier: an address, by its import map, or by its externals where the
 * specifier is no builtin's; `null` where that is nothing; `undefined` where it has put nothing there.
 */
export function namedInstead(
  specifier: string,
  parentURL: string,
  isBuiltin: boolean,
): string | null | undefined {
  try {
    const address = addressFor(specifier, parentURL)
    if (address !== undefined) return address
  } catch {
    return null
  }
  if (isBuiltin || !isExternal(specifier, parentURL)) return undefined
  const external = externalFor(specifier, parentURL)
  return typeof external === 'string' && isAbsolute(external) ? external : undefined
}
