/** `mimeport outdated`: what leads elsewhere than it did when it was locked, and what has a newer version. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodes, UsageError } from './command.mts'
import { entriesOf } from './entries.mts'
import { engineOf, settingsOf } from './project.mts'
import { complain, count, say, sayData, table } from './output.mts'
import { describe, path, showTrouble } from './shown.mts'
import { shellWord } from '../core/shell-word.mts'
import { escapeText } from '../core/text.mts'
import type { Command } from './command.mts'
import type { OutdatedResult, OutdatedRow } from '../core/outdated.mts'
import type { Settings } from '../core/settings.mts'

const help = `Usage: mimeport outdated [beginning …]
       mimeport outdated <file …>

Asks servers what the specifiers in mimeport.lock lead to now: at which commits
branches and tags of repositories are; which versions the ranges in URLs of
esm.sh, unpkg.com, cdn.jsdelivr.net, jsr.io and deno.land mean, and which the
latest are. A beginning (https://esm.sh/, github:owner/repo) names some of
them. Without a lock, or with a file, it goes along the program's imports.
Changes nothing: 'mimeport lock --update' does.

  --all         shows what has not moved as well
  --exit-code   exit code 1 where something has moved on
  --json        prints the result as JSON
  -h, --help

Exit codes: 0 done; 1 something could not be asked, or --exit-code found
something; 2 wrong usage.`

/** A commit, a digest or a URL as short as people take it: of one at the same origin, the path. */
function short(text: string, specifier: string): string {
  if (/^[\da-f]{40}(?:[\da-f]{24})?$/.test(text)) return text.slice(0, 7)
  const origin = URL.parse(specifier)?.origin ?? 'null'
  if (text.startsWith(`${origin}/`)) return escapeText(text.slice(origin.length))
  return escapeText(text.replace(/^(sha256-.{12}).*$/, '$1…'))
}

function rowOf({ specifier, locked, now, latest, standing }: OutdatedRow): string[] {
  const current = standing === 'failed' ? '?' : now === undefined ? '-' : short(now, specifier)
  const newest = latest === undefined ? '-' : short(latest, specifier)
  return [short(locked, specifier), current, newest, escapeText(specifier)]
}

const isNews = ({ standing }: OutdatedRow): boolean => standing === 'moved' || standing === 'behind'

function advise(rows: readonly OutdatedRow[]): void {
  const moved = rows.filter(({ standing }) => standing === 'moved')
  const [first] = moved
  if (first === undefined) return
  const what = moved.length === 1 ? ` ${shellWord(first.specifier)}` : ''
  say(`what has moved is accepted by: npx mimeport lock --update${escapeText(what)}`)
}

function show({ rows, lock }: OutdatedResult, isAll: boolean): void {
  const shown = isAll ? rows : rows.filter((row) => isNews(row) || row.standing === 'failed')
  if (shown.length > 0) {
    for (const line of table([['locked', 'now', 'latest', 'specifier'], ...shown.map(rowOf)])) {
      say(line)
    }
  }
  for (const { error } of rows) if (error !== undefined) complain(`  ${describe(error)}`)
  const of = (standing: OutdatedRow['standing']): number =>
    rows.filter((row) => row.standing === standing).length
  const parts = [
    [of('moved'), 'moved on'],
    [of('behind'), 'with a newer version than it asks for'],
    [of('failed'), 'could not be asked'],
  ] as const
  const said = parts.flatMap(([number, what]) =>
    number === 0 ? [] : [`${number.toLocaleString('en')} ${what}`],
  )
  const found = said.length === 0 ? 'nothing has moved on' : said.join(', ')
  say(
    `${lock === undefined ? '' : `${path(lock)}: `}${found}; ${count(rows.length, 'specifier')} asked`,
  )
  if (lock !== undefined) advise(rows)
}

/** What the words are: files of a program, or beginnings of specifiers. */
function split(words: readonly string[]): { files: string[]; beginnings: string[] } {
  const files: string[] = []
  const beginnings: string[] = []
  for (const word of words) {
    if (existsSync(word)) files.push(word)
    else if (/^[a-z][a-z\d+.-]+:/i.test(word)) beginnings.push(word)
    else {
      throw new UsageError(
        `there is no file '${escapeText(word)}', and it is nothing that a specifier begins with`,
      )
    }
  }
  return { files, beginnings }
}

/** The lock is read, and never written; without one, what is met goes for it. */
function withDryLock(settings: Settings): Settings & { readonly lock: { readonly file: string } } {
  const { lock } = settings
  const file = lock === undefined || lock.mode === 'off' ? join(settings.root, '.none') : lock.file
  return { ...settings, lock: { ...lock, file, mode: 'create', dry: true } }
}

export const outdated: Command = {
  help,
  options: {
    all: { type: 'boolean' },
    'exit-code': { type: 'boolean' },
    json: { type: 'boolean' },
  },
  async run({ words, has }) {
    const { files, beginnings } = split(words)
    const settings = withDryLock(settingsOf({ words: files }))
    const isProgram = files.length > 0 || !existsSync(settings.lock.file)
    const entries = isProgram ? entriesOf(files, settings.root) : []
    const result = await engineOf(settings).work('outdated', { entries, beginnings })
    const { rows, failures } = result
    if (has('json')) {
      sayData({
        lock: result.lock ?? null,
        specifiers: rows.map(({ error, ...row }) => {
          return error === undefined
            ? row
            : { ...row, error: { code: error.code, message: error.message } }
        }),
        failures: failures.map(({ error: { code, message, url }, parentURL }) => {
          return { code, message, url, parentURL }
        }),
      })
    } else {
      showTrouble({ failures, unknown: [] })
      show(result, has('all'))
    }
    const isFailed = failures.length > 0 || rows.some(({ standing }) => standing === 'failed')
    const isFound = has('exit-code') && rows.some(isNews)
    return isFailed || isFound ? exitCodes.failed : exitCodes.done
  },
}
