/** Filters of hooks: what a hook is called for. https://rollupjs.org/plugin-development/#hook-filters, checked on 2026-11-21. */

import { isAbsolute, matchesGlob, resolve } from 'node:path/posix'
import { unsupported } from './failure.mts'
import type { FilterParts, HookFilter, StringFilter, Subject } from './types.mts'

type Matcher = (text: string) => boolean

const slashes = (path: string) => path.replaceAll('\\', '/')

/**
 * Bundlers' globs match names that begin with a dot, and Node's do not: so no name does, neither in the pattern nor in
 * the path.
 */
const withoutDots = (text: string) => text.replace(/(^|[/{,(|!])\.(?!\.?(?:\/|$))/g, '$1\u00b7')

function globMatcher(pattern: string): Matcher {
  const whole = pattern.startsWith('**') || isAbsolute(pattern)
  const glob = withoutDots(whole ? pattern : resolve(slashes(process.cwd()), pattern))
  return (id) => matchesGlob(withoutDots(slashes(id)), glob)
}

function regexMatcher(pattern: RegExp): Matcher {
  return (text) => {
    // One with the flag `g` goes on from where it was.
    pattern.lastIndex = 0
    return pattern.test(text)
  }
}

const matchersOf = (filter: StringFilter | undefined, ofString: (text: string) => Matcher) =>
  [filter ?? []]
    .flat()
    .map((each) => (each instanceof RegExp ? regexMatcher(each) : ofString(String(each))))

function isParts(filter: StringFilter | FilterParts): filter is FilterParts {
  return typeof filter === 'object' && !(filter instanceof RegExp) && !Array.isArray(filter)
}

/** What is excluded is out; without an `include` everything else is in. */
function compilePart(
  filter: StringFilter | FilterParts | undefined,
  ofString: (text: string) => Matcher,
): Matcher {
  if (filter === undefined || filter === null) return () => true
  const { include, exclude } = isParts(filter) ? filter : { include: filter }
  const wanted = matchersOf(include, ofString)
  const unwanted = matchersOf(exclude, ofString)
  return (text) =>
    !unwanted.some((matches) => matches(text)) &&
    (wanted.length === 0 || wanted.some((matches) => matches(text)))
}

/**
 * Makes a filter of what a hook has as `filter`: whether the hook is called.
 * @throws {LoaderError} ERR_MIMEPORT_UNSUPPORTED_PLUGIN
 */
export function compileFilter(
  filter: HookFilter | undefined,
  plugin: string,
  hook: string,
): (subject: Subject) => boolean {
  if (filter === undefined || filter === null) return () => true
  if (Array.isArray(filter)) {
    throw unsupported(
      plugin,
      hook,
      "its filter is one of Rolldown's expressions, which only Rolldown reads",
    )
  }
  const id = compilePart(filter.id, globMatcher)
  const code = compilePart(filter.code, (part) => (text) => text.includes(part))
  const types = filter.moduleType
  const moduleTypes = Array.isArray(types) ? types : (types as FilterParts | undefined)?.include
  return (subject) =>
    id(subject.id) &&
    (subject.code === undefined || code(subject.code)) &&
    (moduleTypes === undefined ||
      subject.code === undefined ||
      (moduleTypes as readonly string[]).includes(subject.moduleType ?? 'js'))
}
