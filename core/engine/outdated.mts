/** What of the lock, or of a program's graph, has moved on: refs that are at other commits, newer versions. docs/decisions/045 */

import { packError } from '../bridge/error-packing.mts'
import { packageOf, versionIn, versionOfAnswer } from './cdn.mts'
import { digestOf } from '../lock/integrity.mts'
import { isLockedRedirect, isMasked, lockedLocation, splitKey } from '../lock/entry.mts'
import { readLockFile } from '../lock/lock-file.mts'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { Questions } from './questions.mts'
import { mayAsk } from '../resource/cache-mode.mts'
import { isMeant, plain } from '../resource/beginning.mts'
import { redactError } from '../resource/credentials/secrets.mts'
import { compareVersions } from '../version-order.mts'
import { Walk } from './walk.mts'
import type { LockEntries, LockEntry, LockedRedirect } from '../lock/entry.mts'
import type { OutdatedResult, OutdatedRow, OutdatedTask, Standing } from '../outdated.mts'
import type { Ready } from './locking.mts'

const web = /^https?:/i

/** What one row is about: keys that one answer tells of. */
interface Subject {
  readonly specifier: string
  readonly locked: string
  readonly look: (questions: Questions) => Promise<{ now?: string; latest?: string }>
}

function unlisted(repository: string): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_NETWORK',
    `Cannot tell at which commit '${escapeText(repository)}' is: its host gives no listing of refs at the moment; ask again later`,
    { url: repository },
  )
}

/** A ref of a git host: every file of the repository is at the commit that it is at. */
function refOf(key: string, { commit = '', location, ref = '' }: LockedRedirect): Subject {
  const { specifier } = splitKey(key)
  const repository = location.slice(0, Math.max(0, location.indexOf(`@${commit}`)))
  const name = ref.replace(/^refs\/(?:heads|tags)\//, '')
  const isNamed = specifier.startsWith(`${repository}@`) || specifier.includes('#')
  return {
    specifier: isNamed ? `${repository}@${name}` : repository,
    locked: commit,
    look: async (questions) => {
      const { 'git-commit': now } = (await questions.ask(specifier)).headers
      // Its host serves files, and gives no listing: the loader takes what there is then.
      if (now === undefined) throw unlisted(repository)
      return { now }
    },
  }
}

async function versionFor(questions: Questions, question: string | undefined) {
  if (question === undefined) return undefined
  const { location, body } = await questions.ask(question)
  return versionOfAnswer(
    location === undefined ? { text: Buffer.from(body ?? []).toString() } : { location },
  )
}

/** What the latest version is, which is no reason to say nothing of the rest where nobody knows. */
async function latestFor(questions: Questions, question: string | undefined) {
  const latest = await versionFor(questions, question).catch(() => undefined)
  return latest === undefined ? {} : { latest }
}

/** A redirect that a server gives: for a range of versions, or whatever it means by it. */
function redirectOf(key: string, { location }: LockedRedirect): Subject {
  const { specifier } = splitKey(key)
  const found = packageOf(specifier)
  const version = versionIn(location)
  if (found === undefined || version === undefined) {
    return {
      specifier,
      locked: location,
      look: async (questions) => {
        const reply = await questions.ask(specifier)
        const to = reply.location
        return { now: to === undefined ? 'no redirect' : lockedLocation(specifier, to) }
      },
    }
  }
  const { base } = found
  return {
    specifier: found.version === '' ? base : `${base}@${found.version}`,
    locked: version,
    look: async (questions) => {
      const latest = await latestFor(questions, found.questionFor(''))
      const question = found.version === '' ? undefined : found.questionFor(found.version)
      const own = question ?? specifier
      const now =
        found.version === '' && latest.latest !== undefined
          ? latest.latest
          : await versionFor(questions, own)
      return { ...(now !== undefined && { now }), ...latest }
    },
  }
}

/** A module under a URL of a CDN that has a version in it, or is content for a range of them. */
function moduleOf(key: string, integrity: string): Subject | undefined {
  const { specifier } = splitKey(key)
  const found = packageOf(specifier)
  if (found === undefined) return undefined
  const { base, version, isExact } = found
  const latest = (questions: Questions) => latestFor(questions, found.questionFor(''))
  if (isExact) {
    const named = specifier.startsWith(`${base}@`) ? `${base}@${version}` : `${base}/${version}`
    return {
      specifier: named,
      locked: version,
      look: async (questions) => ({ now: version, ...(await latest(questions)) }),
    }
  }
  return {
    specifier,
    locked: integrity,
    look: async (questions) => {
      const { location, body } = await questions.ask(specifier)
      const now = location ?? digestOf(body ?? new Uint8Array())
      return { now, ...(await latest(questions)) }
    },
  }
}

/** Keys that something else in the lock leads to: who wants another version changes that. */
function followed(entries: LockEntries): Set<string> {
  const found = new Set<string>()
  for (const [key, entry] of entries) {
    if (!isLockedRedirect(entry)) for (const each of entry.imports) found.add(each)
    else {
      const { goal } = splitKey(key)
      found.add(goal === '' ? entry.location : `${goal} ${entry.location}`)
    }
  }
  return found
}

function subjectOf(key: string, entry: LockEntry, isFollowed: boolean): Subject | undefined {
  const { specifier } = splitKey(key)
  if (isLockedRedirect(entry)) {
    if (entry.commit !== undefined) return refOf(key, entry)
    return web.test(specifier) ? redirectOf(key, entry) : undefined
  }
  const isExact = versionIn(specifier) !== undefined
  return isExact && isFollowed ? undefined : moduleOf(key, entry.integrity)
}

function standingOf(locked: string, now: string | undefined, latest: string | undefined): Standing {
  if (now !== undefined && now !== locked) return 'moved'
  const isBehind = latest !== undefined && (compareVersions(locked, latest) ?? 0) < 0
  return isBehind ? 'behind' : 'current'
}

/** What is asked about: each row once, with all its keys. What grants access cannot be asked for without that. */
function subjectsIn(entries: LockEntries, beginnings: readonly string[]) {
  const found = new Map<string, { subject: Subject; keys: string[] }>()
  const followedKeys = followed(entries)
  for (const [key, entry] of entries) {
    if (isMasked(key)) continue
    const subject = subjectOf(key, entry, followedKeys.has(key))
    if (subject === undefined) continue
    const names = [splitKey(key).specifier, subject.specifier]
    if (beginnings.length > 0 && !isMeant(names, beginnings)) continue
    const name = `${subject.specifier}\n${subject.locked}`
    const row = found.get(name)
    if (row === undefined) found.set(name, { subject, keys: [key] })
    else row.keys.push(key)
  }
  return [...found.values()]
}

/**
 * Asks what has moved on.
 * @throws {LoaderError} ERR_MIMEPORT_OFFLINE; ERR_MIMEPORT_LOCK.
 */
export async function findOutdated(
  { engine, registry, settings }: Ready,
  { entries, beginnings }: OutdatedTask,
): Promise<OutdatedResult> {
  if (!mayAsk()) {
    throw new LoaderError(
      'ERR_MIMEPORT_OFFLINE',
      'Cannot tell what has moved on: MIMEPORT_OFFLINE forbids to ask; run it with the network: MIMEPORT_OFFLINE= npx mimeport outdated',
    )
  }
  const file = settings.lock?.file ?? ''
  const locked = entries.length > 0 ? undefined : readLockFile(file)
  const walk = new Walk(engine, registry)
  if (locked === undefined) await walk.go(entries)
  const { failures } = walk.end()
  const questions = new Questions(registry)
  const subjects = subjectsIn(locked ?? engine.lock.met(), beginnings.map(plain))
  const rows = await Promise.all(
    subjects.map(async ({ subject, keys }): Promise<OutdatedRow> => {
      const { specifier, locked: before } = subject
      const row = { specifier, keys: keys.sort(), locked: before }
      try {
        const { now, latest } = await subject.look(questions)
        const said = { ...(now !== undefined && { now }), ...(latest !== undefined && { latest }) }
        return { ...row, ...said, standing: standingOf(before, now, latest) }
      } catch (error) {
        return { ...row, standing: 'failed', error: redactError(packError(error)) }
      }
    }),
  )
  rows.sort((a, b) => (a.specifier < b.specifier ? -1 : 1))
  return { lock: locked === undefined ? undefined : file, rows, failures }
}
