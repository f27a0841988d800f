/** The engine's thread as the application thread sees it: what belongs to it, and how its messages are taken. */

import { WAKE } from './protocol.mts'
import { threads } from './thread-start.mts'
import type { MessagePort, Worker } from 'node:worker_threads'
import type { Message } from './protocol.mts'

export interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** One engine thread and what belongs to it. */
export interface EngineThread {
  readonly worker: Worker
  readonly port: MessagePort
  readonly cells: Int32Array
  /** The permissions that it was started with. */
  readonly permissions: string
  /** UTF-8 of the last call of a loader: what is left when the thread is dead. */
  readonly note: Uint8Array
  /** ms, `performance.now()`. */
  readonly startedAt: number
  /** How many pushed modules were received. */
  received: number
  /** What `WAKE` was when messages were looked for last. */
  counted: number
  /** The call that the application thread sleeps for. */
  awaited: number
  /** The answer that is waited for, and that of a start that failed. */
  readonly answers: Map<number, Message>
  /** Calls that do not block, without an answer yet. */
  readonly pending: Map<number, Pending>
  /** Takes messages while such calls wait. */
  listener: ((message: Message) => void) | undefined
}

/**
 * Takes messages as they come, for calls that do not block. One listener for all of them: the port is on while there is one,
 * and off, and unref'd, without. `removeAllListeners` would leave it on, and what the engine pushes would go to nobody. Checked
 * on Node 24.18 and 26.10.
 */
export function listen(thread: EngineThread, take: (message: Message) => void): void {
  if (thread.listener !== undefined) return
  thread.listener = take
  thread.port.on('message', take)
}

/** Takes them no more. */
export function unlisten(thread: EngineThread): void {
  if (thread.listener === undefined) return
  thread.port.off('message', thread.listener)
  thread.listener = undefined
}

/** Takes the messages that are there. */
export function receive(thread: EngineThread, take: (message: Message) => void): void {
  const { receiveMessageOnPort } = threads()
  // Before looking: what comes in between is looked for once more.
  thread.counted = Atomics.load(thread.cells, WAKE)
  for (;;) {
    const received = receiveMessageOnPort(thread.port)
    if (received === undefined) return
    take(received.message as Message)
  }
}

/** Tells all who wait for an answer that none will come. */
export function rejectAll({ pending }: EngineThread, error: () => Error): void {
  for (const { reject } of pending.values()) reject(error())
  pending.clear()
}
