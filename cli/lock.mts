/** `mimeport lock`: which bytes a program may import, written down before it is run. */

import { existsSync } from 'node:fs'
import { exitCodes, UsageError } from './command.mts'
import { differences } from './difference.mts'
import { entriesOf, packageEntries } from './entries.mts'
import { engineOf, settingsOf, withLock } from './project.mts'
import { complain, count, say, sayData } from './output.mts'
import { asData, path, showChange, showTrouble, tally } from './shown.mts'
import { LoaderError } from '../core/errors.mts'
import { shellWord } from '../core/shell-word.mts'
import { escapeText } from '../core/text.mts'
import type { Command, ExitCode, Given } from './command.mts'
import type { LockSettings, Settings } from '../core/settings.mts'
import type { WalkResult } from '../core/walk.mts'

const help = `Usage: mimeport lock [file or URL …]
       mimeport lock --update [specifier …]

Goes along the imports of a program without running it, and writes down in
mimeport.lock what comes from the network: the digest of each body, its type,
its redirects. Without a file: those that package.json's exports, main and bin
name. What is locked already stays as it is.

  --check    writes nothing; fails when something is not in the lock
  --prune    takes out of the lock what the program does not come to
  --update   asks anew for what is named, or what begins with it, or for all,
             past cache and lock; shows what is different, and writes it
  --json     prints the result as JSON
  -h, --help

Exit codes: 0 done; 1 something failed, or --check found something;
2 wrong usage.`

const options = {
  check: { type: 'boolean' },
  prune: { type: 'boolean' },
  update: { type: 'boolean' },
  json: { type: 'boolean' },
} as const

type LockedSettings = Settings & { readonly lock: LockSettings }

/** The vendor folder has the bodies of the lock as it was. */
function remindOfVendor({ lock }: LockedSettings, { changes }: WalkResult): void {
  if (lock.vendor === undefined || changes.length === 0 || !existsSync(lock.vendor)) return
  say(`${path(lock.vendor)} is behind: npx mimeport vendor`)
}

function conclude(settings: LockedSettings, result: WalkResult, { has }: Given): ExitCode {
  const { entries, changes, failures, local, remote } = result
  if (has('json')) sayData(asData(result))
  else {
    showTrouble(result)
    const lines = `${path(settings.lock.file)}: ${tally(changes)}; ${count(entries, 'entry', 'entries')}`
    const modules = `${count(local, 'local module')}, ${remote.toLocaleString('en')} from the network`
    say(has('update') ? lines : `${lines}; ${modules}`)
    remindOfVendor(settings, result)
  }
  return failures.length === 0 ? exitCodes.done : exitCodes.failed
}

async function complete(given: Given): Promise<ExitCode> {
  const { words, has } = given
  const settings = withLock(settingsOf({ words }), { mode: 'create' })
  const entries = entriesOf(words, settings.root)
  const result = await engineOf(settings).work('walk', { entries, prune: has('prune') })
  if (!has('json')) for (const change of result.changes) showChange(change)
  const code = conclude(settings, result, given)
  if (has('prune') && code !== exitCodes.done && !has('json')) {
    complain('nothing is taken out of the lock while imports fail')
  }
  return code
}

async function check({ words, has }: Given): Promise<ExitCode> {
  const settings = withLock(settingsOf({ words }), { mode: 'create', dry: true })
  const entries = entriesOf(words, settings.root)
  const result = await engineOf(settings).work('walk', { entries })
  const { changes, failures, remote } = result
  const lacks = changes.length > 0
  if (has('json')) sayData(asData(result))
  else {
    for (const change of changes) showChange(change)
    showTrouble(result)
    const file = path(settings.lock.file)
    const command = ['npx mimeport lock', ...words.map(shellWord)].join(' ')
    if (lacks)
      complain(`${file} lacks ${count(changes.length, 'entry', 'entries')}: ${escapeText(command)}`)
    else if (failures.length === 0) {
      say(`${file} has all that is imported: ${count(remote, 'module')} from the network`)
    }
  }
  return lacks || failures.length > 0 ? exitCodes.failed : exitCodes.done
}

/** What MIMEPORT_RELOAD has to say for these: all, where one has what it would take for the end of one. */
function reloadOf(words: readonly string[]): string {
  const specifiers = words.map((each) => each.replace(/^[\w-]+ /, ''))
  const isList = specifiers.length > 0 && !specifiers.some((each) => /[\s,]/.test(each))
  return isList ? specifiers.join(' ') : '1'
}

async function update(given: Given): Promise<ExitCode> {
  const { words, has } = given
  const odd = words.find((word) => !/^(?:[a-z][\w-]* )?[a-z][a-z\d+.-]+:/i.test(word))
  if (odd !== undefined) {
    throw new UsageError(`--update takes specifiers as the lock has them, not '${escapeText(odd)}'`)
  }
  const before = withLock(settingsOf({ words }), { mode: 'create', dry: true })
  if (!existsSync(before.lock.file)) {
    throw new LoaderError(
      'ERR_MIMEPORT_LOCK',
      `Cannot update '${path(before.lock.file)}': there is no such file; 'npx mimeport lock' makes it`,
    )
  }
  // What is at hand, as it is locked: a difference can be shown of that alone.
  const offline = { environment: { MIMEPORT_OFFLINE: '1', MIMEPORT_RELOAD: '' } }
  const { keys, bodies } = await engineOf(before, offline).work('bodies', words)
  if (keys.length === 0) {
    const what =
      words.length === 0
        ? 'nothing'
        : `nothing that begins with ${words.map((each) => `'${escapeText(each)}'`).join(' or ')}`
    throw new LoaderError('ERR_MIMEPORT_LOCK', `'${path(before.lock.file)}' has ${what}`)
  }
  const anew = { environment: { MIMEPORT_RELOAD: reloadOf(words) }, words }
  const settings = withLock(settingsOf(anew), {
    mode: 'create',
    update: words.length === 0 ? keys : words,
  })
  const entries = packageEntries(settings.root)
  const result = await engineOf(settings, anew).work('walk', { entries, locked: keys })
  if (!has('json')) {
    for (const line of differences(
      result.changes,
      new Map(bodies.map(({ key, body }) => [key, body])),
    )) {
      say(line)
    }
  }
  return conclude(settings, result, given)
}

export const lock: Command = {
  help,
  options,
  run(given) {
    const { has } = given
    const modes = ['check', 'prune', 'update'].filter(has)
    if (modes.length > 1) throw new UsageError(`--${modes[0]} and --${modes[1]} exclude each other`)
    if (has('update')) return update(given)
    return has('check') ? check(given) : complete(given)
  },
}
