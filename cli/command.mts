/** What a command is, and what it is given. */

import { parseArgs } from 'node:util'
import { LoaderError } from '../core/errors.mts'
import { escapeText } from '../core/text.mts'
import type { ParseArgsConfig } from 'node:util'

/** How the process ends: `failed` is of what was asked, `usage` of how it was asked. */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Options by name; one without `type: 'string'` is a flag. */
export type Options = Readonly<
  Record<string, { readonly type: 'boolean' | 'string'; readonly short?: string }>
>

export interface Given {
  readonly words: readonly string[]
  /** Whether a flag was given. */
  readonly has: (flag: string) => boolean
}

export interface Command {
  /** What `--help` prints. */
  readonly help: string
  readonly options: Options
  run(given: Given): Promise<ExitCode>
}

/** A command line that cannot be meant: exit code 2. */
export class UsageError extends Error {}

/**
 * Reads the words after a command's name.
 * @throws {UsageError}
 */
export function readWords(args: readonly string[], options: Options): Given {
  const config: ParseArgsConfig = {
    args: [...args],
    options: { ...options, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
    strict: true,
  }
  try {
    const { positionals, values } = parseArgs(config)
    return { words: positionals, has: (flag) => values[flag] === true }
  } catch (error) {
    // Node's message has advice about `--` after the first sentence.
    const [first = ''] = (error as Error).message.split('. ', 1)
    throw new UsageError(escapeText(first))
  }
}

/** What is said of a failure: errors of ours are for whoever uses the command, and show no frame; others are faults. */
export function told(error: unknown): string {
  if (error instanceof LoaderError) return `${error.code}: ${error.message}`
  const { code, message, stack } = error as { code?: string; message?: string; stack?: string }
  if (code !== undefined && message !== undefined) return escapeText(message)
  return stack ?? String(error)
}
