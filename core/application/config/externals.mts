/** The configuration's `externals`: what bare names mean in code from elsewhere. */

import { checkEntry } from './builtins.mts'
import { urls } from '../builtins.mts'
import { fail, isObject } from './failure.mts'
import { escapeText, received } from '../../text.mts'
import { isAbsolute, isRelative, parseURL } from '../../native.mts'
import { isTable } from '../../policy/externals.mts'
import type { ExternalRule, PolicySettings } from '../../settings.mts'

type Externals = NonNullable<PolicySettings['externals']>

function checkName(file: string, where: string, name: unknown): asserts name is string {
  const isName = typeof name === 'string' && name !== '' && !isAbsolute(name) && !isRelative(name)
  if (isName && !name.startsWith('#')) return
  fail(file, `${where} must name packages, such as 'react'. Received ${received(name)}`)
}

/** What stands for a name: a URL, a path from the configuration's folder, or another name. */
function checkTarget(file: string, where: string, name: string, target: unknown): void {
  if (typeof target === 'boolean') return
  const shown = `${where} has for '${escapeText(name)}'`
  if (typeof target !== 'string' || target === '') {
    fail(file, `${shown} ${received(target)}, and it must be true, false or a specifier`)
  }
  if (name === '*') fail(file, `${shown} a specifier, which cannot stand for all names`)
  if ((isAbsolute(target) && parseURL(target) === null) || target.startsWith('#')) {
    fail(file, `${shown} '${escapeText(target)}', which is no specifier`)
  }
  if (name.endsWith('/') !== target.endsWith('/')) {
    const which = name.endsWith('/') ? 'must end in' : 'must not end in'
    fail(file, `${shown} '${escapeText(target)}', which ${which} '/' as the name`)
  }
}

function checkRule(file: string, where: string, rule: unknown): void {
  if (typeof rule === 'boolean') return
  if (Array.isArray(rule)) {
    for (const name of rule as unknown[]) checkName(file, where, name)
  } else if (isObject(rule)) {
    for (const [name, target] of Object.entries(rule)) {
      if (name !== '*') checkName(file, where, name)
      checkTarget(file, where, name, target)
    }
  } else {
    const what = 'must be true, false, a list of names, or an object of them'
    fail(file, `${where} ${what}. Received ${received(rule)}`)
  }
}

export function checkExternals(file: string, rules: unknown): void {
  if (!isObject(rules) || !isTable(rules as Externals)) return checkRule(file, "'externals'", rules)
  for (const [entry, rule] of Object.entries(rules)) {
    checkEntry(file, 'externals', entry)
    checkRule(file, `'externals' of '${escapeText(entry)}'`, rule)
  }
}

function absoluteRule(rule: ExternalRule, base: string): ExternalRule {
  if (typeof rule !== 'object' || Array.isArray(rule)) return rule
  const names = Object.entries(rule).map(([name, target]) => {
    const isPath = typeof target === 'string' && isRelative(target)
    return [name, isPath ? new URL(target, base).href : target] as const
  })
  return Object.fromEntries(names)
}

/** Checked rules whose paths are URLs; they start at the configuration's folder. */
export function externalsOf(rules: Externals, root: string): Externals {
  const base = urls().pathToFileURL(`${root}/`).href
  if (!isTable(rules)) return absoluteRule(rules as ExternalRule, base)
  const table = Object.entries(rules).map(([entry, rule]) => [entry, absoluteRule(rule, base)])
  return Object.fromEntries(table) as Externals
}
