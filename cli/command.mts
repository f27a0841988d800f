/** What a command is, and what it is given. */

import { parseArgs } from 'node:util'
import { LoaderError } from '../core/errors.mts'
import { nearest } from '../core/nearest.mts'
import { escapeText } from '../core/text.mts'
import type { ParseArgsConfig } from 'node:util'

/** How the process ends: `failed` is of what was asked, `usage` of how it was asked. `run` ends as its program does. */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** What stands where a word or a value does, for completion: paths, or one of these. */
export type Choice = 'path' | readonly string[]

export interface Option {
  /** `boolean`: a flag. `string`: with a value, `--name value` or `--name=value`. */
  readonly type: 'boolean' | 'string'
  readonly short?: string
  /** What its value may be. It is for completion: the command checks what it is given. */
  readonly takes?: Choice
}

/** Options by name. */
export type Options = Readonly<Record<string, Option>>

export interface Given {
  readonly words: readonly string[]
  /** Whether a flag was given. */
  readonly has: (flag: string) => boolean
  /** The value of an option with one, the last where there are more; `undefined`: it was not given. */
  readonly value: (option: string) => string | undefined
}

export interface Command {
  /** What `--help` prints: `Usage: mimeport <name> …`, each option in a line of its own, `Exit codes: …` at the end. */
  readonly help: string
  readonly options: Options
  /** What its words may be, for completion; paths when left out. */
  readonly takes?: Choice
  /** Reads the words after the command's name where `readWords` would misread them. @throws {UsageError} */
  readonly read?: (args: readonly string[]) => Given
  /** Returns the process's exit code. */
  run(given: Given): Promise<number>
}

/** A command line that cannot be meant: exit code 2. */
export class UsageError extends Error {}

/**
 * Reads the words after a command's name. After `--` there are no options.
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
    return {
      words: positionals,
      has: (flag) => values[flag] === true,
      value: (option) => {
        const value = values[option]
        return typeof value === 'string' ? value : undefined
      },
    }
  } catch (error) {
    // Node's message has advice about `--` after the first sentence.
    const [first = ''] = (error as Error).message.split(/\.(?:\s|$)/, 1)
    const [, unknown] = /^Unknown option '--([^']+)'/.exec(first) ?? []
    const near = unknown === undefined ? undefined : nearest(unknown, Object.keys(config.options!))
    const hint = near === undefined ? '' : `; did you mean '--${near}'?`
    throw new UsageError(`${escapeText(first)}${hint}`)
  }
}

/** What is said of a failure: errors of ours are for whoever uses the command, and show no frame; others are faults. */
export function told(error: unknown): string {
  if (error instanceof LoaderError) return `${error.code}: ${error.message}`
  const { code, message, stack } = error as { code?: string; message?: string; stack?: string }
  if (code !== undefined && message !== undefined) return escapeText(message)
  return stack ?? String(error)
}
