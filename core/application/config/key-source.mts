/** A key in the configuration: a file's path, or `$NAME` for a variable of the environment that holds it. */

import { paths } from '../builtins.mts'
import { fail } from './failure.mts'
import { received } from '../../text.mts'
import type { KeySource } from '../../settings.mts'

/** What keys look like (PEM, JSON, base64url, base64): whoever writes one into the file has it in the repository from then on. */
const looksLikeKey = /-----BEGIN|^\s*\{|^[\w-]{22,}={0,2}$|^[\w+/]{22,}={1,2}$/

/** @throws {LoaderError} ERR_MIMEPORT_CONFIG. What was found is not shown where it may be a key. */
export function checkKeySource(file: string, what: string, source: unknown): void {
  if (typeof source !== 'string' || source === '') {
    fail(
      file,
      `${what} must be a file's path, or $NAME for a variable. Received ${received(source)}`,
    )
  }
  if (source.startsWith('$')) {
    if (/^\$(?:\{\w+\}|[A-Za-z_]\w*)$/.test(source)) return
    fail(file, `${what} must be one variable of the environment, such as $MODULES_KEY`)
  }
  if (looksLikeKey.test(source)) {
    fail(
      file,
      `${what} looks like a key itself; write a file's path ('./keys/name.pem'), or $NAME for a variable of the environment`,
    )
  }
}

/** As the engine is told: `$NAME`, or an absolute path. A relative one starts at the configuration's folder. */
export function keySourceOf(source: KeySource, root: string): KeySource {
  if (source.startsWith('$')) return `$${source.replace(/[${}]/g, '')}`
  return paths().resolve(root, source)
}
