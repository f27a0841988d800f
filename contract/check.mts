/** One thing that a loader must do, before it is bound to a loader. */

import type { Registration } from '../core/engine/registration.mts'
import type { ContractSamples } from './samples.mts'
import type { Subject } from './subject.mts'

export interface Trial {
  readonly loader: Registration
  readonly samples: ContractSamples
  readonly subject: Subject
}

export interface Check {
  /** A fact, present tense: the case's name, and its key in `skip`. */
  readonly name: string
  /** Throws when it is none. */
  readonly check: (trial: Trial) => Promise<void> | void
}
