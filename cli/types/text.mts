/** The texts of declarations that no compiler has to make. */

import { scanModule } from '../../core/module-syntax.mts'
import type { TypedShape } from '../../core/typing.mts'

/** A default export of a type. */
export function valueText(type: string, declare = 'declare '): string {
  return `${declare}const value: ${type}\nexport default value\n`
}

/** Exports of which nothing is known but the names: as values and as types. */
export function namesText(names: readonly string[]): string {
  const list = names.map((name) => `unknown_ as ${name}`).join(', ')
  return `declare const unknown_: any\ntype unknown_ = any\nexport { ${list} }\n`
}

export type Rewriting = readonly {
  readonly start: number
  readonly end: number
  readonly to: string
}[]

/** Puts other specifiers in place. */
export function rewritten(text: string, changes: Rewriting): string {
  let result = ''
  let at = 0
  for (const { start, end, to } of changes.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(at, start) + to
    at = end
  }
  return result + text.slice(at)
}

/** The text of what has no source; `undefined`: it has one. */
export function plainText(shape: TypedShape): string | undefined {
  if (shape.kind === 'value') return valueText(shape.type)
  if (shape.kind === 'names') return namesText(shape.names ?? ['default'])
  return undefined
}

/** Whether a text of declarations is that of CommonJS. */
export function assignsExports(text: string): boolean {
  // Not `\s` before it: blank lines would be read again from each of them.
  return /^[^\S\r\n]*export\s*=/m.test(text)
}

/** Whether a module's declarations have a default export. */
function hasDefault(text: string): boolean {
  const exports = scanModule(text)?.exports
  if (exports === undefined) return /\bexport\s+default\b|\bdefault\s*[,}]/.test(text)
  return exports.some((each) => 'name' in each && each.name === 'default')
}

/** What a module is that is imported in several ways, or stands for another file. `at`: how that is named. */
export function moduleText(
  at: { readonly name: string; readonly text: string } | undefined,
  values: readonly string[],
  declare = 'declare ',
): string {
  const types = [...new Set(values)]
  if (at === undefined) return valueText(types.join(' | '), declare)
  const name = JSON.stringify(at.name)
  const isAssigned = assignsExports(at.text)
  const all = isAssigned ? '' : `export * from ${name}\n`
  const whole = `typeof import(${name})`
  if (types.length === 0 && !isAssigned) {
    return all + (hasDefault(at.text) ? `export { default } from ${name}\n` : '')
  }
  const own = isAssigned
    ? whole
    : `(${whole} extends { readonly default: infer Default } ? Default : never)`
  return all + valueText([own, ...types].join(' | '), declare)
}
