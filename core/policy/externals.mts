/**
 * What bare names mean in code from elsewhere, by the configuration's `externals`: the project's packages of these names, or
 * what it names in their place, or nothing. docs/trust.md
 */

import { place, policy } from './policy.mts'
import { advice, entryFor } from './rule.mts'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { below } from '../import-map.mts'
import { isAbsolute } from '../native.mts'
import type { RuleTable } from './rule.mts'
import type { ExternalRule } from '../settings.mts'

type Rules = NonNullable<typeof policy.externals>
type Names = Readonly<Record<string, boolean | string>>

/** Whether rules are a table by origin: a rule by name has no values that are rules, and no names with a scheme. */
export function isTable(rules: Rules): rules is RuleTable<ExternalRule> {
  if (typeof rules === 'boolean' || Array.isArray(rules)) return false
  return Object.entries(rules).some(
    ([key, value]) => key.includes(':') || typeof value === 'object',
  )
}

/** The name of the package that a bare specifier is of. */
export function packageOf(specifier: string): string {
  return /^(?:@[^/]*\/)?[^/]*/.exec(specifier)?.[0] ?? ''
}

/** Whether a specifier is a name, or below it; a name that ends in `/` is what is below alone. */
function isWithin(specifier: string, name: string): boolean {
  return specifier === name || specifier.startsWith(name.endsWith('/') ? name : `${name}/`)
}

function replaced(target: string, rest: string): string | false {
  if (rest === '') return target
  return isAbsolute(target) ? (below(target, rest) ?? false) : target + rest
}

/** By name: itself; what it begins with and goes on from; what its package may have; `*`, what all others may. */
function keyOf(names: Names, specifier: string): string {
  if (Object.hasOwn(names, specifier)) return specifier
  const keys = Object.keys(names)
    .filter((name) => isWithin(specifier, name))
    // What stands for a name alone does not stand for what is below it.
    .filter((name) => name.endsWith('/') || typeof names[name] === 'boolean')
    .sort((a, b) => b.length - a.length)
  return keys[0] ?? '*'
}

function byName(names: Names, specifier: string): boolean | string {
  const key = keyOf(names, specifier)
  const value = (Object.hasOwn(names, key) ? names[key] : undefined) ?? true
  if (typeof value === 'boolean' || key === specifier) return value
  return replaced(value, specifier.slice(key.length))
}

function ruled(rule: ExternalRule, specifier: string): boolean | string {
  if (typeof rule === 'boolean') return rule
  return isList(rule) ? rule.some((name) => isWithin(specifier, name)) : byName(rule, specifier)
}

const isList = (rule: ExternalRule): rule is readonly string[] => Array.isArray(rule)

function widened(rule: ExternalRule, specifier: string): ExternalRule {
  const name = packageOf(specifier)
  if (typeof rule === 'boolean') return [name]
  if (isList(rule)) return [...rule, name]
  const key = keyOf(rule, specifier)
  return { ...rule, [key === '*' ? name : key]: true }
}

/** The rule that goes for a module, and the table's entry that it stands under. */
function ruleFor(
  specifier: string,
  requester: string,
): readonly [rule: ExternalRule, entry: string | undefined] {
  const { externals: rules = true } = policy
  if (!isTable(rules)) return [rules as ExternalRule, undefined]
  const entry = entryFor(rules, requester, (each) => ruled(each, specifier) === false)
  return [entry === undefined ? true : (rules[entry] ?? true), entry]
}

/**
 * What a bare name means in a module from elsewhere: `true`, the project's package of that name; the specifier that stands
 * for it, a URL or a bare name of the project's; `false`, nothing.
 */
export function externalFor(specifier: string, requester: string): boolean | string {
  return policy.externals === undefined || ruled(ruleFor(specifier, requester)[0], specifier)
}

/** Makes the error for a name that the configuration forbids, with the line that would allow it. */
export function forbidden(specifier: string, requester: string): LoaderError {
  const [rule, entry] = ruleFor(specifier, requester)
  const more = widened(rule, specifier)
  const value = entry === undefined ? more : { ...(policy.externals as object), [entry]: more }
  return new LoaderError(
    'ERR_MIMEPORT_NOT_ALLOWED',
    `Cannot import '${escapeText(specifier)}' imported from '${escapeText(requester)}': the configuration's "externals" does not let it have this package of the project's; ${advice('externals', value, place.file)}`,
    { url: specifier },
  )
}
