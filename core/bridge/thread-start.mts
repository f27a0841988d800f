/** How the engine's thread is started. What it is to do it is told by a message: it comes up meanwhile. */

import { modules, paths } from '../application/builtins.mts'
import { LoaderError } from '../errors.mts'
import { networkFlags } from './network-flags.mts'
import {
  CELLS,
  ENDED,
  MEMORY_BYTES,
  NOTE_BYTES,
  PATIENCE,
  PHASE,
  START_ERROR,
  WAKE,
} from './protocol.mts'
import { UNRESPONSIVE } from '../limits.mts'
import type * as ThreadsModule from 'node:worker_threads'
import type { Worker } from 'node:worker_threads'
import type { EngineThread } from './engine-thread.mts'

type Threads = typeof ThreadsModule

/** As the module was before the program could change it. */
let kept: Threads | undefined

/** Keeps the module as it is now: programs put a `Worker` of their own in place, for tests and for pools. */
export function keepThreads(threads: Threads): void {
  kept ??= { ...threads }
}

/** Taken at first use: a program that does not need the engine does not pay for the module. */
export const threads = () => kept ?? process.getBuiltinModule('node:worker_threads')

/** MiB for what is new in the engine's memory. docs/decisions/034-engine-start.md */
const YOUNG = 8

/**
 * What the thread runs first. A thread whose file is missing or broken ends without a word to a caller that is asleep;
 * this one cannot fail, and says what happened. Plain JavaScript: it is evaluated, not imported.
 */
const bootstrap = `
const { workerData } = require('node:worker_threads')
if (workerData.compileCache !== undefined) {
  require('node:module').enableCompileCache(workerData.compileCache)
}
import(workerData.entry).catch((error) => {
  const { name, message, stack, code, permission, resource } = Object(error)
  const packed = { name, message, stack, code, permission, resource }
  workerData.port.postMessage({ id: ${START_ERROR}, error: packed, fatal: true })
  const cells = new Int32Array(workerData.memory, 0, ${CELLS})
  Atomics.store(cells, ${PHASE}, ${ENDED})
  Atomics.add(cells, ${WAKE}, 1)
  Atomics.notify(cells, ${WAKE})
})`

/**
 * Where the program has V8's compile cache, which a thread does not inherit; `undefined` where it has none. Node says the
 * folder of its own version, below the one that it is to be told.
 */
function compileCache(): string | undefined {
  const folder = modules().getCompileCacheDir?.()
  return folder === undefined ? undefined : paths().dirname(folder)
}

/** Whether nobody else prints while this process waits: who forked it does. `--watch` forks, and is quiet. */
function ownsTerminal(): boolean {
  return process.send === undefined || process.env['WATCH_REPORT_DEPENDENCIES'] !== undefined
}

/**
 * Starts an engine thread, which waits for its settings. `entry`: the URL of its first module; `permissions`: the flags that
 * put it under the permission model.
 * @throws {LoaderError} ERR_MIMEPORT_ENGINE_START when the system or the permission model refuses a thread.
 */
export function startThread(entry: string, permissions: readonly string[]): EngineThread {
  const { Worker: EngineWorker, MessageChannel, isMainThread } = threads()
  const { port1: port, port2 } = new MessageChannel()
  const memory = new SharedArrayBuffer(MEMORY_BYTES)
  // ! All three: our own preload would run again in the engine through the flags (`execArgv`) as well as through
  // `NODE_OPTIONS`, and would start an engine of its own; the entry marks the thread against what else may come.
  const { NODE_OPTIONS: _options, ...env } = process.env
  const network = networkFlags()
  const cells = new Int32Array(memory, 0, CELLS)
  Atomics.store(cells, PATIENCE, UNRESPONSIVE)
  let worker: Worker
  try {
    worker = new EngineWorker(bootstrap, {
      eval: true,
      workerData: {
        entry,
        port: port2,
        memory,
        compileCache: compileCache(),
        ownsTerminal: isMainThread && ownsTerminal(),
      },
      transferList: [port2],
      // Without the permission flags, under the permission model, the engine would be free of it.
      execArgv: [...permissions, ...network.execArgv],
      env: { ...env, ...network.env },
      name: 'mimeport',
      // What is made of a module is let go of soon: V8 would take three times as much before it looks.
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG },
    })
  } catch (cause) {
    throw startFailure(cause)
  }
  // ! A program that is done must end, and an idle engine must not keep it.
  worker.unref()
  port.unref()
  return {
    worker,
    port,
    cells,
    permissions: permissions.join('\n'),
    note: new Uint8Array(memory, MEMORY_BYTES - NOTE_BYTES, NOTE_BYTES),
    startedAt: performance.now(),
    received: 0,
    counted: 0,
    awaited: START_ERROR,
    answers: new Map(),
    pending: new Map(),
    listener: undefined,
  }
}

/** The error for an engine that did not come up. */
export function startFailure(cause: unknown, what = 'could not be started'): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_ENGINE_START',
    `The engine thread ${what}: the installation may be damaged, or the system may be out of threads or memory`,
    { cause },
  )
}
