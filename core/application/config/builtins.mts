/** The configuration's `builtins`: Node's own modules for code from elsewhere. */

import { fail, isObject } from './failure.mts'
import { escapeText, received } from '../../text.mts'
import { entryFault } from '../../policy/entry-syntax.mts'

/** What is wrong with the key of a table by origin. */
export function checkEntry(file: string, key: string, entry: string): void {
  const fault = entry === '*' ? undefined : entryFault(entry)
  if (fault !== undefined) fail(file, `'${key}' has the key '${escapeText(entry)}': ${fault}`)
}

function checkRule(file: string, where: string, rule: unknown): void {
  if (typeof rule === 'boolean') return
  if (!Array.isArray(rule)) {
    fail(file, `${where} must be true, false or a list of names. Received ${received(rule)}`)
  }
  for (const name of rule as unknown[]) {
    if (typeof name === 'string' && /^(?:node:)?[a-z_][\w/]*$/i.test(name)) continue
    fail(
      file,
      `${where} must hold names of Node's modules, such as 'fs'. Received ${received(name)}`,
    )
  }
}

export function checkBuiltins(file: string, rules: unknown): void {
  if (!isObject(rules)) return checkRule(file, "'builtins'", rules)
  for (const [entry, rule] of Object.entries(rules)) {
    checkEntry(file, 'builtins', entry)
    checkRule(file, `'builtins' of '${escapeText(entry)}'`, rule)
  }
}
