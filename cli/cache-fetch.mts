/** What a program imports is fetched ahead, and then looked for as a program does that may ask nobody. */

import { exitCodes } from './command.mts'
import { entriesOf } from './entries.mts'
import { engineOf, settingsOf } from './project.mts'
import { complain, count, say, sayData } from './output.mts'
import { showTrouble } from './shown.mts'
import { LoaderError } from '../core/errors.mts'
import { cacheFolder } from '../core/cache-place.mts'
import { isSet } from '../core/switch.mts'
import { escapeText } from '../core/text.mts'
import type { ExitCode, Given } from './command.mts'
import type { Settings } from '../core/settings.mts'

/** @throws {LoaderError} ERR_MIMEPORT_CONFIG where nothing is stored. */
function folderOf({ cache = {} }: Settings): string {
  const folder = cacheFolder(cache)
  if (folder !== false) return folder
  throw new LoaderError(
    'ERR_MIMEPORT_CONFIG',
    "There is no cache to fetch anything into: MIMEPORT_CACHE, or the configuration's 'cache', says that there is to be none",
  )
}

/** As the program is held to its lock; the lock itself stays as it is. */
function dry(settings: Settings): Settings {
  const { lock } = settings
  return lock === undefined ? settings : { ...settings, lock: { ...lock, dry: true } }
}

/** What is not found when nobody may be asked. */
async function lackingOf(settings: Settings, entries: ReturnType<typeof entriesOf>) {
  const environment = { MIMEPORT_OFFLINE: '1', MIMEPORT_RELOAD: '' }
  const { failures } = await engineOf(settings, { environment }).work('walk', { entries })
  return failures.filter(({ error }) => error.code === 'ERR_MIMEPORT_OFFLINE')
}

/** Fetches the graphs of `given.words`, and says what could not be had. */
export async function fetchAhead({ words, has }: Given): Promise<ExitCode> {
  const settings = dry(settingsOf({ words }))
  const folder = folderOf(settings)
  const entries = entriesOf(words, settings.root)
  const result = await engineOf(settings).work('walk', { entries })
  const { failures, local, remote, unknown } = result
  const failed = new Set(failures.map(({ error }) => error.url))
  const isOffline = isSet('MIMEPORT_OFFLINE')
  const lacking = (isOffline ? [] : await lackingOf(settings, entries))
    .map(({ error }) => error.url ?? error.message)
    .filter((url) => !failed.has(url))
    .sort()
  if (has('json')) {
    sayData({
      folder,
      modules: { local, remote },
      failures: failures.map(({ error: { code, message, url }, parentURL }) => {
        return { code, message, url, parentURL }
      }),
      unstored: lacking,
      unknown: Object.fromEntries(unknown),
    })
  } else {
    showTrouble(result)
    if (lacking.length > 0) {
      complain(
        `${count(lacking.length, 'module')} came and may not be stored, by the word of the server or since the URL grants access:`,
      )
      for (const url of lacking) complain(`  ${escapeText(url)}`)
    }
    const modules = `${count(remote, 'module')} from the network, ${local.toLocaleString('en')} local`
    const isWhole = failures.length + lacking.length === 0
    const said = isWhole ? 'in the cache: MIMEPORT_OFFLINE=1 runs it' : 'not all is in the cache'
    say(`${modules}; ${said}`)
  }
  return failures.length + lacking.length === 0 ? exitCodes.done : exitCodes.failed
}
