/** What an entrance of the matrix is: a way to start Node, in which a program reaches modules. */

import type { Placed } from './source.mts'
import type { RunOptions } from '../support/spawn.mts'

/** What a program does to reach a module, as far as it makes a difference for what can be expected. */
export type Manner = 'import' | 'require' | 'resolve' | 'program' | 'preload'

export interface Start extends Pick<RunOptions, 'env' | 'input' | 'nodeArgs'> {
  readonly args: readonly string[]
}

export interface Entrance {
  readonly name: string
  readonly manner: Manner
  /** What `resolve` is to answer with. */
  readonly resolvesTo?: 'url' | 'filename'
  /** How to start Node with a loader; `placed` for a program that is a module itself. */
  start(loader: string, placed: Placed): Start
  /** What it is to print; nothing when left out. */
  readonly stdout?: RegExp
  /** What Node prints of its own accord, by a start without us: `--entry-url` warns that it is experimental. */
  readonly warns?: readonly string[]
  /** It goes on until it is told to end. */
  readonly endless?: boolean
  /** It requires, and has no way to import. */
  readonly synchronous?: boolean
}
