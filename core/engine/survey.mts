/** All loaders of a project, usable or not, and what they claim: for whoever wants to know why an import goes where it goes. */

import { isAbsolute } from 'node:path'
import { registered } from './boot.mts'
import { candidatesOf, inOrder } from './discover.mts'
import { timeouts } from '../limits.mts'
import { printable } from '../text.mts'
import type { Candidate } from './discover.mts'
import type { Registration } from './registration.mts'
import type {
  BrokenLoader,
  ListedLoader,
  LoaderConflict,
  LoaderListing,
} from '../loader-listing.mts'
import type { Settings } from '../settings.mts'

interface Found extends Candidate {
  readonly source: string
}

interface Read extends Registration {
  readonly source: string
}

const functions = ['resolve', 'resolveRelativePath', 'identify', 'transform'] as const

function broken(file: string, thrown: unknown): BrokenLoader {
  const { code = '', message } = Object(thrown) as { code?: string; message?: string }
  return { file, code, message: printable(message ?? String(thrown)) }
}

function listed(loader: Read, isReplaced: boolean): ListedLoader {
  const { accepts, extensions, file, name, project, resolve, schemes, source } = loader
  const own = isAbsolute(source) ? 'file' : 'package'
  return {
    name,
    from: project ? own : 'built-in',
    file,
    source,
    schemes: schemes && [...schemes],
    isAskedForAll: resolve !== undefined && schemes === undefined,
    extensions: Object.fromEntries(extensions),
    accepts,
    exports: functions.filter((each) => loader[each] !== undefined),
    replaced: isReplaced,
  }
}

/** What more than one loader says of itself: of the project's, an error; of others, the first has it. */
function conflictsOf(loaders: readonly Read[]): LoaderConflict[] {
  const owners = new Map<string, [kind: LoaderConflict['kind'], claim: string, of: Read[]]>()
  const claim = (loader: Read, kind: LoaderConflict['kind'], what: string): void => {
    const key = `${kind} ${what}`
    const entry = owners.get(key)
    if (entry === undefined) owners.set(key, [kind, what, [loader]])
    else entry[2].push(loader)
  }
  for (const loader of loaders) {
    claim(loader, 'name', loader.name)
    for (const scheme of loader.schemes ?? []) claim(loader, 'scheme', scheme)
    for (const extension of loader.extensions.keys()) claim(loader, 'extension', extension)
  }
  return [...owners.values()].flatMap(([kind, what, of]) => {
    const own = of.filter(({ project }) => project)
    // Among ours the order is ours, and is meant: `signed` and `http` both answer for https:.
    if (of.length < 2 || own.length === 0) return []
    return [{ kind, claim: what, files: of.map(({ file }) => file), fatal: own.length > 1 }]
  })
}

/** Lists the loaders of `settings`. Never throws for a loader that cannot be used. */
export async function survey(settings: Settings): Promise<LoaderListing> {
  const failures: BrokenLoader[] = []
  const found: Found[] = []
  for (const source of settings.sources) {
    try {
      for (const each of candidatesOf(source, settings.root)) {
        found.push({ ...each, source: source.from })
      }
    } catch (error) {
      failures.push(broken(source.from, error))
    }
  }
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(), timeouts.total).unref()
  const read: Read[] = []
  for (const candidate of inOrder(settings, found)) {
    try {
      const registration = await registered(candidate, deadline.signal)
      read.push({ ...registration, source: candidate.source })
    } catch (error) {
      failures.push(broken(candidate.file, error))
    }
  }
  clearTimeout(timer)
  const project = read.filter((each) => each.project)
  const names = new Set(project.map(({ name }) => name))
  const order = [...project, ...read.filter((each) => !each.project)]
  return {
    loaders: order.map((each) => listed(each, !each.project && names.has(each.name))),
    conflicts: conflictsOf(order),
    broken: failures,
  }
}
