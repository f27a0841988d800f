/** What is said of what is not as the lock has it, or not in it. */

import { LoaderError, escapeText, isLoaderError } from '../errors.mts'
import { splitKey } from './entry.mts'

/** A word of a command line as a shell takes it for itself. */
function quote(word: string): string {
  if (/^[\w@%+=:,./\\-]+$/.test(word)) return word
  return process.platform === 'win32' ? `"${word}"` : `'${word.replaceAll("'", "'\\''")}'`
}

/** The command that makes an entry anew. */
function remedy(key: string): string {
  const { goal, specifier } = splitKey(key)
  return `npx mimeport lock --update ${quote(goal === '' ? specifier : key)}`
}

/** The error for what is not what the lock has. */
export function mismatch(key: string, what: string): LoaderError {
  const { specifier } = splitKey(key)
  return new LoaderError(
    'ERR_MIMEPORT_INTEGRITY',
    `Cannot load '${escapeText(specifier)}': ${what}; if that is meant, this accepts it, and shows the difference: ${escapeText(remedy(key))}`,
    { url: specifier },
  )
}

/** The error for a body that is not what the import map has. */
export function mapMismatch(specifier: string, what: string): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_INTEGRITY',
    `Cannot load '${escapeText(specifier)}': ${what}; whoever means the change writes the new digest there`,
    { url: specifier },
  )
}

/** A mismatch, and why asking again gave nothing better. */
export function withFailure(error: unknown, again: unknown): unknown {
  if (!isLoaderError(error)) return error
  const { code, message, url, trail } = error
  const reason = again instanceof Error ? again.message : String(again)
  return new LoaderError(code, `${message}. It was asked for anew, which failed: ${reason}`, {
    url,
    trail,
    cause: again,
  })
}

export interface Frozen {
  /** Whether there is a file. */
  readonly isThere: boolean
  /** What wants it frozen. */
  readonly why: string
  /** What the command has to be told; left out where nobody knows. */
  readonly program?: string
}

/** The error for what is not in a lock that is frozen. */
export function frozen(
  specifier: string,
  file: string,
  { isThere, why, program }: Frozen,
): LoaderError {
  const reason = isThere
    ? `it is not in the lock '${escapeText(file)}', which is frozen (${why})`
    : `there is no lock '${escapeText(file)}', and ${why} lets nothing in that is not locked`
  const verb = isThere ? 'adds it' : 'makes one'
  const named = program === undefined ? '' : ` ${escapeText(quote(program))}`
  return new LoaderError(
    'ERR_MIMEPORT_FROZEN',
    `Cannot load '${escapeText(specifier)}': ${reason}; this ${verb}: npx mimeport lock${named}`,
    { url: specifier },
  )
}
