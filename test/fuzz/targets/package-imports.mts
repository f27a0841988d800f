/** The "imports" of a package.json: what a `#name` means. */

import * as assert from 'uvu/assert'
import { checkImportName, packageImport } from '../../../core/engine/package-imports.mts'
import { checkMessage } from '../invariant.mts'

export const name = 'package-imports'

export const seeds = [
  '#a\n{"#a":"./lib/a.mjs"}',
  '#lib/x/y\n{"#lib/*":"./lib/*.mjs","#lib/x/*":null,"#*":"dep/*"}',
  '#if\n{"#if":{"node":{"require":"./a.cjs"},"import":["../x","./a.mjs"],"default":null}}',
  '#../x\n{"#*":"./lib/*"}',
  '#a%2f..%5cb\n{"#*":"./*"}',
  '#__proto__\n{"__proto__":"./x","#__proto__":{"0":"./y"}}',
  '#x\n[]',
]

export const dictionary = [
  '#',
  '*',
  './',
  '../',
  '%2e%2e',
  '%2f',
  '\\\\',
  'node_modules',
  '"import":',
  '"default":',
  'null',
  'node:fs',
  'https://h/',
]

const codes = [
  'ERR_INVALID_MODULE_SPECIFIER',
  'ERR_INVALID_PACKAGE_CONFIG',
  'ERR_INVALID_PACKAGE_TARGET',
  'ERR_PACKAGE_IMPORT_NOT_DEFINED',
]

function tableOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The first line is the name, the rest the table. */
export function run(input: string): void {
  const [specifier = '', ...rest] = input.split('\n')
  const lookup = {
    specifier: specifier.startsWith('#') ? specifier : `#${specifier}`,
    parentURL: 'https://host.example/p/src/x.mjs',
    conditions: ['node', 'import'],
  }
  const base = 'https://host.example/p/'
  const file = {
    specifier: `${base}package.json`,
    loader: 'http',
    imports: tableOf(rest.join('\n')),
  }
  let target: string
  try {
    checkImportName(lookup)
    target = packageImport(file, lookup)
  } catch (error) {
    assert.ok(codes.includes((error as { code?: string }).code ?? ''), String(error))
    checkMessage(error)
    return
  }
  if (target.startsWith('./')) {
    const { href } = new URL(target, base)
    assert.ok(href.startsWith(base), `'${target}' stays in the package`)
    assert.ok(decodeURIComponentOften(href).startsWith(base))
  } else {
    assert.not.match(target, /^(?:\.\.\/|\/)/)
  }
}

/** What servers that decode more than once make of a path. */
function decodeURIComponentOften(url: string): string {
  const once = url.replace(/%2e/gi, '.').replace(/%2f|%5c/gi, '/')
  return new URL(once).href
}
