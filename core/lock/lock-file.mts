/**
 * The lock's file: JSON in one layout, so that merges are merges of lines, and two files of one meaning are the same text.
 *
 *     {
 *       "github:o/r/x.md": {"status":307,"location":"github:o/r@39c7…/x.md","commit":"39c7…","ref":"refs/heads/main"},
 *       "github:o/r@39c7…/x.md": {"integrity":"sha256-…","type":"text/markdown","format":"module"},
 *       "version": 1
 *     }
 */

import { readFileSync, statSync } from 'node:fs'
import { LineFault, printLine, readLine } from './lock-line.mts'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import type { LockEntries, LockEntry } from './entry.mts'

const VERSION = 1

/** What merges leave behind. git-merge(1). */
const marker = /^(?:<{7}|\|{7}|={7}|>{7})(?: |$)/

/** The error for a lock that cannot be used. */
export function lockFailure(file: string, reason: string, cause?: unknown): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_LOCK',
    `Cannot use the lock '${escapeText(file)}': ${reason}`,
    cause === undefined ? {} : { cause },
  )
}

/** The text of a lock. */
export function printLock(entries: LockEntries, lineEnd = '\n'): string {
  const lines = [...entries]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    // ! A comma after each, for the version is last: a new line never changes the one before it.
    .map(([key, entry]) => `  ${printLine(key, entry)},`)
  return [`{`, ...lines, `  "version": ${VERSION}`, `}`, ''].join(lineEnd)
}

/** What the line of the version says, when it is that line. */
const versionLine = /^"version"\s*:\s*(.*)$/

function refuseVersion(fail: (reason: string) => LoaderError, text: string): void {
  if (text === String(VERSION)) return
  throw fail(
    `'version' must be ${VERSION}. Received ${escapeText(text.slice(0, 40))}: a newer mimeport may have written it`,
  )
}

/**
 * Reads the text of a lock, in one pass.
 * @throws {LoaderError} ERR_MIMEPORT_LOCK naming the line and the field.
 */
export function parseLock(text: string, file: string): LockEntries {
  const entries = new Map<string, LockEntry>()
  const lineOf = new Map<string, number>()
  let at = text.startsWith('\ufeff') ? 1 : 0
  let number = 0
  let state: 'start' | 'entries' | 'version' | 'end' = 'start'
  const fail = (reason: string) => lockFailure(file, `line ${number}: ${reason}`)
  while (at < text.length) {
    const end = text.indexOf('\n', at)
    const line = trimmed(text, at, end === -1 ? text.length : end)
    at = end === -1 ? text.length : end + 1
    number += 1
    if (line === '') continue
    if (marker.test(line)) {
      const advice = 'keep the lines of both sides, each key once, without the markers'
      throw fail(`a merge has left it with conflicts: ${advice}`)
    }
    if (state === 'start') {
      if (line !== '{') throw fail("it must begin with a line '{'")
      state = 'entries'
    } else if (state === 'entries') {
      const version = versionLine.exec(line)?.[1]
      if (version === undefined) {
        const [key, entry] = entryOf(line, fail)
        const before = lineOf.get(key)
        const twice = () =>
          `'${escapeText(key.slice(0, 300))}' is there twice, in line ${before}, too; keep one`
        if (before !== undefined) throw fail(twice())
        entries.set(key, entry)
        lineOf.set(key, number)
      } else {
        refuseVersion(fail, version)
        state = 'version'
      }
    } else if (state === 'version' && line === '}') state = 'end'
    else
      throw fail(state === 'end' ? 'something follows its end' : "'version' must be its last line")
  }
  if (state !== 'end') throw fail("it is cut short: its last lines are 'version' and '}'")
  return entries
}

const blanks = new Set([' ', '\t', '\r'])

/** A part of a text without blanks around it; lines may end in CR LF. No regular expression: one would be quadratic. */
function trimmed(text: string, from: number, to: number): string {
  let start = from
  let end = to
  while (start < end && blanks.has(text[start]!)) start += 1
  while (end > start && blanks.has(text[end - 1]!)) end -= 1
  return text.slice(start, end)
}

function entryOf(line: string, fail: (reason: string) => LoaderError) {
  try {
    if (!line.endsWith(',')) throw new LineFault('a comma is missing at its end')
    return readLine(line.slice(0, -1))
  } catch (error) {
    throw error instanceof LineFault ? fail(error.message) : error
  }
}

/** A lock as it lies on disk. */
export interface LockText {
  readonly text: string
  readonly entries: LockEntries
}

/**
 * Reads a lock; `undefined` where there is none.
 * @throws {LoaderError} ERR_MIMEPORT_LOCK.
 */
export function readLockFile(file: string): LockEntries | undefined {
  return readLockText(file)?.entries
}

/** As `readLockFile`, with the text. */
export function readLockText(file: string): LockText | undefined {
  let bytes: Buffer
  try {
    // A link may lead to a device, which has no end.
    if (!statSync(file).isFile()) throw new Error('it is no file')
    bytes = readFileSync(file)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw lockFailure(file, `it cannot be read: ${escapeText(message)}`, error)
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw lockFailure(file, 'it is no UTF-8', error)
  }
  return { text, entries: parseLock(text, file) }
}
