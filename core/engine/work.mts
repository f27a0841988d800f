/** What the engine does that is no import of the program: each has a file of its own, for those who ask for it. */

import type { boot } from './boot.mts'
import type { Call, Diagnosis, Gives, Work } from '../bridge/protocol.mts'
import type { Settings } from '../settings.mts'

type Task = Exclude<Extract<Call, { readonly method: Work }>, Diagnosis>

export async function work(
  { method, params }: Task,
  running: Awaited<ReturnType<typeof boot>>,
  settings: Settings,
): Promise<Gives<Task['method']>> {
  if (method === 'cache') {
    const { keepHouse } = await import('./housekeeping.mts')
    return keepHouse(settings, params)
  }
  const tools = { ...running, settings }
  if (method === 'explain' || method === 'graph') {
    const { explain, graph } = await import('./explain.mts')
    return method === 'explain' ? explain(tools, params) : graph(tools, params)
  }
  if (method === 'outdated') {
    const { findOutdated } = await import('./outdated.mts')
    return findOutdated(tools, params)
  }
  const { lockedBodies, walkLock } = await import('./locking.mts')
  return method === 'walk' ? walkLock(tools, params) : lockedBodies(tools, params)
}
