/**
 * `createRequire(import.meta.url)` for modules that are no files. Node refuses any URL that is not `file:`, and published
 * packages call it at their top level. docs/node-notes.md: createRequire of a URL that is no file's.
 */

import { modules, urls } from '../builtins.mts'
import type { createRequire } from 'node:module'
import type { ModuleStore } from '../module-store.mts'

type CreateRequire = typeof createRequire

/** Node's CommonJS module, as far as it is needed here. */
interface CommonJsModule {
  exports: unknown
  filename: string
  paths: readonly string[]
  _compile(text: string, filename: string, format: string): void
}

interface CommonJs {
  createRequire: CreateRequire
  new (id: string): CommonJsModule
  _nodeModulePaths(folder: string): readonly string[]
}

export interface CreateRequireOptions {
  readonly store: ModuleStore
  /** A file: URL in the project's root: whose packages a bare name means. */
  readonly rootURL: string
}

let provided = false

/**
 * Puts a `createRequire` in place that knows our modules' URLs, too, the first time that one of them is about to run. What
 * is no such URL is Node's, and so is the answer.
 */
export function provideCreateRequire({ store, rootURL }: CreateRequireOptions): void {
  if (provided) return
  provided = true
  const Module = modules() as unknown as CommonJs
  const original = Module.createRequire
  try {
    Module.createRequire = function createRequire(filename) {
      const url = filename instanceof URL ? filename.href : filename
      if (typeof url !== 'string' || url.startsWith('file:') || store.originOf(url) === undefined) {
        return original(filename)
      }
      const parent = new Module(url)
      parent.filename = url
      parent.paths = Module._nodeModulePaths(urls().fileURLToPath(rootURL))
      // Node makes a `require` for what it compiles, and gives none away in another way.
      parent._compile('module.exports = require', 'mimeport:createRequire', 'commonjs')
      return parent.exports as ReturnType<CreateRequire>
    }
    // ! Without it `import { createRequire } from 'node:module'` goes on to mean Node's.
    modules().syncBuiltinESMExports()
  } catch {
    // `--frozen-intrinsics`: Node's stays, and refuses.
  }
}
