/** What an engine does for the command line and for who wants to know, besides imports: imported when it is asked for. */

import type { boot } from '../engine/boot.mts'
import type { Settings } from '../settings.mts'
import type { Call, Gives, Work } from './protocol.mts'

export { configurePulse } from '../pulse.mts'

type Ready = Awaited<ReturnType<typeof boot>>

/** Asks what is wrong: answered though no engine could be made. */
type Diagnosis = Extract<Call, { readonly method: 'inspect' | 'loaders' | 'reach' }>

type Task = Exclude<Extract<Call, { readonly method: Work }>, Diagnosis>

export function isDiagnosis(call: Call): call is Diagnosis {
  return ['inspect', 'loaders', 'reach'].includes(call.method)
}

/** Looks at what may be wrong. */
export async function diagnose(
  { method, params }: Diagnosis,
  settings: Settings,
): Promise<Gives<Diagnosis['method']>> {
  if (method === 'loaders') return (await import('../engine/survey.mts')).survey(settings)
  if (method === 'reach') return (await import('../engine/reach.mts')).reach(params)
  return (await import('../engine/inspection.mts')).inspect(settings)
}

/** Does what is asked. */
export async function perform(
  { method, params }: Task,
  tools: Ready & { readonly settings: Settings },
): Promise<Gives<Task['method']>> {
  switch (method) {
    case 'cache':
      return (await import('../engine/housekeeping.mts')).keepHouse(tools.settings, params)
    case 'outdated':
      return (await import('../engine/outdated.mts')).findOutdated(tools, params)
    case 'types':
      return (await import('../engine/typing/walk.mts')).typesOf(tools, params)
    case 'explain':
      return (await import('../engine/explain.mts')).explain(tools, params)
    case 'graph':
      return (await import('../engine/explain.mts')).graph(tools, params)
    case 'bodies':
      return (await import('../engine/locking.mts')).lockedBodies(tools, params)
    case 'walk':
      return (await import('../engine/locking.mts')).walkLock(tools, params)
  }
}
