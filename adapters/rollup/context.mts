/** `this` in a plugin's hooks. https://rollupjs.org/plugin-development/#plugin-context, checked on 2026-11-21. */

import * as fs from 'node:fs/promises'
import { resolve as resolvePath } from 'node:path'
import { LoaderError } from '../../core/errors.mts'
import { version } from '../../core/version.mts'
import { combinedMap } from './combined-map.mts'
import { unsupported } from './failure.mts'
import { parserOf } from './parser.mts'
import { watchFile, watchedFiles } from './watched.mts'
import type { PluginDriver } from './driver.mts'
import type { EmittedFile } from './assets.mts'
import type { Hook } from './hooks.mts'

/** Whose interface this is: the version of Rollup that it was written by. */
export const ROLLUP_VERSION = '4.67.4'

/** What the log functions and `this.error` take. */
type Log = string | { readonly message?: string } | (() => string | { readonly message?: string })

function textOf(log: Log): string {
  const said = typeof log === 'function' ? log() : log
  return typeof said === 'string' ? said : String(said?.message)
}

/** Line from 1 and column from 0 of an offset, as Rollup has them. */
function locationOf(code: string, position: number) {
  const lines = code.slice(0, position).split('\n')
  return { line: lines.length, column: lines.at(-1)!.length }
}

/** A plugin's error, with Rollup's properties. */
function errorOf(log: Log | Error, position: unknown, code: string | undefined): Error {
  const error = log instanceof Error ? log : new Error(textOf(log as Log))
  if (!(log instanceof Error) && typeof log === 'object') Object.assign(error, log)
  const at = position ?? (error as { pos?: unknown }).pos
  if (typeof at === 'number' && code !== undefined) {
    Object.assign(error, { pos: at, loc: locationOf(code, at) })
  } else if (typeof at === 'object' && at !== null) Object.assign(error, { loc: at })
  return error
}

export interface CallState {
  /** What the hook was given, for `this.error(…, position)`. */
  readonly code?: string
  readonly id?: string
  /** The map of what was done so far, JSON. */
  readonly combined?: () => string | undefined
}

/** Makes the context of one call. */
export function makeContext(driver: PluginDriver, hook: Hook, state: CallState = {}) {
  const { plugin, name } = hook
  const { assets, options } = driver
  const refuse = (why: string) => unsupported(plugin.name, name, why)
  const say = (level: 'warn' | 'info' | 'debug') => (log: Log, _position?: unknown) =>
    driver.log(level, plugin.name, () => textOf(log))
  return {
    meta: { rollupVersion: ROLLUP_VERSION, watchMode: false, mimeportVersion: version() },
    fs,
    cache: driver.cacheOf(plugin),
    environment: driver.environment,
    warn: say('warn'),
    info: say('info'),
    debug: say('debug'),
    error(log: Log | Error, position?: unknown): never {
      throw errorOf(log, position, state.code)
    },
    resolve(source: string, importer?: string, given: { skipSelf?: boolean } = {}) {
      const { skipSelf = true, ...rest } = given
      return driver.resolveOrFind(source, importer, {
        ...rest,
        skip: skipSelf ? plugin : undefined,
      })
    },
    async load({ id, ...rest }: { id: string; meta?: Record<string, unknown> }) {
      driver.infos.note(id, rest)
      await driver.make(id)
      return driver.infos.get(id)
    },
    parse(code: string, given?: object) {
      const parse = parserOf(options.root)
      if (parse === undefined) {
        throw refuse('this.parse needs a parser, and the project has none: npm install rollup')
      }
      return parse(code, given)
    },
    emitFile(file: EmittedFile): string {
      if (file.type === 'asset') return assets.emit(file)
      throw refuse(`this.emitFile of type '${file.type}' is for bundles; an asset has a URL here`)
    },
    setAssetSource(id: string, source: string | Uint8Array) {
      if (!assets.setSource(id, source)) throw refuse(`there is no asset '${id}'`)
    },
    getFileName(id: string): never {
      throw refuse(`'${id}' is no file: import.meta.ROLLUP_FILE_URL_${id} is its URL`)
    },
    getModuleInfo: (id: string) => driver.infos.get(id) ?? null,
    getModuleIds: () => driver.infos.ids(),
    addWatchFile: (path: string) => watchFile(resolvePath(options.root, path)),
    getWatchFiles: watchedFiles,
    getCombinedSourcemap() {
      if (state.combined === undefined) {
        throw refuse('this.getCombinedSourcemap is there in transform alone')
      }
      return combinedMap(state.combined(), state.code ?? '', state.id ?? '')
    },
  }
}

/** The error for what a hook returns and cannot be met. */
export function refuseResult(hook: Hook, result: object, property: string, why: string): void {
  const value = (result as Record<string, unknown>)[property]
  if (value === undefined || value === null || value === false) return
  throw unsupported(hook.plugin.name, hook.name, `it returns "${property}", and ${why}`)
}

/** The error for what a hook returned that is nothing. */
export function invalidResult(hook: Hook, expected: string, found: string): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_INVALID_RETURN',
    `Expected ${expected} from plugin '${hook.plugin.name}' "${hook.name}". Received ${found}`,
  )
}
