/** The cache's folder: its place, who may write there, and how much it holds. */

import { accessSync, constants, existsSync, lstatSync, opendirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { faultOf, finding } from '../findings.mts'
import { count, size } from '../output.mts'
import { path } from '../shown.mts'
import { cacheFolder, exposure } from '../../core/cache-place.mts'
import type { Finding } from '../../core/inspection.mts'
import type { Settings } from '../../core/settings.mts'

const subject = 'cache'

/** Files that are counted: more would take longer than anybody waits. */
const MOST = 200_000

interface Held {
  files: number
  bytes: number
}

function measure(folder: string, held: Held): void {
  const entries = opendirSync(folder)
  try {
    for (let entry; held.files < MOST && (entry = entries.readSync()) !== null;) {
      const file = join(folder, entry.name)
      if (entry.isDirectory()) measure(file, held)
      else if (entry.isFile()) {
        held.files += 1
        // It may have been swept meanwhile.
        held.bytes += lstatSync(file, { throwIfNoEntry: false })?.size ?? 0
      }
    }
  } finally {
    entries.closeSync()
  }
}

/** The nearest folder that is there. */
function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder))
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Looks at the folder. It is not made: whoever looks changes nothing. */
export function inspectCache(settings: Settings | undefined): Finding {
  const wayOut = 'MIMEPORT_CACHE=<folder>, or "cache": { "folder": … }'
  try {
    const folder = cacheFolder(settings?.cache ?? {})
    if (folder === false)
      return finding('note', subject, 'off: each start asks for everything anew')
    const there = nearestFolder(folder)
    const name = `'${path(folder)}'`
    if (!statSync(there).isDirectory()) {
      return finding('fault', subject, `${name}: '${path(there)}' is no folder`, wayOut)
    }
    if (!isWritable(there)) {
      return finding('fault', subject, `${name} cannot be written to: nothing is kept`, wayOut)
    }
    if (there !== folder) return finding('ok', subject, `${name}, which is made when it is needed`)
    const exposed = exposure(statSync(folder))
    if (exposed !== undefined) {
      return finding('fault', subject, `${name} is not used: ${exposed}`, `chmod go-w ${name}`)
    }
    const held = { files: 0, bytes: 0 }
    measure(folder, held)
    return finding('ok', subject, `${name}: ${count(held.files, 'file')}, ${size(held.bytes)}`)
  } catch (error) {
    return faultOf(subject, error, wayOut)
  }
}
