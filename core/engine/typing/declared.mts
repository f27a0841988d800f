/** Where declarations are that a text leads to in ways of TypeScript's, and of Deno's. */

import { isAbsolute, isRelative } from '../../native.mts'
import type { Making } from '../making.mts'

/** The declarations that a JavaScript file names for itself: Deno's `@ts-self-types`, which JSR writes. */
function selfTypes(text: string): string | undefined {
  // Of comments at the head alone, as Deno reads it.
  const [head = ''] = /^(?:\s+|#![^\n]*|\/\/[^\n]*|\/\*[^]*?\*\/)*/.exec(text.slice(0, 4096)) ?? []
  return /@ts-self-types\s*=\s*(?:"([^"\n]+)"|'([^'\n]+)')/
    .exec(head)
    ?.slice(1)
    .find((each) => each !== undefined)
}

const declarationOf: Readonly<Record<string, string>> = {
  js: 'd.ts',
  jsx: 'd.ts',
  mjs: 'd.mts',
  cjs: 'd.cts',
}

/**
 * What a relative specifier in a declaration file may mean, in order: TypeScript takes `./x.js` there for `./x.d.ts`, and adds
 * extensions. The specifier as it stands comes last.
 */
export function candidatesOf(specifier: string): string[] {
  if (!isRelative(specifier)) return [specifier]
  const [, path = specifier, tail = ''] = /^([^?#]*)(.*)$/s.exec(specifier) ?? []
  const [, base = path, extension = ''] = /^(.*[^/.])\.([cm]?jsx?)$/.exec(path) ?? []
  const declared = declarationOf[extension]
  if (declared !== undefined) return [`${base}.${declared}${tail}`, specifier]
  if (/\.\w+$/.test(path.slice(path.lastIndexOf('/')))) return [specifier]
  const folder = path.replace(/\/$/, '')
  return [`${path}.d.ts${tail}`, `${folder}/index.d.ts${tail}`, specifier]
}

/**
 * The specifier of the declarations that a module's server names (`X-TypeScript-Types`, relative to the final URL, as Deno
 * has it), or its text; `undefined`: neither names any.
 */
export function elsewhere(
  url: string,
  making: Making | undefined,
  text: string,
): string | undefined {
  const named = making?.acquired?.response.headers['x-typescript-types'] ?? selfTypes(text)
  if (named === undefined || named === '') return undefined
  if (/^https?:/.test(url)) return URL.parse(named, url)?.href ?? named
  // A scheme of a loader's: it is the loader that knows what is relative to it.
  return isAbsolute(named) || isRelative(named) ? named : `./${named}`
}

const sourcesOf: Readonly<Record<string, readonly string[]>> = {
  js: ['ts', 'tsx'],
  jsx: ['tsx'],
  mjs: ['mts'],
  cjs: ['cts'],
}

/**
 * What a relative specifier in a file of the project may mean to TypeScript, in order: `./x.js` is also the file that a build
 * will make of `./x.ts`, and bundlers add extensions.
 */
export function localCandidatesOf(specifier: string): string[] {
  if (!isRelative(specifier)) return [specifier]
  const [, base = specifier, extension = ''] = /^(.*[^/.])\.([cm]?jsx?)$/.exec(specifier) ?? []
  const sources = sourcesOf[extension]
  if (sources !== undefined) return [specifier, ...sources.map((each) => `${base}.${each}`)]
  if (/\.\w+$/.test(specifier.slice(specifier.lastIndexOf('/')))) return [specifier]
  const names = ['.ts', '.tsx', '.js', '/index.ts', '/index.tsx', '/index.js']
  return [specifier, ...names.map((each) => specifier.replace(/\/$/, '') + each)]
}
