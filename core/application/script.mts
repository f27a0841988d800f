/**
 * A part of this half that is a script of its own, in the package: it is read and compiled when it is needed, and has the
 * modules that are there once from whoever loads it. docs/decisions/032-gate.md
 */

import { fs, urls } from './builtins.mts'
import { codeFile, keepCode, readCode } from './compiled.mts'
import { parseURL } from '../native.mts'

export interface LoadedScript {
  readonly exports: object
  /** Keeps what V8 has compiled of it, where that was not kept yet. */
  readonly keep?: () => void
}

/**
 * Loads a script, now.
 * @param path from the registered file on
 * @param shared modules by name
 * @param require what it takes packages by
 * @throws errors of Node's, where it cannot be read
 */
export function loadScript(
  self: string,
  path: string,
  shared: object,
  require?: NodeJS.Require,
): LoadedScript {
  const { href } = parseURL(path, self)!
  const text = fs().readFileSync(urls().fileURLToPath(href))
  const place = codeFile(href)
  const code = place === undefined ? undefined : readCode(place, text)
  const { Script } = process.getBuiltinModule('node:vm')
  // By its URL, as the frames of a module are.
  const [head, tail] = ['(function (module, shared, self, require) {', '\n})']
  const source = `${head}${text.toString('latin1')}${tail}`
  const script = new Script(source, {
    filename: href,
    ...(code !== undefined && { cachedData: code }),
  })
  const module = { exports: {} }
  ;(script.runInThisContext() as (...parts: unknown[]) => void)(module, shared, self, require)
  // V8 has the text, for as long as the program runs; its bytes are not held for the end.
  const bytes = () => Buffer.from(source.slice(head.length, -tail.length), 'latin1')
  const isKept = place === undefined || script.cachedDataRejected === false
  return {
    exports: module.exports,
    ...(!isKept && { keep: () => keepCode(place, bytes(), script.createCachedData()) }),
  }
}
