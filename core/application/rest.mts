/**
 * The application thread's half beyond the gate, in the repository: modules that are loaded when they are needed. In the
 * package it is one script, by `built-rest.mts`. docs/decisions/032-gate.md
 */

import * as builtins from './builtins.mts'
import { LoaderError } from '../errors.mts'
import * as errors from '../errors.mts'
import * as grant from '../grant.mts'
import * as native from '../native.mts'
import * as ownRequire from '../own-require.mts'
import * as start from './start.mts'
import * as text from '../text.mts'
import type { buildSync } from 'esbuild'
import type * as Rest from './attach.mts'
import type * as Early from './early.mts'

const { requireOwn, requiresModules } = ownRequire

/** What is loaded already, and is to be there once: by its file, seen from ours. */
const shared: Readonly<Record<string, unknown>> = {
  './core/application/builtins.mts': builtins,
  './core/application/start.mts': start,
  './core/errors.mts': errors,
  './core/grant.mts': grant,
  './core/native.mts': native,
  './core/own-require.mts': ownRequire,
  './core/text.mts': text,
}

/** The rest, and what may be done for the next start. */
export type LoadedRest = Pick<typeof Rest, 'attach' | 'refuse' | 'release' | 'Registrations'> & {
  /** Keeps what V8 has compiled of it. */
  readonly keep?: () => void
}

const ENTRY = './core/application/attach.mts'

/** Loads what starts the engine's thread early; `undefined` where that cannot be: then nothing is started early. Never throws. */
export function loadEarly(self: string): typeof Early | undefined {
  try {
    const require = builtins.modules().createRequire(self)
    return requiresModules() ? requireOwn(require, './core/application/early.mts') : undefined
  } catch {
    // Whatever is wrong with it is said by the rest.
    return undefined
  }
}

/** Makes a script of the modules, for a Node that cannot be asked for them: slowly. */
function bundled(self: string, require: NodeJS.Require): typeof Rest {
  const root = builtins.urls().fileURLToPath(native.parseURL('.', self)!)
  const esbuild = requireOwn<{ buildSync: typeof buildSync }>(require, 'esbuild')
  const { outputFiles } = esbuild.buildSync({
    absWorkingDir: root,
    entryPoints: [ENTRY],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    packages: 'external',
    external: Object.keys(shared).map((file) => builtins.paths().join(root, file)),
    define: { 'import.meta.url': 'self' },
  })
  const { compileFunction } = process.getBuiltinModule('node:vm')
  const parameters = ['module', 'require', 'self']
  const filename = native.parseURL(ENTRY, self)!.href
  const module = { exports: {} as typeof Rest }
  compileFunction(outputFiles[0]!.text, parameters, { filename })(
    module,
    (file: string) => shared[file],
    self,
  )
  return module.exports
}

/**
 * Loads it, now.
 * @param self the registered file's URL
 * @throws {LoaderError} ERR_MIMEPORT_ENGINE_START
 */
export function loadRest(self: string): LoadedRest {
  const require = builtins.modules().createRequire(self)
  if (requiresModules()) return requireOwn<typeof Rest>(require, ENTRY)
  try {
    return bundled(self, require)
  } catch (cause) {
    throw new LoaderError(
      'ERR_MIMEPORT_ENGINE_START',
      'The source of mimeport cannot be loaded where `require` takes no ES modules: build the package (npm run build), and preload its loader.mjs',
      { cause },
    )
  }
}
