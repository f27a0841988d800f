/** What a module that is not a file is told when a package of the host project's cannot be had. */

import { LoaderError, escapeText } from '../errors.mts'

/** The error for a bare name. Node's own would name the program as the importer, and print the name as it came. */
export function noPackage(
  specifier: string,
  parentURL: string | undefined,
  rootURL: string,
): LoaderError {
  return new LoaderError(
    'ERR_MODULE_NOT_FOUND',
    `Cannot find package '${escapeText(specifier)}' imported from '${escapeText(parentURL ?? '')}': a bare name in a module that is no file means a package of the program's, and '${rootURL}' has none of this name`,
    { url: specifier },
  )
}

/** The error for `#name`. */
export function noImports(specifier: string, parentURL: string | undefined): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_INVALID_SPECIFIER',
    `Cannot resolve '${escapeText(specifier)}' imported from '${escapeText(parentURL ?? '')}': a module that is no file has no package whose "imports" it could mean`,
    { url: specifier },
  )
}
