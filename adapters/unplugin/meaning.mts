/** What a specifier means in a module: what the project says, what the policy lets it have, and who is to be asked. */

import { isBuiltin } from 'node:module'
import { addressFor, isExternal } from '../../core/policy/naming.mts'
import { refuseBuiltin } from '../../core/policy/builtins.mts'
import { externalFor, forbidden } from '../../core/policy/externals.mts'
import { isRemote } from '../../core/policy/policy.mts'
import { isAbsolute } from '../../core/native.mts'

export interface Meaning {
  /** A package of the project's, wherever the importing module is. */
  readonly package?: string
  /** What is to be asked for. */
  readonly specifier?: string
  readonly mapped?: true
}

/**
 * @param author whose text the importing module is: itself, unless that is a `data:` URL
 * @returns `{}` for what is the bundler's alone
 * @throws {LoaderError} ERR_MIMEPORT_NOT_ALLOWED, ERR_MODULE_NOT_FOUND
 */
export function meaningOf(
  specifier: string,
  parentURL: string | undefined,
  author: string | undefined,
): Meaning {
  const address = addressFor(specifier, parentURL, author)
  if (address !== undefined) return isBuiltin(address) ? {} : { specifier: address, mapped: true }
  if (isBuiltin(specifier)) {
    if (author !== undefined && isRemote(author)) refuseBuiltin(specifier, author)
    return {}
  }
  if (!isExternal(specifier, author)) return { specifier }
  const meant = externalFor(specifier, author)
  if (meant === false) throw forbidden(specifier, author)
  if (meant === true) return { package: specifier }
  return isAbsolute(meant) ? { specifier: meant, mapped: true } : { package: meant }
}
