/** `mimeport cache`: a program's modules are fetched ahead, and what is stored is looked after. */

import { existsSync } from 'node:fs'
import { exitCodes, UsageError } from './command.mts'
import { engineOf, settingsOf } from './project.mts'
import { fetchAhead } from './cache-fetch.mts'
import { complain, count, say, sayData, size } from './output.mts'
import { asStoredData, damageLines, listLines, partLines, removed } from './stored.mts'
import { nearest } from '../core/nearest.mts'
import { escapeText } from '../core/text.mts'
import type { Command, ExitCode, Given } from './command.mts'
import type { CacheResult, CacheTask } from '../core/inventory.mts'

const help = `Usage: mimeport cache <file or URL …>
       mimeport cache ls [beginning …]
       mimeport cache verify [--fix]
       mimeport cache clean [beginning …]
       mimeport cache info

Fetches all that a program imports statically from the network, without running
it: with MIMEPORT_OFFLINE=1 it then runs. Says what could not be had.

  ls         what is stored: status, type, size of the body, age, freshness,
             URL. A beginning is that of URLs or specifiers: https://esm.sh/,
             github:owner/repo. Fresh: nobody is asked for it; stale: its
             server is asked whether it is still valid; asked: so each time;
             offline: used only with MIMEPORT_OFFLINE
  verify     whether each file is as it was written; names those that are not
  clean      removes everything, or what begins so, with the packs that have it
  info       where it is, and how large ('size' is the same)

  --fix      removes what verify found
  --json     prints the result as JSON
  -h, --help

Exit codes: 0 done; 1 something could not be had, or is damaged; 2 wrong usage.`

/** A file of such a name is reached by './ls'. */
const parts = ['ls', 'verify', 'clean', 'info', 'size']

/** What URLs begin with, as the user wrote it. @throws {UsageError} */
function beginningsOf(words: readonly string[]): readonly string[] {
  for (const word of words) {
    if (/^[a-z][a-z\d+.-]+:/i.test(word) && !/^[\w.-]+:\d/.test(word)) continue
    const hint = /^[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:\/|$)/.test(word)
      ? `; did you mean 'https://${escapeText(word)}'?`
      : ''
    throw new UsageError(`'${escapeText(word)}' is nothing that a URL begins with${hint}`)
  }
  return words
}

function ask(task: CacheTask): Promise<CacheResult> {
  return engineOf(settingsOf()).work('cache', task)
}

/** What is said where nothing was stored yet. */
function isEmptyHanded({ folder, isThere }: CacheResult): boolean {
  if (!isThere) complain(`there is no cache yet: '${escapeText(folder)}' is not there`)
  return !isThere
}

function remindOfUnnamed({ unnamed = 0 }: CacheResult, what: string): void {
  if (unnamed === 0) return
  complain(
    `note: ${count(unnamed, 'file')} of an earlier mimeport do${unnamed === 1 ? 'es' : ''} not say of what ${unnamed === 1 ? 'it is' : 'they are'}: ${what}`,
  )
}

/** What is no file may be one of the parts, mistyped. @throws {UsageError} */
function checkProgram(word: string): void {
  const part = nearest(word, parts)
  if (part === undefined || existsSync(word)) return
  throw new UsageError(
    `there is no file '${escapeText(word)}', and it is no URL; did you mean 'cache ${part}'?`,
  )
}

async function list(words: readonly string[], { has }: Given): Promise<ExitCode> {
  const result = await ask({ do: 'list', beginnings: beginningsOf(words) })
  const { folder, listed = [] } = result
  if (has('json')) sayData(asStoredData(result))
  else if (!isEmptyHanded(result)) {
    for (const line of listLines(listed)) say(line)
    const bytes = listed.reduce((sum, each) => sum + each.bytes, 0)
    const such = words.length > 0 && listed.length === 0 ? ' that begin so' : ''
    say(`${count(listed.length, 'response')}${such}, ${size(bytes)} in '${escapeText(folder)}'`)
    remindOfUnnamed(result, 'they are read, but not listed')
  }
  return exitCodes.done
}

async function verify(words: readonly string[], { has }: Given): Promise<ExitCode> {
  if (words.length > 0) throw new UsageError('verify takes no words: it looks at every file')
  const result = await ask({ do: 'verify', isFixed: has('fix') })
  const { damaged = [], files } = result
  const left = damaged.filter(({ isRemoved }) => !isRemoved).length
  if (has('json')) sayData({ folder: result.folder, files, damaged })
  else if (!isEmptyHanded(result)) {
    for (const line of damageLines(damaged)) complain(line)
    if (damaged.length === 0) say(`${count(files, 'file')}, all as they were written`)
    else {
      say(`${count(damaged.length, 'file')} of ${files.toLocaleString('en')} of no use`)
      if (left === 0) say('all of them were removed: what is needed of them is asked for again')
      else if (!has('fix')) {
        complain('none of them is ever used; this removes them: npx mimeport cache verify --fix')
      }
    }
  }
  return left === 0 ? exitCodes.done : exitCodes.failed
}

async function clean(words: readonly string[], { has }: Given): Promise<ExitCode> {
  const result = await ask({ do: 'clean', beginnings: beginningsOf(words) })
  const { folder, cleaned } = result
  if (has('json')) sayData({ folder, cleaned: cleaned ?? null })
  else if (!isEmptyHanded(result)) {
    say(`'${escapeText(folder)}': ${removed(cleaned)}`)
    remindOfUnnamed(result, "'mimeport cache clean' without a beginning removes all")
  }
  return exitCodes.done
}

async function info(words: readonly string[], { has }: Given): Promise<ExitCode> {
  if (words.length > 0) throw new UsageError('info takes no words')
  const result = await ask({ do: 'measure' })
  const { folder, isThere, parts: measured = [] } = result
  if (has('json')) sayData({ folder, isThere, parts: measured })
  else if (!isEmptyHanded(result)) for (const line of partLines(folder, measured)) say(line)
  return exitCodes.done
}

export const cache: Command = {
  help,
  options: { fix: { type: 'boolean' }, json: { type: 'boolean' } },
  async run(given) {
    const { words, has } = given
    const [first = '', ...rest] = words
    if (has('fix') && first !== 'verify') throw new UsageError("--fix belongs to 'verify'")
    if (first === 'ls') return list(rest, given)
    if (first === 'verify') return verify(rest, given)
    if (first === 'clean') return clean(rest, given)
    if (first === 'info' || first === 'size') return info(rest, given)
    if (words.length === 0) {
      throw new UsageError(`name the program whose modules to fetch, or one of ${parts.join(', ')}`)
    }
    checkProgram(first)
    return fetchAhead(given)
  },
}
