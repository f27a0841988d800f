/** Whether a program may go beyond its lock, as the environment has it: MIMEPORT_FROZEN, or else CI. */

import { isOff, isOn } from '../../switch.mts'

/** `ci`: frozen where there is a lock. */
export type LockMode = 'additive' | 'ci' | 'frozen'

export interface LockEnvironment {
  readonly MIMEPORT_FROZEN?: string | undefined
  readonly CI?: string | undefined
}

/** The mode; `undefined` where MIMEPORT_FROZEN is no switch. */
export function lockModeOf(environment: LockEnvironment): LockMode | undefined {
  const frozen = environment.MIMEPORT_FROZEN?.trim() ?? ''
  if (isOn(frozen)) return 'frozen'
  // Every service for continuous integration sets it.
  if (frozen === '') return isOff(environment.CI?.trim() ?? '') ? 'additive' : 'ci'
  return isOff(frozen) ? 'additive' : undefined
}
