/** `mimeport run`: Node with us, and a program: a file, a URL, or a command that a package of the project brings. */

import { existsSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { flagsOf } from './bin-script.mts'
import { UsageError } from './command.mts'
import { handOver } from './handover.mts'
import { partWords } from './node-flags.mts'
import { binNames, findBin } from './package-bin.mts'
import { self } from './self.mts'
import { isAbsolute } from '../core/native.mts'
import { nearest } from '../core/nearest.mts'
import { escapeText } from '../core/text.mts'
import type { Command } from './command.mts'

const help = `Usage: mimeport run [node flags] <file, URL or command> [arguments …]

Starts Node with mimeport and runs a program: 'node --import mimeport', and no
more, for a file of any kind that loaders take, or a URL. The name of a command
is that of a package of the project, as 'npx' finds it in node_modules.
What stands before the program are flags of Node; what follows it is its own.

  mimeport run app.ts --port 80
  mimeport run --watch --env-file=.env notes.md
  mimeport run github:owner/repo/tool.mjs
  mimeport run eslint .

  -h, --help

Exit codes: the program's, or the signal that ended it; 1 it could not be
started; 2 wrong usage.`

interface Program {
  /** What Node is given for it. */
  readonly name: string
  /** The flags that it wants of Node. */
  readonly flags: readonly string[]
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

/** Whether Node finds a program of this name that is no file: one without its extension, or a folder's. */
function isFoundByNode(word: string): boolean {
  try {
    createRequire(join(process.cwd(), 'x')).resolve(resolve(word))
    return true
  } catch {
    return false
  }
}

/** Names of commands, and of packages that have one. */
const commandName = /^(?:@[\w.~-]+\/)?[\w.~+-]+$/

/** @throws {UsageError} for a name that means nothing here, and for a command that is not JavaScript. */
function programOf(word: string): Program {
  if (isAbsolute(word) && !existsSync(word)) {
    // Node takes what stands there for a path, and there is one.
    const isPlainFile = /^file:\/\/[^?#]*$/i.test(word)
    return { name: isPlainFile ? fileURLToPath(word) : word, flags: [] }
  }
  if (word === '-' || isFile(resolve(word)) || !commandName.test(word)) {
    return { name: word, flags: [] }
  }
  const folder = process.cwd()
  const file = findBin(word, folder)
  if (file !== undefined) return { name: file, flags: flagsOf(word, file) }
  // Whoever writes an extension means a file, and Node says that it is not there.
  if (/\.\w+$/.test(word) || isFoundByNode(word)) return { name: word, flags: [] }
  const near = nearest(word, binNames(folder))
  const hint = near === undefined ? '' : `; did you mean '${escapeText(near)}'?`
  throw new UsageError(
    `there is no file '${escapeText(word)}', no package from '${escapeText(folder)}' upwards has a command of this name, and it is no URL${hint}`,
  )
}

export const run: Command = {
  help,
  options: {},
  read: (words) => ({
    words,
    has: (flag) => flag === 'help' && (words[0] === '--help' || words[0] === '-h'),
    value: () => undefined,
  }),
  async run({ words }) {
    const { flags, program, args, isWhole } = partWords(words)
    const preload = ['--import', self.href]
    if (isWhole) return handOver([...preload, ...flags])
    if (program === undefined) {
      throw new UsageError('name what is to be run: a file, a URL, or a command of a package')
    }
    const { name, flags: wanted } = programOf(program)
    return handOver([...preload, ...wanted, ...flags, name, ...args])
  },
}
