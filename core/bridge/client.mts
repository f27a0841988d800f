/**
 * The application thread's half: starts the engine when it is first needed, and waits for its answers without ever
 * waiting for ever.
 */

import { defaultTimeouts } from '../limits.mts'
import { listen, receive, rejectAll, unlisten } from './engine-thread.mts'
import { unpackError } from './error-packing.mts'
import { Losses, clearLine, endOf, explained, lateError, lostError, symptomError } from './loss.mts'
import { ASLEEP, ENDED, ENDING, PHASE, START_ERROR, WAKE } from './protocol.mts'
import { permissionGate } from './permission-gate.mts'
import { settle, settleAtExit, waitInWorker } from './owed.mts'
import { startFailure, startThread } from './thread-start.mts'
import { SLICE, Vitals, watchVitals } from './vitals.mts'
import type { LoaderError } from '../errors.mts'
import type { BridgeOptions } from './bridge-options.mts'
import type { EngineThread } from './engine-thread.mts'
import type { PermissionGate } from './permission-gate.mts'
import type { Gives, Message, Method, Question, Setup, Takes, Work } from './protocol.mts'

/** What the engine's own deadline is given to arrive before this side gives up, ms. */
const GRACE = 2_000

type Failed = Extract<Message, { error: unknown }>

export class Bridge {
  readonly #options: BridgeOptions
  readonly #gate: PermissionGate | undefined
  #thread: EngineThread | undefined
  #early: EngineThread | undefined
  #nextId = START_ERROR + 1
  readonly #losses = new Losses()

  constructor(options: BridgeOptions) {
    this.#options = options
    this.#early = options.early
    this.#gate = permissionGate(options)
  }

  /** How long a call may take, ms. */
  get #longest(): number {
    return (this.#options.settings.timeouts.total ?? defaultTimeouts.total) + GRACE
  }

  /** Starts the engine, unless it runs: the sooner it starts, the sooner it answers. */
  start(): void {
    try {
      this.#live()
    } catch {
      // Whoever needs it is told: a program that needs nothing of it runs without.
    }
  }

  /** The engine that runs, or a new one. One that ended between two calls is not asked in vain. */
  #live(): EngineThread {
    const thread = this.#thread
    if (thread !== undefined && Atomics.load(thread.cells, PHASE) >= ENDING) this.#giveUp(thread)
    const permissions = this.#gate?.flags() ?? []
    // The program has dropped a permission since: what works for it drops it, too.
    if (thread !== undefined && thread.permissions !== permissions.join('\n')) {
      this.#giveUp(thread, false)
    }
    const live = (this.#thread ??= this.#start(permissions))
    this.#options.events?.noteListeners(live.cells)
    return live
  }

  /**
   * Ends the engine, when what it owes to the disk is written; the next call starts another.
   * @param failure what the calls fail with that have no answer yet
   */
  end(failure: () => Error): void {
    const thread = this.#thread
    if (thread === undefined) return
    this.#receive(thread)
    settle(thread, () => this.#nextId++)
    this.#giveUp(thread, false)
    rejectAll(thread, failure)
  }

  /** Takes in what the engine pushed, without waiting. */
  drain(): void {
    const thread = this.#thread
    // Nothing was posted since: most modules come several to a message.
    if (thread !== undefined && Atomics.load(thread.cells, WAKE) !== thread.counted) {
      this.#receive(thread)
    }
    waitInWorker(this.#thread)
  }

  /**
   * Calls the engine and sleeps until it answers.
   * @throws {LoaderError} what the engine answers; ERR_MIMEPORT_ENGINE_LOST within 2 s of its death;
   * ERR_MIMEPORT_ENGINE_START; ERR_MIMEPORT_PERMISSION; ERR_MIMEPORT_TIMEOUT at the latest.
   */
  call<M extends Question>(method: M, params: Takes<M>): Gives<M> {
    const ask = () => this.#call(method, params)
    return this.#gate === undefined ? ask() : this.#gate.guard(params, ask)
  }

  #call<M extends Method>(method: M, params: Takes<M>): Gives<M> {
    const thread = this.#live()
    const id = this.#nextId++
    thread.awaited = id
    thread.port.postMessage({ id, method, params, received: thread.received })
    Atomics.store(thread.cells, ASLEEP, 1)
    const message = this.#wait(thread, id)
    Atomics.store(thread.cells, ASLEEP, 0)
    if ('error' in message) throw explained(this.#failure(thread, message))
    waitInWorker(thread)
    return (message as { value: unknown }).value as Gives<M>
  }

  /** Calls the engine without blocking this thread. Keeps the process alive until the answer is there. */
  callAsync<M extends Question>(method: M, params: Takes<M>): Promise<Gives<M>> {
    const ask = () => this.#callAsync(method, params, this.#longest)
    return this.#gate === undefined ? ask() : this.#gate.guardAsync(params, ask)
  }

  /**
   * Has the engine do what is no import of the program. Keeps the process alive until it is done.
   * @throws {LoaderError} what the engine answers; ERR_MIMEPORT_ENGINE_LOST where it ended, or does not give way.
   */
  work<M extends Work>(method: M, params: Takes<M>): Promise<Gives<M>> {
    const thread = this.#live()
    const end = (why: string) => this.#ended(thread, undefined, why)
    const work = this.#callAsync(method, params).finally(watchVitals(thread, end))
    return this.#gate?.guardWork(work) ?? work
  }

  /** `longest`: ms until the answer is given up; left out, it is waited for while the engine lives. */
  #callAsync<M extends Method>(method: M, params: Takes<M>, longest?: number): Promise<Gives<M>> {
    const thread = this.#live()
    const { port, pending } = thread
    const id = this.#nextId++
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const giveUp = (limit: number) => {
      // This thread may have been busy for longer than the answer has been there.
      this.#receive(thread)
      if (pending.delete(id)) reject(lateError(limit, false))
    }
    const timer = longest === undefined ? undefined : setTimeout(giveUp, longest, longest)
    pending.set(id, { resolve, reject })
    listen(thread, (message) => this.#take(thread, message))
    port.postMessage({ id, method, params, received: thread.received })
    return promise.finally(() => {
      clearTimeout(timer)
      if (pending.size === 0) unlisten(thread)
    }) as Promise<Gives<M>>
  }

  #start(permissions: readonly string[]): EngineThread {
    this.#losses.check()
    const { entry, settings, pack } = this.#options
    const thread = this.#early ?? startThread(entry.href, permissions)
    this.#early = undefined
    thread.port.postMessage({ settings, pack: pack?.() } satisfies Setup)
    // ! Without a listener an engine that ran out of memory would end the program.
    thread.worker.on('error', (cause) => this.#ended(thread, cause))
    thread.worker.on('exit', () => {
      this.#ended(thread, undefined)
      thread.port.close()
    })
    return thread
  }

  /** The engine thread ended, or does nothing more, while this one was awake. */
  #ended(thread: EngineThread, cause: unknown, why = endOf(cause)): void {
    this.#receive(thread)
    if (this.#thread === thread) this.#giveUp(thread)
    rejectAll(thread, () => lostError(thread, why, cause))
  }

  /** Lets go of an engine, so that the next call starts a new one. */
  #giveUp(thread: EngineThread, lost = true): void {
    if (this.#thread !== thread) return
    this.#thread = undefined
    if (lost) this.#losses.add()
    void thread.worker.terminate()
    clearLine(thread)
  }

  /** Reads all messages that are there. */
  #receive(thread: EngineThread): void {
    receive(thread, (message) => this.#take(thread, message))
  }

  #take(thread: EngineThread, message: Message): void {
    settleAtExit(thread, () => this.#nextId++)
    if ('pushes' in message) {
      for (const [key, module] of message.pushes) {
        thread.received += 1
        if (this.#gate?.admits(module) !== false) this.#options.onPush(key, module)
      }
      return
    }
    if ('events' in message) return this.#options.events?.add(message.events)
    const pending = thread.pending.get(message.id)
    if (pending === undefined) {
      // An answer that nobody waits for any more is let go.
      const { id } = message
      if (id === START_ERROR || id === thread.awaited) thread.answers.set(id, message)
      return
    }
    thread.pending.delete(message.id)
    if ('error' in message) pending.reject(this.#failure(thread, message))
    else pending.resolve(message.value)
  }

  #failure(thread: EngineThread, message: Failed): Error {
    // Started with what cannot work: the next import may find it mended, and needs a new thread for that.
    if (message.fatal) this.#giveUp(thread, false)
    return unpackError(message.error)
  }

  /** Sleeps in slices until the answer is there, the engine is lost, or the deadline has passed. */
  #wait(thread: EngineThread, id: number): Message {
    const { cells, answers } = thread
    // Made when they are needed: most answers are there within the first slice.
    let deadline: number | undefined
    let vitals: Vitals | undefined
    for (;;) {
      // Read the count before looking for messages: what comes in between makes the wait return at once.
      const count = Atomics.load(cells, WAKE)
      if (count !== thread.counted) this.#receive(thread)
      const phase = Atomics.load(cells, PHASE)
      // It may have answered since, and all that it will ever say is there now.
      if (phase === ENDED) this.#receive(thread)
      const answer = answers.get(id)
      if (answer !== undefined) {
        answers.delete(id)
        if (phase >= ENDING) this.#giveUp(thread)
        return answer
      }
      const started = answers.get(START_ERROR)
      if (started !== undefined && 'error' in started) {
        this.#giveUp(thread)
        throw startFailure(unpackError(started.error))
      }
      if (phase === ENDED) this.#lose(thread, lostError(thread, 'its thread ended', undefined))
      if (Atomics.wait(cells, WAKE, count, SLICE) !== 'timed-out') continue
      deadline ??= performance.now() - SLICE + this.#longest
      const symptom = (vitals ??= new Vitals(thread)).check()
      if (symptom !== undefined) {
        // It may have answered with its last breath, since the look for messages.
        this.#receive(thread)
        if (answers.has(id) || answers.has(START_ERROR)) continue
      }
      if (symptom !== undefined) this.#lose(thread, symptomError(thread, symptom))
      if (performance.now() > deadline) this.#lose(thread, lateError(this.#longest, true))
    }
  }

  #lose(thread: EngineThread, error: LoaderError): never {
    this.#giveUp(thread)
    throw error
  }
}
