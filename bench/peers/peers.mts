/** Whom we are measured beside: installed by npm, of the versions in the lock beside this file, in a folder of their own. */

import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { npm } from '../workloads/subject.mts'

const here = dirname(fileURLToPath(import.meta.url))
const files = ['package.json', 'package-lock.json']

/**
 * Installs the peers, unless they are there, and says where.
 * @returns the folder `node_modules`
 */
export function installPeers(): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(join(here, file)))
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  const folder = join(cache, 'mimeport-bench', `peers-${hash.digest('hex').slice(0, 16)}`)
  if (!existsSync(folder)) {
    mkdirSync(dirname(folder), { recursive: true })
    const making = mkdtempSync(`${folder}-`)
    for (const file of files) cpSync(join(here, file), join(making, file))
    try {
      // Not `ci`: the lock has the binaries of one platform, and another needs its own, of versions that are as exact.
      npm(['install', '--ignore-scripts', '--prefer-offline'], making)
      // In one step: another run may be at it, too.
      renameSync(making, folder)
    } catch (error) {
      rmSync(making, { recursive: true, force: true })
      if (!existsSync(folder)) throw error
    }
  }
  return join(folder, 'node_modules')
}

/** Makes visible to a project's programs what a peer finds by its own name only from there. */
export function showPeers(peers: string, project: string): void {
  const folder = join(project, 'node_modules')
  mkdirSync(folder, { recursive: true })
  symlinkSync(join(peers, '@swc-node'), join(folder, '@swc-node'), 'junction')
}

/** A peer's version. */
export function versionOf(peers: string, name: string): string {
  return JSON.parse(readFileSync(join(peers, name, 'package.json'), 'utf8')).version
}
