/** What the application thread's end of the bridge is given. */

import type { EventSink } from '../events.mts'
import type { PackSettings, Settings } from '../settings.mts'
import type { NodeModule } from '../types.mts'
import type { EngineThread } from './engine-thread.mts'

export interface BridgeOptions {
  /** The engine thread's entry. */
  readonly entry: URL
  readonly settings: Settings
  /** Where the engine adds what it makes. */
  readonly pack?: () => PackSettings | undefined
  /** A thread that was started before anybody knew the settings. */
  readonly early?: EngineThread | undefined
  /** Is told of each module that the engine made ahead. */
  readonly onPush: (key: string, module: NodeModule) => void
  /** Takes what the engine tells of, to be published when this thread is in no call. */
  readonly events?: EventSink
}
