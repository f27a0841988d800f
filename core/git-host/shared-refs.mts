/**
 * One listing of a repository for all threads of a process: each thread of a program has an engine of its own, and a branch
 * must not be at one commit in one of them and at another in the next. Whoever has a listing holds a lock that says so, and
 * tells it to whoever asks. Locks are the process's; Node's channels reach all of its threads.
 */

import type { Refs } from './remote-refs.mts'

/** What goes over the channel. */
type Message =
  | { readonly kind: 'question'; readonly key: string }
  | { readonly kind: 'answer'; readonly key: string; readonly refs: Refs }

/** How long whoever has a listing is given to tell it, ms: its thread may be compiling something. */
const PATIENCE = 1_000

const NAME = 'mimeport:refs'

/** What this thread tells others, and how it says that it no longer can. */
const told = new Map<string, { refs: Refs; release: () => void }>()
/** Who waits here for an answer. */
const waiting = new Map<string, (refs: Refs) => void>()
let channel: InstanceType<typeof BroadcastChannel> | undefined

function openChannel(): InstanceType<typeof BroadcastChannel> {
  if (channel !== undefined) return channel
  channel = new BroadcastChannel(NAME)
  channel.onmessage = ({ data }: { data: Message }) => {
    if (data?.kind === 'answer') return waiting.get(data.key)?.(data.refs)
    const refs = told.get(data?.key)?.refs
    if (refs !== undefined) send({ kind: 'answer', key: data.key, refs })
  }
  // It may not keep the engine's event loop turning: nobody would notice that a loader never answers.
  ;(channel as unknown as { unref(): void }).unref()
  return channel
}

function send(message: Message): void {
  openChannel().postMessage(message)
}

/** Asks the other threads; `undefined` when the one that has it does not answer in time. */
async function ask(key: string): Promise<Refs | undefined> {
  const { promise, resolve } = Promise.withResolvers<Refs | undefined>()
  const timer = setTimeout(() => resolve(undefined), PATIENCE)
  waiting.set(key, resolve)
  send({ kind: 'question', key })
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    waiting.delete(key)
  }
}

/** Tells others of a listing from now on, in place of an earlier one. */
export function tellRefs(key: string, refs: Refs): void {
  const { locks } = globalThis.navigator ?? {}
  if (locks === undefined) return
  const known = told.get(key)
  if (known !== undefined) {
    known.refs = refs
    return
  }
  const { promise, resolve: release } = Promise.withResolvers<void>()
  told.set(key, { refs, release })
  openChannel()
  // Held until it is forgotten, or the thread ends.
  locks.request(`${NAME} has ${key}`, { mode: 'shared' }, () => promise).catch(release)
}

/** Tells others no more of listings whose key begins so. */
export function forgetTold(start = ''): void {
  for (const [key, { release }] of told) {
    if (!key.startsWith(start)) continue
    release()
    told.delete(key)
  }
}

/**
 * Gets the listing that another thread of this process has, or else makes one by `list`, and tells it to others. Two
 * threads do not list at the same time. Where Node was told to have no `navigator`, each thread is on its own.
 */
export async function shareRefs(key: string, list: () => Promise<Refs>): Promise<Refs> {
  const { locks } = globalThis.navigator ?? {}
  if (locks === undefined) return list()
  // Nothing else keeps the event loop turning while another thread holds the lock.
  const alive = setInterval(() => {}, PATIENCE)
  const listed = locks.request(`${NAME} lists ${key}`, async () => {
    const isFirst = await locks.request(
      `${NAME} has ${key}`,
      { ifAvailable: true },
      async (lock) => lock !== null,
    )
    const refs = (isFirst ? undefined : await ask(key)) ?? (await list())
    tellRefs(key, refs)
    return refs
  })
  return listed.finally(() => clearInterval(alive))
}
