/**
 * Node's own modules for code from elsewhere, by the configuration's `builtins`. It is no sandbox: what runs in a process has
 * `process.getBuiltinModule`. docs/trust.md
 */

import { place, policy } from './policy.mts'
import { advice, entryFor } from './rule.mts'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import type { BuiltinRule } from '../settings.mts'

type Rules = NonNullable<typeof policy.builtins>

/** A builtin's name without its scheme. */
function plain(specifier: string): string {
  return specifier.replace(/^node:/, '')
}

/** Whether a rule has a builtin: a name stands for what is below it, too (`fs/promises`). */
function has(rule: BuiltinRule, name: string): boolean {
  if (typeof rule === 'boolean') return rule
  return rule.map(plain).some((each) => name === each || name.startsWith(`${each}/`))
}

function widened(rule: BuiltinRule, name: string): BuiltinRule {
  return typeof rule === 'boolean' ? [name] : [...rule, name]
}

function isRule(rules: Rules): rules is BuiltinRule {
  return typeof rules === 'boolean' || Array.isArray(rules)
}

/**
 * Refuses a builtin to a module from elsewhere.
 * @param requester whose text asks
 * @throws {LoaderError} ERR_MIMEPORT_NOT_ALLOWED, with the line that would allow it
 */
export function refuseBuiltin(specifier: string, requester: string): void {
  const { builtins: rules = true } = policy
  if (rules === true) return
  const name = plain(specifier)
  const entry = isRule(rules) ? undefined : entryFor(rules, requester, (each) => !has(each, name))
  const rule = isRule(rules) ? rules : entry === undefined ? true : (rules[entry] ?? true)
  if (has(rule, name)) return
  const more = widened(rule, name)
  const value = entry === undefined ? more : { ...(rules as object), [entry]: more }
  throw new LoaderError(
    'ERR_MIMEPORT_NOT_ALLOWED',
    `Cannot import '${escapeText(specifier)}' imported from '${escapeText(requester)}': the configuration's "builtins" does not let it have this module of Node's; ${advice('builtins', value, place.file)}`,
    { url: specifier },
  )
}
