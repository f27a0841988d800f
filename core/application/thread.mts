/** What there is once in this thread, whatever is registered in it, and however often. */

import { expectEntry } from './program/entry.mts'
import { inherit } from './program/inheritance.mts'
import { keepThreads } from '../bridge/thread-start.mts'
import { rememberFormatter } from './node/node-error.mts'
import { rememberHandlers } from './node/require.mts'
import { rememberSourceMaps } from './source-maps.mts'
import { Watcher, isWatched } from './program/watch.mts'
import { Workers } from './program/workers.mts'
import type { Origins } from './module-store.mts'
import type { Settings } from '../settings.mts'
import type { Start } from './start.mts'

export interface ThreadOptions {
  /** URL of the registered file. */
  readonly self: string
  /** Our own folder's URL. */
  readonly ownURL: string
  /** URL of the engine's entry. */
  readonly engine: string
  readonly start: Start
}

export class Thread {
  /** What the thread was started with; its flags as the program sees them. */
  readonly start: Start
  /** What whoever started this worker had in force. */
  readonly inherited: Settings | undefined
  readonly watcher = isWatched() ? new Watcher() : undefined
  readonly workers: Workers
  /** Modules stay, and go on to import others, when what loaded them is gone. */
  readonly origins: Origins = new Map()

  constructor({ self, ownURL, engine, start }: ThreadOptions) {
    const inheritance = start.hasThreads ? inherit(ownURL) : undefined
    const visible = inheritance?.execArgv ?? start.execArgv
    this.start = { ...start, execArgv: visible }
    this.inherited = inheritance?.settings
    expectEntry(inheritance?.entry)
    rememberSourceMaps(start.sourceMaps)
    rememberFormatter(start.formatter)
    rememberHandlers(start.handlers)
    this.workers = new Workers({
      self,
      ownURL,
      engine,
      start,
      visible,
      onEngine: this.watcher?.follow,
      onThreads: keepThreads,
    })
  }
}
