/**
 * The application thread's half: starts the engine when it is first needed, and waits for its answers without ever
 * waiting for ever. Node's modules are taken at first use: a program that does not need the engine pays for none.
 */

import { LoaderError } from '../errors.mts'
import { defaultTimeouts } from '../limits.mts'
import {
  CELLS,
  ENDED,
  MEMORY_BYTES,
  NOTE,
  NOTE_BYTES,
  PHASE,
  PULSE,
  STARTING,
  WAKE,
  unpackError,
} from './protocol.mts'
import type { MessagePort, Worker } from 'node:worker_threads'
import type { Settings } from '../settings.mts'
import type { NodeModule } from '../types.mts'
import type { Message, Method, Methods } from './protocol.mts'

/** How long one sleep lasts, ms. Between two of them the engine's health is looked at. */
const SLICE = 50
/** The engine must show life within this time of its start, ms. */
const START_TIMEOUT = 10_000
/** How long the engine's event loop may stand still, ms. */
const UNRESPONSIVE = 1_500
/** What the engine's own deadline is given to arrive before this side gives up, ms. */
const GRACE = 2_000
/** Engines that may be lost within `WINDOW` ms before the next call is refused. */
const MAX_LOST = 3
const WINDOW = 60_000

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** One engine thread and what belongs to it. */
interface EngineThread {
  readonly worker: Worker
  readonly port: MessagePort
  readonly cells: Int32Array
  readonly note: Uint8Array
  readonly startedAt: number
  /** Answers that came while another was waited for. */
  readonly answers: Map<number, Message>
  /** Calls of `callAsync` without an answer. */
  readonly pending: Map<number, Pending>
}

export interface BridgeOptions {
  readonly settings: Settings
  /** The engine thread's entry. */
  readonly entry: URL
  /** Is told of each module that the engine made ahead. */
  readonly onPush: (key: string, module: NodeModule) => void
}

/** The id under which an entry that could not be imported says so. */
const START_ERROR = 0

/**
 * What the thread runs first. A thread whose file is missing or broken ends without a word to a caller that is asleep;
 * this one cannot fail, and says what happened. Plain JavaScript: it is evaluated, not imported.
 */
const bootstrap = `
const { workerData } = require('node:worker_threads')
import(workerData.entry).catch((error) => {
  const { name, message, stack, code } = Object(error)
  workerData.port.postMessage({ id: ${START_ERROR}, error: { name, message, stack, code }, fatal: true })
  const cells = new Int32Array(workerData.memory, 0, ${CELLS})
  Atomics.store(cells, ${PHASE}, ${ENDED})
  Atomics.add(cells, ${WAKE}, 1)
  Atomics.notify(cells, ${WAKE})
})`

const threads = () => process.getBuiltinModule('node:worker_threads')

export class Bridge {
  readonly #options: BridgeOptions
  #thread: EngineThread | undefined
  #nextId = 1
  /** When engines were lost, ms, `performance.now()`. */
  #lost: number[] = []

  constructor(options: BridgeOptions) {
    this.#options = options
  }

  get #total(): number {
    return this.#options.settings.timeouts.total ?? defaultTimeouts.total
  }

  /** Starts the engine, unless it runs. The thread costs some 15 ms: the sooner it starts, the sooner it answers. */
  start(): void {
    this.#thread ??= this.#start()
  }

  /** Takes in what the engine pushed, without waiting. */
  drain(): void {
    if (this.#thread !== undefined) this.#receive(this.#thread)
  }

  /**
   * Calls the engine and sleeps until it answers.
   * @throws {LoaderError} what the engine answers; ERR_MIMEPORT_ENGINE_LOST within 2 s of its death;
   * ERR_MIMEPORT_ENGINE_START; ERR_MIMEPORT_TIMEOUT at the latest.
   */
  call<M extends Method>(method: M, params: Methods[M]['takes']): Methods[M]['gives'] {
    const thread = (this.#thread ??= this.#start())
    const id = this.#nextId++
    thread.port.postMessage({ id, method, params })
    const message = this.#wait(thread, id)
    if ('error' in message) {
      const error = this.#failure(thread, message)
      // Whoever waited in vain for a server that this thread runs itself is told so; nobody else can know.
      if ((error as { code?: string }).code === 'ERR_MIMEPORT_TIMEOUT') error.message += blockedServer()
      throw error
    }
    return (message as { value: unknown }).value as Methods[M]['gives']
  }

  /** Calls the engine without blocking this thread. Keeps the process alive until the answer is there. */
  callAsync<M extends Method>(
    method: M,
    params: Methods[M]['takes'],
  ): Promise<Methods[M]['gives']> {
    const thread = (this.#thread ??= this.#start())
    const id = this.#nextId++
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const timer = setTimeout(() => {
      thread.pending.delete(id)
      reject(this.#timeout())
    }, this.#total + GRACE)
    thread.pending.set(id, { resolve, reject })
    thread.port.on('message', (message: Message) => this.#take(thread, message))
    thread.port.ref()
    thread.port.postMessage({ id, method, params })
    return promise.finally(() => {
      clearTimeout(timer)
      if (thread.pending.size > 0) return
      thread.port.removeAllListeners('message')
      thread.port.unref()
    }) as Promise<Methods[M]['gives']>
  }

  #start(): EngineThread {
    const { settings, entry } = this.#options
    const now = performance.now()
    this.#lost = this.#lost.filter((at) => now - at < WINDOW)
    if (this.#lost.length >= MAX_LOST) {
      throw new LoaderError(
        'ERR_MIMEPORT_ENGINE_LOST',
        `The engine was lost ${MAX_LOST} times within a minute and is not started again for now: mend the loader that the errors before this one name`,
      )
    }
    const { Worker: EngineWorker, MessageChannel } = threads()
    const { port1: port, port2 } = new MessageChannel()
    const memory = new SharedArrayBuffer(MEMORY_BYTES)
    // ! All three: our own preload would run again in the engine through the flags (`execArgv`) as well as through
    // `NODE_OPTIONS`, and would start an engine of its own; the entry marks the thread against what else may come.
    const { NODE_OPTIONS: _options, ...env } = process.env
    let worker: Worker
    try {
      worker = new EngineWorker(bootstrap, {
        eval: true,
        workerData: { entry: entry.href, port: port2, memory, settings },
        transferList: [port2],
        execArgv: [],
        env,
        name: 'mimeport',
      })
    } catch (cause) {
      throw startFailure(cause)
    }
    // ! A program that is done must end, and an idle engine must not keep it.
    worker.unref()
    port.unref()
    const thread: EngineThread = {
      worker,
      port,
      cells: new Int32Array(memory, 0, CELLS),
      note: new Uint8Array(memory, MEMORY_BYTES - NOTE_BYTES, NOTE_BYTES),
      startedAt: now,
      answers: new Map(),
      pending: new Map(),
    }
    // ! Without a listener an engine that ran out of memory would end the program.
    worker.on('error', (cause) => this.#ended(thread, cause))
    worker.on('exit', () => this.#ended(thread, undefined))
    return thread
  }

  /** The engine thread ended while this one was awake. */
  #ended(thread: EngineThread, cause: unknown): void {
    this.#receive(thread)
    if (this.#thread === thread) this.#giveUp(thread)
    for (const { reject } of thread.pending.values())
      reject(this.#lostError(thread, 'ended', cause))
    thread.pending.clear()
  }

  /** Lets go of an engine, so that the next call starts a new one. */
  #giveUp(thread: EngineThread, lost = true): void {
    if (this.#thread !== thread) return
    this.#thread = undefined
    if (lost) this.#lost.push(performance.now())
    void thread.worker.terminate()
  }

  /** Reads all messages that are there. */
  #receive(thread: EngineThread): void {
    const { receiveMessageOnPort } = threads()
    for (;;) {
      const received = receiveMessageOnPort(thread.port)
      if (received === undefined) return
      this.#take(thread, received.message as Message)
    }
  }

  #take(thread: EngineThread, message: Message): void {
    if ('key' in message) {
      this.#options.onPush(message.key, message.module)
      return
    }
    const pending = thread.pending.get(message.id)
    if (pending === undefined) {
      thread.answers.set(message.id, message)
      return
    }
    thread.pending.delete(message.id)
    if ('error' in message) pending.reject(this.#failure(thread, message))
    else pending.resolve(message.value)
  }

  #failure(thread: EngineThread, message: Extract<Message, { error: unknown }>): Error {
    const error = unpackError(message.error)
    // Started with what cannot work: the next import may find it mended, and needs a new thread for that.
    if (message.fatal) this.#giveUp(thread, false)
    return error
  }

  /** Sleeps in slices until the answer is there, the engine is lost, or the deadline has passed. */
  #wait(thread: EngineThread, id: number): Message {
    const { cells, answers } = thread
    const deadline = performance.now() + this.#total + GRACE
    let pulse = -1
    let silent = 0
    let cpu = process.cpuUsage()
    for (;;) {
      // Read the count before looking for messages: what comes in between makes the wait return at once.
      const count = Atomics.load(cells, WAKE)
      this.#receive(thread)
      const phase = Atomics.load(cells, PHASE)
      const answer = answers.get(id)
      if (answer !== undefined) {
        answers.delete(id)
        if (phase === ENDED) this.#giveUp(thread)
        return answer
      }
      const started = answers.get(START_ERROR)
      if (started !== undefined && 'error' in started) {
        this.#giveUp(thread)
        throw startFailure(unpackError(started.error))
      }
      if (phase === ENDED) {
        // It may have ended between the look for messages and this one: what it said last is there now.
        this.#receive(thread)
        if (!answers.has(id) && !answers.has(START_ERROR)) this.#fail(thread, 'ended')
        continue
      }
      if (Atomics.wait(cells, WAKE, count, SLICE) !== 'timed-out') continue

      const now = performance.now()
      if (now > deadline) {
        this.#giveUp(thread)
        throw this.#timeout()
      }
      if (phase === STARTING) {
        if (now - thread.startedAt > START_TIMEOUT) this.#fail(thread, 'did not start within 10 s')
        continue
      }
      const beat = Atomics.load(cells, PULSE)
      if (beat !== pulse) {
        pulse = beat
        silent = 0
        cpu = process.cpuUsage()
        continue
      }
      // Slices, not the clock: on a machine that has no time for the engine, this thread sleeps longer, too.
      silent += SLICE
      if (silent < UNRESPONSIVE) continue
      const { user, system } = process.cpuUsage(cpu)
      const busy = (user + system) / 1000
      // Busy all the time: a loop. Not at all: dead, most likely of memory. In between it is short of processor time.
      if (busy > UNRESPONSIVE * 0.8) this.#fail(thread, 'hangs')
      if (busy < UNRESPONSIVE * 0.1) this.#fail(thread, 'is silent')
    }
  }

  #fail(thread: EngineThread, what: string): never {
    const starting = Atomics.load(thread.cells, PHASE) === STARTING
    const error = starting
      ? startFailure(new Error(`The engine thread ${what}`), what)
      : this.#lostError(thread, what, undefined)
    this.#giveUp(thread)
    throw error
  }

  #lostError(thread: EngineThread, what: string, cause: unknown): LoaderError {
    const length = Atomics.load(thread.cells, NOTE)
    // A copy: TextDecoder takes no shared memory.
    const note = new TextDecoder().decode(thread.note.slice(0, length))
    const memory = (cause as { code?: string } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY'
    const why = memory ? 'it ran out of memory' : (reasons[what] ?? 'its thread ended')
    return new LoaderError(
      'ERR_MIMEPORT_ENGINE_LOST',
      `The engine was lost: ${why}. The last call was ${note === '' ? 'none' : `to ${note}`}. The next import starts a new engine`,
      cause === undefined ? {} : { cause },
    )
  }

  #timeout(): LoaderError {
    return new LoaderError(
      'ERR_MIMEPORT_TIMEOUT',
      `The engine did not answer within ${(this.#total + GRACE) / 1000} s${blockedServer()}`,
    )
  }
}

/** Why an engine was lost, by what was seen of it. */
const reasons: Readonly<Record<string, string>> = {
  hangs: `its event loop stood still for ${UNRESPONSIVE / 1000} s at full load: a loop that does not end, memory that ran out, or work that belongs into a thread of the loader's own`,
  'is silent': `its thread was silent for ${UNRESPONSIVE / 1000} s: out of memory, or waiting without giving way`,
}

/** What to say of a wait that could only end by its deadline; '' where that cannot be the cause. */
function blockedServer(): string {
  // A listening server holds a resource of this name in every version that we support.
  const serves = process.getActiveResourcesInfo().some((name) => /server/i.test(name))
  return serves
    ? '; this thread runs a server itself, and while it waits for an import it cannot answer: `await preload(specifier)` before the import, or run the server in another process'
    : ''
}

function startFailure(cause: unknown, what = 'could not be started'): LoaderError {
  const denied = (cause as { code?: string } | undefined)?.code === 'ERR_ACCESS_DENIED'
  return new LoaderError(
    'ERR_MIMEPORT_ENGINE_START',
    denied
      ? 'The engine needs a worker thread, which the permission model denies: add --allow-worker (and --allow-net on Node 26, and --allow-fs-read for the loaders) to the command line'
      : `The engine thread ${what}: the installation may be damaged, or the system may be out of threads or memory`,
    { cause },
  )
}
