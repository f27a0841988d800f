/** Locks for tests: entries that are right, and the texts of their files. */

import { digestOf } from '../../core/lock/integrity.mts'
import { printLock } from '../../core/lock/lock-file.mts'
import type { LockEntries, LockEntry, LockedModule } from '../../core/lock/entry.mts'

/** A commit's id. */
export const commit = '39c7a1f0b2d3e4f5061728394a5b6c7d8e9f0a1b'

/** The entry of a module with this body. */
export function lockedModule(body: string, more: Partial<LockedModule> = {}): LockedModule {
  const integrity = digestOf(new TextEncoder().encode(body))
  return { integrity, type: 'text/javascript', format: 'module', imports: [], ...more }
}

/** A lock of every kind of entry. */
export function sampleLock(): LockEntries {
  return new Map<string, LockEntry>([
    [
      'github:owner/repo/lib/x.md',
      {
        status: 307,
        location: `github:owner/repo@${commit}/lib/x.md`,
        commit,
        ref: 'refs/heads/main',
      },
    ],
    [
      `github:owner/repo@${commit}/lib/x.md`,
      lockedModule('# x', {
        type: 'text/markdown',
        imports: ['https://esm.sh/acorn@8', `json github:owner/repo@${commit}/data.json`],
      }),
    ],
    [
      'https://esm.sh/acorn@8',
      { status: 302, location: 'https://esm.sh/acorn@8.14.0/es2022/acorn.mjs' },
    ],
    ['https://esm.sh/acorn@8.14.0/es2022/acorn.mjs', lockedModule('export {}')],
    [
      `json github:owner/repo@${commit}/data.json`,
      lockedModule('{}', { type: 'application/json', format: 'json' }),
    ],
    [
      'text https://example.com/caf%C3%A9.txt',
      { integrity: lockedModule('é').integrity, format: 'module', imports: [] },
    ],
  ])
}

/** The file of a lock with these entries. */
export function lockText(entries: LockEntries | Readonly<Record<string, LockEntry>> = {}): string {
  return printLock(entries instanceof Map ? entries : new Map(Object.entries(entries)))
}
