/** How entries of the lock, failures and paths are shown. */

import { isAbsolute, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { escapeText } from '../core/text.mts'
import { complain, count, say, size } from './output.mts'
import type { LockEntry } from '../core/lock/entry.mts'
import type { LockChange, WalkFailure, WalkResult } from '../core/walk.mts'

/** A path as short as it is from here. */
export function path(absolute: string): string {
  const near = relative('', absolute)
  return escapeText(near !== '' && !near.startsWith('..') && !isAbsolute(near) ? near : absolute)
}

function place(url: string): string {
  return url.startsWith('file:') ? path(fileURLToPath(url)) : escapeText(url)
}

/** What an entry pins, in words. */
export function pinned(entry: LockEntry, bytes?: number): string {
  if ('location' in entry) {
    const { status, location, ref } = entry
    const at = ref === undefined ? '' : `, ${ref.replace(/^refs\/(?:heads|tags)\//, '')}`
    return `${status} → ${escapeText(`${location}${at}`)}`
  }
  const { type, format, integrity } = entry
  const how = type === undefined ? 'as it is' : escapeText(`${type}, ${format}`)
  return `${how}${bytes === undefined ? '' : `, ${size(bytes)}`}, ${integrity.slice(0, 19)}…`
}

/** `+ https://…`, `- …`, and for what changed both sides. */
export function showChange({ key, before, after, bytes }: LockChange): void {
  const name = escapeText(key)
  if (before === undefined && after !== undefined) return say(`+ ${name}  ${pinned(after, bytes)}`)
  if (after === undefined && before !== undefined) return say(`- ${name}  ${pinned(before)}`)
  say(`~ ${name}`)
  for (const [mark, entry] of [
    ['-', before],
    ['+', after],
  ] as const) {
    if (entry !== undefined) say(`    ${mark} ${pinned(entry, mark === '+' ? bytes : undefined)}`)
  }
}

/** How often each kind of change is there. */
export function tally(changes: readonly LockChange[]): string {
  const kinds = {
    added: changes.filter(({ before }) => before === undefined),
    changed: changes.filter(({ before, after }) => before !== undefined && after !== undefined),
    removed: changes.filter(({ after }) => after === undefined),
  }
  const said = Object.entries(kinds).filter(([, { length }]) => length > 0)
  if (said.length === 0) return 'nothing to change'
  return said.map(([kind, { length }]) => `${length.toLocaleString('en')} ${kind}`).join(', ')
}

/** Tells all failures of a walk, and what it could not see. */
export function showTrouble({ failures, unknown }: Pick<WalkResult, 'failures' | 'unknown'>): void {
  if (failures.length > 0) complain(`${count(failures.length, 'import')} failed:`)
  for (const { error } of failures) complain(`  ${describe(error)}`)
  for (const [url, number] of unknown) {
    complain(
      `note: ${place(url)} has ${count(number, 'import')} whose name only the program knows: run it, and what it imports is added`,
    )
  }
}

export function describe({ code, message }: WalkFailure['error']): string {
  return `${code === undefined ? '' : `${code}: `}${message}`
}

/** What a walk found, as data. */
export function asData(result: WalkResult): object {
  const { file, local, remote, entries, changes, failures, unknown, vendored, secret } = result
  return {
    file,
    modules: { local, remote },
    entries,
    changes: changes.map(({ key, before, after, bytes }) => ({ key, before, after, bytes })),
    failures: failures.map(({ error: { code, message, url }, parentURL }) => {
      return { code, message, url, parentURL }
    }),
    unknown: Object.fromEntries(unknown),
    ...(vendored !== undefined && { vendored, secret }),
  }
}

/** A message in its own lines, such as that of a compiler, which shows where; each further one is set in. */
export function messageLines(message: string): string[] {
  return message.split('\n').map((line, index) => `${index === 0 ? '' : '  '}${escapeText(line)}`)
}
