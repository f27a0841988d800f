/** Relative specifiers of modules of the web. */

import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'

/**
 * Resolves against the parent, as URL has it; query and fragment stay.
 *
 * @throws {LoaderError} ERR_MIMEPORT_OUTSIDE_ORIGIN when the result is at another origin: `//host/x` reads like a path.
 */
export async function resolveAtOrigin(specifier: string, parentPath: string): Promise<string> {
  const shown = () => `'${escapeText(specifier)}' imported from '${escapeText(parentPath)}'`
  const resolved = URL.parse(specifier, parentPath)
  if (resolved === null) {
    throw new LoaderError(
      'ERR_MIMEPORT_INVALID_SPECIFIER',
      `Cannot resolve ${shown()}: together they are no valid URL`,
      { url: parentPath },
    )
  }
  if (resolved.origin !== new URL(parentPath).origin) {
    resolved.username = ''
    resolved.password = ''
    throw new LoaderError(
      'ERR_MIMEPORT_OUTSIDE_ORIGIN',
      `Cannot resolve ${shown()}: a relative specifier stays at its origin; ` +
        `write the full URL, '${escapeText(resolved.href)}'`,
      { url: parentPath },
    )
  }
  return resolved.href
}
