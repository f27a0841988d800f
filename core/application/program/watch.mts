/**
 * What `node --watch` is told of beyond what Node tells it. Node reports each module, in workers as well: so what went
 * through the chain and what the engine imports is watched. It does not know the configuration; on Linux it watches no file
 * that is missing; and what a thread says is lost if the program ends at once. docs/node-notes.md: watch mode is told of
 * modules.
 */

import { paths, urls, fs } from '../builtins.mts'
import type { MessagePort, Worker } from 'node:worker_threads'

/** Whether somebody watches this process. `--watch-path` needs no reports, and has no channel for them. */
export function isWatched(): boolean {
  return process.env['WATCH_REPORT_DEPENDENCIES'] !== undefined && process.send !== undefined
}

function report(path: string): void {
  if (process.connected) process.send?.({ 'watch:require': [path] })
}

/** The port by which a worker reports to Node, which keeps it under a symbol. */
function portOf(worker: Worker): MessagePort | undefined {
  const key = Object.getOwnPropertySymbols(worker).find(
    (each) => each.description === 'kPublicPort',
  )
  return key === undefined
    ? undefined
    : ((Reflect.get(worker, key) as MessagePort | null) ?? undefined)
}

/**
 * Passes on what an engine has reported and this thread had no time to hear. As one message: what does not fit into the
 * channel at once is lost, since the program ends.
 */
function passOn(worker: Worker): void {
  const port = portOf(worker)
  if (port === undefined) return
  const { receiveMessageOnPort } = process.getBuiltinModule('node:worker_threads')
  const reports: Record<string, unknown[]> = {}
  for (;;) {
    const received = receiveMessageOnPort(port)
    if (received === undefined) break
    for (const [kind, files] of Object.entries(Object(received.message))) {
      if (!kind.startsWith('watch:') || !Array.isArray(files)) continue
      // What is no file ends the reading of a message, and the rest of it would not be watched.
      const isFile = (file: unknown) => kind !== 'watch:import' || String(file).startsWith('file:')
      ;(reports[kind] ??= []).push(...files.filter(isFile))
    }
  }
  if (process.connected && Object.keys(reports).length > 0) process.send?.(reports)
}

/**
 * Reports what a program ends for: a configuration that cannot be used, or a file that is missing. Linux watches no file
 * that is not there, so its folder is watched.
 */
function reportCause(error: unknown): void {
  const { code, message, url } = Object(error) as { code?: string; message?: string; url?: string }
  if (code === 'ERR_MIMEPORT_CONFIG') {
    const [, path] = /'(.+?)(?:#mimeport)?': /.exec(message ?? '') ?? []
    if (path !== undefined) report(path)
  }
  if (code !== 'ERR_MODULE_NOT_FOUND' || !url?.startsWith('file:')) return
  const path = urls().fileURLToPath(url)
  report(paths().dirname(path))
  report(path)
}

/** The reports of a process that is watched. To be made before anything can fail. */
export class Watcher {
  readonly #engines = new Set<Worker>()

  constructor() {
    process.on('uncaughtExceptionMonitor', reportCause)
    process.on('exit', () => this.#engines.forEach(passOn))
  }

  /** Reports the configuration of the project in a folder. */
  readonly reportConfiguration = (root: string): void => {
    const explicit = process.env['MIMEPORT_CONFIG']
    const own = ['mimeport.json', 'package.json'].map((name) => paths().join(root, name))
    for (const path of explicit ? [paths().resolve(explicit)] : own) {
      if (fs().existsSync(path)) report(path)
    }
  }

  /** Listens to an engine thread. */
  readonly follow = (engine: Worker): void => {
    this.#engines.add(engine)
    engine.once('exit', () => this.#engines.delete(engine))
  }
}
