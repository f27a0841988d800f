/**
 * The program itself, where it is no file. Node takes what stands on its command line for a path: `github:owner/repo/x`
 * arrives as `file:///folder/github:owner/repo/x`, and `https://host/x` as `file:///folder/https:/host/x`.
 * docs/node-notes.md: a URL on the command line is a path.
 */

import { isAbsolute } from '../native.mts'
import { fs, urls } from './builtins.mts'

/** What was meant by the URL of a program: the specifier that was written, or `undefined` when that was a path. */
export function entrySpecifier(url: string): string | undefined {
  const folder = urls().pathToFileURL(`${process.cwd()}/`).href
  if (!url.startsWith(folder) || !isAbsolute(url.slice(folder.length))) return undefined
  const path = urls().fileURLToPath(url)
  // A file may be called so, too.
  if (fs().existsSync(path)) return undefined
  const written = path.slice(urls().fileURLToPath(folder).length).replaceAll('\\', '/')
  return written.replace(/^(https?:)\/+/i, '$1//')
}
