/** Who takes part in a row: a program to run, and what it is there for. */

import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from '../measure/process-run.mts'

/**
 * `ours`; a `peer` does the same on Node; `runtime`: a peer that is another runtime; a `yardstick` says what size things
 * are, and is no choice that a user has.
 */
export type Role = 'ours' | 'peer' | 'runtime' | 'yardstick'

export interface Contender extends Command {
  readonly name: string
  readonly role: Role
  /** The folder of all of its caches: home, temporary files and whatever has a variable of its own. */
  readonly caches: string
  /** A folder of caches that no variable moves. */
  readonly elsewhere?: string
  /** Whether these are emptied before each run, or filled by the runs before the first one that counts. */
  readonly start: 'cold' | 'warm'
  /** The environment of the runs that fill the caches, where it is another one. */
  readonly warming: Readonly<Record<string, string>>
  /** What is to be done once before it runs; its failure is the contender's. */
  readonly prepare?: () => void
  /** What it must print, where that is not what the whole row prints. */
  readonly prints?: string
  /** Takes seconds, and is in no bar: fewer rounds will do. */
  readonly slow: boolean
}

interface Described {
  readonly name: string
  readonly role: Role
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly start?: 'cold' | 'warm'
  readonly env?: Readonly<Record<string, string>>
  readonly warming?: Readonly<Record<string, string>>
  readonly slow?: boolean
}

let made = 0

/**
 * A contender with an environment of its own. `cachesFolder` is where its caches are made. What this process has in its
 * environment is left out but for the path: `NODE_OPTIONS`, `CI` and `MIMEPORT_*` would change what is measured.
 */
export function contender(cachesFolder: string, described: Described): Contender {
  const { env = {}, warming = env, start = 'warm', slow = false, ...rest } = described
  const caches = join(cachesFolder, String((made += 1)))
  const environment = (own: Readonly<Record<string, string>>) => ({
    PATH: process.env['PATH'] ?? '',
    HOME: caches,
    TMPDIR: caches,
    XDG_CACHE_HOME: caches,
    DENO_DIR: join(caches, 'deno'),
    DENO_NO_UPDATE_CHECK: '1',
    BUN_RUNTIME_TRANSPILER_CACHE_PATH: join(caches, 'bun'),
    NO_COLOR: '1',
    ...Object.fromEntries(
      Object.entries(own).map(([key, value]) => [key, value.replace('$CACHES', caches)]),
    ),
  })
  return { ...rest, start, slow, caches, env: environment(env), warming: environment(warming) }
}

/** Empties all caches of a contender. */
export function emptyCaches({ caches, elsewhere }: Contender): void {
  rmSync(caches, { recursive: true, force: true })
  if (elsewhere !== undefined) rmSync(elsewhere, { recursive: true, force: true })
  mkdirSync(caches, { recursive: true })
}
