/** What is said of what is not as the lock has it, or not in it. */

import { LoaderError, isLoaderError, reworded } from '../errors.mts'
import { shellWord } from '../shell-word.mts'
import { escapeText } from '../text.mts'
import { isMasked, splitKey } from './entry.mts'

/** The command that makes an entry anew; `folder`: where it has to be run, if not here. */
function remedy(key: string, folder: string | undefined): string {
  const before = folder === undefined ? '' : `cd ${shellWord(folder)} && `
  return `${before}npx mimeport lock --update ${shellWord(key)}`
}

/** The error for what is not what the lock has. `folder`: its project, if the program was started in none of its folders. */
export function mismatch(key: string, what: string, folder?: string): LoaderError {
  const { specifier } = splitKey(key)
  return new LoaderError(
    'ERR_MIMEPORT_INTEGRITY',
    `Cannot load '${escapeText(specifier)}': ${what}; if that is meant, this accepts it, and shows the difference: ${escapeText(remedy(key, folder))}`,
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
  const reason = again instanceof Error ? again.message : String(again)
  const message = `${error.message}. It was asked for anew, which failed: ${reason}`
  return reworded(error, message, { cause: again })
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
export function frozen(key: string, file: string, { isThere, why, program }: Frozen): LoaderError {
  const { specifier } = splitKey(key)
  const reason = isThere
    ? `it is not in the lock '${escapeText(file)}', which is frozen (${why})`
    : `there is no lock '${escapeText(file)}', and ${why} lets nothing in that is not locked`
  const verb = isThere ? 'adds it' : 'makes one'
  // The module, too: its name may be one that only the running program tells. What is masked nobody gets by its key.
  const words = [program, isMasked(key) ? undefined : key]
  const named = words.flatMap((word) =>
    word === undefined ? [] : [` ${escapeText(shellWord(word))}`],
  )
  return new LoaderError(
    'ERR_MIMEPORT_FROZEN',
    `Cannot load '${escapeText(specifier)}': ${reason}; this ${verb}: npx mimeport lock${named.join('')}`,
    { url: specifier },
  )
}
