/**
 * The program's workers. Node preloads us again in a worker, but not in every one: `execArgv: []` drops what the command
 * line says, an environment without `NODE_OPTIONS` what that says, and source text (`eval: true`) runs no `--import`. What
 * is missing is added, and the worker does not see it. docs/decisions/015-workers.md
 */

import { PermissionFlags, permissionModel, wordsOf } from '../../bridge/permission-flags.mts'
import { modules } from '../builtins.mts'
import { entryFor } from './entry.mts'
import { bequeath } from './inheritance.mts'
import { anchoredFlags, preloadFlags, preloadKind, withoutFlags } from './preload-flags.mts'
import { asWithoutUs } from './worker-error.mts'
import { workingFolder } from '../start.mts'
import type * as ThreadsModule from 'node:worker_threads'
import type { Worker, WorkerOptions } from 'node:worker_threads'
import type { Inheritance } from './inheritance.mts'
import type { PreloadKind } from './preload-flags.mts'
import type { Settings } from '../../settings.mts'
import type { Start } from '../start.mts'

type Threads = typeof ThreadsModule

export interface WorkersOptions {
  /** URL of the registered file. */
  readonly self: string
  /** Our own folder's URL. */
  readonly ownURL: string
  /** URL of the engine's entry: by it an engine's thread is known, which is never to be given hooks. */
  readonly engine: string
  /** What this thread was started with: its flags as Node has them, where `process.execArgv` hides some. */
  readonly start: Start
  /** What the program sees of this thread's flags. */
  readonly visible: readonly string[]
  /** Is told of each engine thread. */
  readonly onEngine: ((engine: Worker) => void) | undefined
  /** Is told of Node's module before the program has it. */
  readonly onThreads: (threads: Threads) => void
}

type Arguments = readonly [filename: unknown, options?: unknown, ...rest: unknown[]]

/** The names in Node's error for flags that a worker cannot have. */
function namedIn(error: unknown): string[] | undefined {
  const { code, message } = Object(error) as { code?: string; message?: string }
  if (code !== 'ERR_WORKER_INVALID_EXEC_ARGV') return undefined
  return (message ?? '').replace(/^.*?: /, '').split(', ')
}

/** Whether `new Worker(url)` names what Node has no worker for, and a loader may answer for. */
function isElsewhere(filename: unknown, isText: boolean): filename is URL {
  if (isText || !(filename instanceof URL)) return false
  return !['file:', 'data:', 'blob:', 'node:'].includes(filename.protocol)
}

/** Options that read as `options` do, but for `execArgv`. They may be of any kind, frozen, or a class's. */
function withFlags(options: object, execArgv: readonly string[]): object {
  return new Proxy(
    {},
    {
      get: (_, key) =>
        key === 'execArgv' ? execArgv : (options as Record<PropertyKey, unknown>)[key],
    },
  )
}

export class Workers {
  /** What is in force, and a worker is handed; `undefined`: nothing, and workers are Node's own. */
  settings: Settings | undefined
  readonly #options: WorkersOptions
  readonly #hides: boolean
  /** `NODE_OPTIONS` as it was when Node read it for this thread. */
  readonly #environment: string | undefined
  /** This thread's flags, as far as a worker can be given them. */
  #inheritable: readonly string[]
  readonly #kinds = new Map<string, PreloadKind | undefined>()
  /** Flags of its own make a worker forget what Node's configuration file has. */
  readonly #permissions: PermissionFlags | undefined
  #installed = false

  constructor(options: WorkersOptions) {
    this.#options = options
    const { start, visible } = options
    this.#environment = start.environment.NODE_OPTIONS
    this.#permissions = permissionModel() === undefined ? undefined : new PermissionFlags()
    this.#inheritable = start.execArgv
    this.#hides = start.execArgv.join('\n') !== visible.join('\n')
    const isThere = start.hasThreads
    if (isThere || options.onEngine !== undefined) this.#install(isThere)
  }

  /** Is told of each builtin that the program asks for. */
  asked(specifier: string): void {
    if (this.#installed) return
    if (specifier === 'node:worker_threads' || specifier === 'worker_threads') this.#install(false)
  }

  /** Puts a `Worker` in place that is Node's in all but the construction. */
  #install(isKnown: boolean): void {
    this.#installed = true
    const threads = process.getBuiltinModule('node:worker_threads')
    const { Worker } = threads
    const proxy = new Proxy(Worker, {
      construct: (target, args, newTarget) => {
        const construct = (given: Arguments): Worker => Reflect.construct(target, given, newTarget)
        try {
          return this.#construct(threads, args as unknown as Arguments, construct)
        } catch (error) {
          throw asWithoutUs(error, this.#options.ownURL)
        }
      },
    })
    threads.Worker = proxy
    Worker.prototype.constructor = proxy
    this.#options.onThreads(threads)
    // Only what was there before the program: its own changes of builtins are its own to publish.
    if (isKnown) modules().syncBuiltinESMExports()
  }

  #construct(threads: Threads, args: Arguments, construct: (args: Arguments) => Worker): Worker {
    const [filename, options = {}, ...rest] = args
    if (typeof options !== 'object' || options === null) return construct(args)
    const { env, eval: isEval, execArgv, workerData } = options as WorkerOptions
    const isOdd = Boolean(execArgv) && !Array.isArray(execArgv)
    if (isOdd) return construct(args)
    if ((Object(workerData) as { entry?: unknown }).entry === this.#options.engine) {
      const engine = construct(args)
      this.#options.onEngine?.(engine)
      return engine
    }
    if (this.settings === undefined) return construct(args)
    const isText = Boolean(isEval)
    const entry = isElsewhere(filename, isText) ? entryFor(filename.href) : undefined
    const start = (flags: readonly string[] | undefined): Worker => {
      const hidden = flags !== undefined || this.#hides
      const inheritance: Inheritance = {
        ownURL: this.#options.ownURL,
        settings: this.#isForeign(env) ? undefined : this.settings,
        execArgv: hidden ? [...(execArgv || this.#options.visible)].map(String) : undefined,
        entry,
      }
      const given = flags === undefined ? options : withFlags(options, flags)
      return bequeath(threads, inheritance, () =>
        construct([entry?.path ?? filename, given, ...rest]),
      )
    }
    return execArgv
      ? this.#startWith([...execArgv].map(String), options, isText, start)
      : this.#startLike(options, isText, start)
  }

  /** A worker that has its flags from the program. */
  #startWith(
    words: readonly string[],
    { env }: WorkerOptions,
    isText: boolean,
    start: (flags: readonly string[] | undefined) => Worker,
  ): Worker {
    const environment =
      typeof env === 'object' && env !== null ? env['NODE_OPTIONS'] : process.env['NODE_OPTIONS']
    const flags = this.#anchored(words)
    const missing = this.#missing(flags, environment, isText)
    if (missing.length === 0 && flags === words) return start(undefined)
    try {
      return start([...missing, ...flags])
    } catch (error) {
      // Node is to say itself what it does not take.
      return namedIn(error) === undefined ? fail(error) : start(undefined)
    }
  }

  /** A worker that has its flags from this thread. */
  #startLike(
    { env }: WorkerOptions,
    isText: boolean,
    start: (flags: readonly string[] | undefined) => Worker,
  ): Worker {
    const isOwn = typeof env === 'object' && env !== null
    const environment = isOwn ? env['NODE_OPTIONS'] : this.#environment
    const { execArgv } = this.#options.start
    const flags = this.#anchored(execArgv)
    const missing = this.#missing(flags, environment, isText)
    // Given flags, Node reads the environment anew. What it read for this thread may have been a permission.
    const isChanged = !isOwn && (process.env['NODE_OPTIONS'] || undefined) !== this.#environment
    if ((missing.length === 0 && flags === execArgv) || isChanged) return start(undefined)
    try {
      return start(this.#flagsLike(missing))
    } catch (error) {
      const named = namedIn(error)
      if (named === undefined) return fail(error)
      this.#inheritable = withoutFlags(this.#inheritable, named)
    }
    try {
      return start(this.#flagsLike(missing))
    } catch (error) {
      return namedIn(error) === undefined ? fail(error) : start(undefined)
    }
  }

  /** This thread's flags, and what a worker needs more. */
  #flagsLike(missing: readonly string[]): string[] {
    const permissions = this.#permissions?.list() ?? []
    return [...missing, ...this.#anchored(this.#inheritable), ...permissions]
  }

  /** Flags that mean us wherever the program has gone since: the same array where it went nowhere. */
  #anchored(words: readonly string[]): readonly string[] {
    const { folder } = this.#options.start
    if (folder === undefined || folder === workingFolder()) return words
    const flags = anchoredFlags(words, this.#options.self, folder)
    return flags.every((flag, index) => flag === words[index]) ? words : flags
  }

  /** The flags without which a worker with these would not preload us. */
  #missing(words: readonly string[], environment: unknown, isText: boolean): readonly string[] {
    const more = typeof environment === 'string' ? wordsOf(environment) : []
    const kinds = [this.#kindOf(words), this.#kindOf(more)]
    if (kinds.includes('require') || (!isText && kinds.includes('import'))) return []
    return preloadFlags([...words, ...more], this.#options.self, isText)
  }

  #kindOf(words: readonly string[]): PreloadKind | undefined {
    if (words.length === 0) return undefined
    const key = words.join('\n')
    if (!this.#kinds.has(key)) this.#kinds.set(key, preloadKind(words, this.#options.self))
    return this.#kinds.get(key)
  }

  /** Whether a worker's environment names another configuration. */
  #isForeign(env: WorkerOptions['env']): boolean {
    if (typeof env !== 'object' || env === null) return false
    return ['MIMEPORT_CONFIG', 'MIMEPORT_LOADERS'].some(
      (name) => env[name] !== undefined && env[name] !== process.env[name],
    )
  }
}

function fail(error: unknown): never {
  throw error
}
