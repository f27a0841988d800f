/** What a tsconfig.json's `extends` names: a file beside it, or one in a package. */

import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { noteFile } from '../../core/consulted.mts'
import { notePackageFile } from '../../core/package-lookup.mts'

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

/** The `tsconfig` field of a package's package.json, if it has one. */
function namedByPackage(require: NodeJS.Require, name: string): string | undefined {
  const path = require.resolve(`${name}/package.json`)
  const { tsconfig } = JSON.parse(readFileSync(path, 'utf8'))
  return typeof tsconfig === 'string' ? join(dirname(path), tsconfig) : undefined
}

function attempt(work: () => string | undefined): string | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

/** What is tried behind a package's name: `require` has its own for a folder. */
const endings = ['/package.json', '', '/index.js', '/index.json', '.json', '/tsconfig.json']

/** The absolute path of what `specifier` names in the tsconfig.json at `path`; `undefined` when there is no such file. */
export function resolveExtends(specifier: string, path: string): string | undefined {
  if (isAbsolute(specifier) || /^\.\.?(?:[/\\]|$)/.test(specifier)) {
    const named = [specifier, `${specifier}.json`].map((each) => resolve(dirname(path), each))
    for (const each of named) noteFile(each)
    return named.find(isFile)
  }
  const require = createRequire(path)
  const attempts = [
    () => namedByPackage(require, specifier),
    () => require.resolve(specifier),
    () => require.resolve(`${specifier}.json`),
    () => require.resolve(`${specifier}/tsconfig.json`),
  ]
  for (const each of attempts) {
    const found = attempt(each)
    // A package's main module is JavaScript: not what is meant.
    if (found?.endsWith('.json') && isFile(found)) {
      notePackageFile(path, specifier, endings, found)
      return found
    }
  }
  return undefined
}
