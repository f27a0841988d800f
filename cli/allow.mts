/** `mimeport allow`: another entry for the configuration's list of what may be imported. */

import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodes, UsageError } from './command.mts'
import { withList } from './json-text.mts'
import { settingsOf } from './project.mts'
import { complain, say, sayData } from './output.mts'
import { path } from './shown.mts'
import { escapeText } from '../core/text.mts'
import { matches } from '../core/policy/entry.mts'
import { allowing, entryFor } from '../core/policy/suggestion.mts'
import { replaceFile } from '../core/replacement.mts'
import type { Command } from './command.mts'
import type { Settings } from '../core/settings.mts'

const help = `Usage: mimeport allow <URL or entry …>

Adds to "allow" in the project's configuration what is needed to import a URL:
its host, or its repository. What ends in '/', has a '*' or is a scheme alone is
taken as it is: https://cdn.example/lib/, https://*.example.com/, gitlab:

  --json     prints the result as JSON
  -h, --help

Exit codes: 0 done; 1 the file could not be changed; 2 wrong usage.`

/** The entry that a word of the user's means. @throws {UsageError} */
function entryOf(word: string): string {
  const isEntry = /^[a-z][a-z\d+.-]*:$|\/$|\*|^default$|^loopback$/i.test(word)
  const entry = isEntry ? word : entryFor(word)
  if (entry !== undefined) return entry
  const host = /^[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:\/|$)/.test(word)
  const hint = host ? `; did you mean 'https://${escapeText(word)}'?` : ''
  throw new UsageError(`'${escapeText(word)}' is nothing that could be allowed${hint}`)
}

/** Where the list goes: a file, and its key there. */
function placeOf({ file, root }: Settings): { readonly file: string; readonly keys: string[] } {
  if (file === undefined) return { file: join(root, 'mimeport.json'), keys: ['allow'] }
  const inPackage = file.endsWith('#mimeport')
  return inPackage
    ? { file: file.slice(0, -'#mimeport'.length), keys: ['mimeport', 'allow'] }
    : { file, keys: ['allow'] }
}

export const allow: Command = {
  help,
  options: { json: { type: 'boolean' } },
  run: async ({ words, has }) => {
    if (words.length === 0) throw new UsageError('name what is to be allowed: a URL, or an entry')
    const settings = settingsOf()
    const { allow: before, deny = [] } = settings.policy ?? {}
    let list = before
    const added: string[] = []
    for (const word of words) {
      const entry = entryOf(word)
      let next: readonly string[]
      try {
        next = allowing(list, entry)
      } catch (error) {
        throw new UsageError(`'${escapeText(word)}' cannot be allowed: ${(error as Error).message}`)
      }
      const isNew = next.includes(entry) && list?.includes(entry) !== true
      if (isNew) added.push(entry)
      else if (!has('json')) say(`'${escapeText(word)}' is allowed already`)
      list = next
      const denied = deny.find((each) => matches(each, word))
      if (denied !== undefined) complain(`note: '${denied}' in "deny" goes before it`)
    }
    const { file, keys } = placeOf(settings)
    if (added.length > 0 && list !== undefined) {
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '{}\n'
      // A link stays one.
      replaceFile(existsSync(file) ? realpathSync(file) : file, withList(text, keys, list))
    }
    if (has('json')) sayData({ file, allow: list, added })
    else if (added.length > 0) {
      const shown = (list ?? []).map((each) => JSON.stringify(each)).join(', ')
      say(`${path(file)}: "allow": [${shown}]`)
    }
    return exitCodes.done
  },
}
