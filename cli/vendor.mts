/** `mimeport vendor`: the bodies of the lock as files of the project. */

import { existsSync } from 'node:fs'
import { exitCodes } from './command.mts'
import { entryOf } from './entries.mts'
import { engineOf, settingsOf, withLock } from './project.mts'
import { complain, count, say, sayData, size } from './output.mts'
import { asData, path, showChange, showTrouble, tally } from './shown.mts'
import { LoaderError } from '../core/errors.mts'
import { escapeText } from '../core/text.mts'
import type { Command } from './command.mts'
import type { Settings } from '../core/settings.mts'

const help = `Usage: mimeport vendor [file or URL …]

Writes the body of each module in mimeport.lock into mimeport_modules, beside
it: the program then runs without the network and without the cache, and a
review shows the code. Files and URLs that are named are locked first.

  --json     prints the result as JSON
  -h, --help

Exit codes: 0 done; 1 something failed, and nothing was changed in the folder;
2 wrong usage.`

function unwanted({ file, root }: Settings): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_CONFIG',
    `Cannot use the configuration '${file ?? root}': its 'vendor' is false, so there is no folder to write`,
  )
}

export const vendor: Command = {
  help,
  options: { json: { type: 'boolean' } },
  async run({ words, has }) {
    const isNamed = words.length > 0
    const settings = withLock(settingsOf({ words }), { mode: isNamed ? 'create' : 'frozen' })
    const { file, vendor: folder } = settings.lock
    if (folder === undefined) throw unwanted(settings)
    if (!isNamed && !existsSync(file)) {
      throw new LoaderError(
        'ERR_MIMEPORT_LOCK',
        `Cannot vendor without a lock: there is no '${path(file)}'; name the program to make it: npx mimeport vendor app.mjs`,
      )
    }
    const request = { entries: words.map(entryOf), locked: 'all', vendor: folder } as const
    const result = await engineOf(settings).work('walk', request)
    const { changes, failures, entries, vendored, secret = [] } = result
    if (has('json')) sayData(asData(result))
    else {
      for (const change of changes) showChange(change)
      showTrouble(result)
      if (isNamed) say(`${path(file)}: ${tally(changes)}; ${count(entries, 'entry', 'entries')}`)
      for (const key of secret) {
        complain(`note: ${escapeText(key)} comes encrypted, and is left to its server`)
      }
      if (vendored === undefined) complain(`${path(folder)} stays as it is while imports fail`)
      else {
        const { files, bytes, written, removed } = vendored
        say(
          `${path(folder)}: ${count(files, 'file')}, ${size(bytes)}; ${written} written, ${removed} removed`,
        )
      }
    }
    return failures.length === 0 ? exitCodes.done : exitCodes.failed
  },
}
