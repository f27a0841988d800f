/** What a package's command is written in: it is JavaScript, or not for Node. */

import { closeSync, openSync, readSync, realpathSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { path } from './shown.mts'
import { UsageError } from './command.mts'
import { escapeText } from '../core/text.mts'

/** As much of a file as tells what it is. */
const HEAD_BYTES = 1024

function headOf(file: string): Buffer {
  const fd = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(HEAD_BYTES)
    return bytes.subarray(0, readSync(fd, bytes))
  } finally {
    closeSync(fd)
  }
}

/** What a first line `#!…` starts: a program, and its arguments. `env` and its options are gone along. */
function interpreterOf(line: string): readonly string[] | undefined {
  if (!line.startsWith('#!')) return undefined
  const words = line.slice(2).trim().split(/\s+/)
  const first = basename(words[0] ?? '')
  if (first !== 'env') return [first, ...words.slice(1)]
  const at = words.findIndex((word, index) => index > 0 && !/^-|=/.test(word))
  return at === -1 ? [first] : [basename(words[at]!), ...words.slice(at + 1)]
}

const scripts = new Set(['.cjs', '.cts', '.js', '.jsx', '.mjs', '.mts', '.ts', '.tsx'])

/**
 * The flags that a command's script wants of Node by its first line: `#!/usr/bin/env -S node --no-warnings`.
 * @throws {UsageError} for what is not written in JavaScript.
 */
export function flagsOf(command: string, file: string): readonly string[] {
  const real = realpathSync(file)
  const head = headOf(real)
  const refuse = (what: string): never => {
    throw new UsageError(
      `'${escapeText(command)}' is ${what}, not JavaScript, and Node cannot run it; it is started without us: ${path(file)}`,
    )
  }
  const [line = ''] = head.toString('latin1').split(/\r?\n/, 1)
  const interpreter = interpreterOf(line)
  if (interpreter !== undefined) {
    const [name = '', ...flags] = interpreter
    if (/^node(?:js)?(?:\.exe)?$/.test(name)) return flags
    // What is written for another runtime, or starts Node by way of a shell, has the name of what it is.
    return scripts.has(extname(real)) ? [] : refuse(`a script for '${escapeText(name)}'`)
  }
  if (head.includes(0)) return refuse('a program of the machine')
  const extension = extname(real).toLowerCase()
  return /^\.(?:bat|cmd|ps1|sh)$/.test(extension) ? refuse(`a '${extension}' script`) : []
}
