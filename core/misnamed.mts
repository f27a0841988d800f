/** CommonJS in a file whose name says something else. */

import { LoaderError } from './errors.mts'
import { isRequire } from './native.mts'
import { escapeText } from './text.mts'
import type { NodeModule } from './types.mts'

interface Importing {
  readonly conditions: Iterable<string> | undefined
  readonly parentURL?: string | undefined
}

/**
 * The error for CommonJS that Node will not import, since it was asked where the file is and goes by the name: `undefined`
 * for all else. docs/node-notes.md: CommonJS under another name.
 */
export function misnamed(
  { url, otherName }: NodeModule,
  { conditions, parentURL }: Importing,
): LoaderError | undefined {
  if (otherName === undefined || isRequire(conditions)) return undefined
  const from = parentURL === undefined ? '' : ` imported from '${escapeText(parentURL)}'`
  return new LoaderError(
    'ERR_MIMEPORT_UNSUPPORTED_FORMAT',
    `Cannot load '${escapeText(url)}'${from}: its text is CommonJS, which Node will not import from a package under a name that says '${otherName}': require() it, or rename it`,
    { url },
  )
}
