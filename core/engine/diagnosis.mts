/** What the engine says to who asks what is wrong: each answer has a file of its own, for those who ask. */

import type { Diagnosis, Gives } from '../bridge/protocol.mts'
import type { Settings } from '../settings.mts'

export async function diagnose(
  { method, params }: Diagnosis,
  settings: Settings,
): Promise<Gives<Diagnosis['method']>> {
  if (method === 'loaders') return (await import('./survey.mts')).survey(settings)
  if (method === 'reach') return (await import('./reach.mts')).reach(params)
  return (await import('./inspection.mts')).inspect(settings)
}
