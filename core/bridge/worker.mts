/** The engine thread's entry. Every way in which a loader can end becomes an answer. */

import { receiveMessageOnPort, threadId, workerData } from 'node:worker_threads'
import { boot } from '../engine/boot.mts'
import { configureReport } from '../report/report.mts'
import {
  currentInvocation,
  exitFailure,
  loaderFailure,
  neverSettled,
  noteInvocations,
  pendingInvocations,
} from '../engine/invocation.mts'
import {
  ASLEEP,
  CELLS,
  ENDED,
  ENDING,
  LINE,
  MEMORY_BYTES,
  NOTE,
  NOTE_BYTES,
  PATIENCE,
  PHASE,
  PULSE,
  PULSE_INTERVAL,
  READY,
  THREAD,
  UNCACHED,
  UNPACKED,
  UNSAVED,
  noteOwed,
} from './protocol.mts'
import { packError } from './error-packing.mts'
import { Answers } from './answers.mts'
import { Asleep } from './asleep.mts'
import { Forwarding } from './forwarding.mts'
import { Outbox } from './outbox.mts'
import { takeStreams, writeAll } from './stdio.mts'
import { threadNumber } from './thread-number.mts'
import type { MessagePort } from 'node:worker_threads'
import type { Call, Gives, Question, Setup } from './protocol.mts'
import type { NodeModule } from '../types.mts'

const { entry, port, memory, ownsTerminal } = workerData as {
  entry: string
  port: MessagePort
  memory: SharedArrayBuffer
  ownsTerminal: boolean
}
/** What comes before all calls; the thread may be there before it. */
const setup = Promise.withResolvers<Setup>()
const cells = new Int32Array(memory, 0, CELLS)
const noteBytes = new Uint8Array(memory, MEMORY_BYTES - NOTE_BYTES, NOTE_BYTES)

// ! A loader that imports `mimeport` must not make this thread register hooks, and start an engine of its own.
Object.defineProperty(globalThis, Symbol.for('mimeport.engine'), { value: true })

const beat = (): void => void Atomics.add(cells, PULSE, 1)

/** Whoever reads a pipe may be slow; this thread is not dead. */
const write = (fd: number, bytes: Uint8Array): void => writeAll(fd, bytes, beat)

const asleep = new Asleep()

/** Writes what somebody wants to be read. */
function print(fd: number, bytes: Uint8Array): void {
  asleep.erase()
  write(fd, bytes)
}

takeStreams(print)

const outbox = new Outbox(port, cells)
const forwarding = new Forwarding(cells, outbox.tell)

// ! The port was unref'd so that the loop could run dry. Without a call to wait for, it is what this thread lives for.
const answers = new Answers(outbox, asleep, () => port.ref())

const encoder = new TextEncoder()

noteInvocations((text, patience) => {
  Atomics.store(cells, PATIENCE, patience)
  const { written } = encoder.encodeInto(text, noteBytes)
  Atomics.store(cells, NOTE, written)
})

// The pulse says that the event loop turns. It must not be what keeps it turning.
setInterval(beat, PULSE_INTERVAL).unref()

/** The event loop ran dry: what is pending waits for something that cannot happen any more. */
process.on('beforeExit', () => {
  for (const invocation of pendingInvocations()) {
    invocation.fail(neverSettled(invocation))
  }
  port.ref()
})

/** An error that a loader's function did not throw itself: from a timer, an event, a promise that nobody awaited. */
process.on('uncaughtException', (thrown) => {
  const owner = currentInvocation()
  if (owner !== undefined && !owner.settled) {
    owner.fail(loaderFailure(owner, thrown))
    return
  }
  const { stack, message } = packError(thrown)
  const who = owner === undefined ? 'a loader' : `loader '${owner.loader}'`
  print(2, Buffer.from(`mimeport: ${who} failed after it had answered: ${stack ?? message}\n`))
})

process.on('exit', (exitCode) => {
  answers.flush()
  const error = exitFailure(exitCode)
  // ! Before the answers: whoever reads one must see that this thread takes no more calls. And after them: whoever finds
  // none must know that none will come.
  Atomics.store(cells, PHASE, ENDING)
  takeAll((call) => answers.begin(call.id))
  answers.refuseAll(error)
  Atomics.store(cells, PHASE, ENDED)
  outbox.wake()
})

/** Modules after which somebody who waits is woken, since that takes time of this thread's, too. */
const STRETCH = 4

let pushed = 0

/**
 * Sends a module that nobody has asked for yet. All responses that have come are dealt with in one turn of the event loop: a
 * call that came meanwhile is taken before that ends, so that whoever waits goes on while the others are made.
 */
function push(key: string, module: NodeModule): void {
  outbox.push(key, module)
  pushed += 1
  if (pushed % STRETCH === 0 && !answers.isOwing && Atomics.load(cells, ASLEEP) === 1) takeAll()
}

type Ready = Awaited<ReturnType<typeof boot>>

let ready: Promise<Ready> | undefined
let engine: Ready['engine'] | undefined

/** Sets up what this thread shows of its work. */
async function report(): Promise<void> {
  const line = await configureReport({
    environment: process.env,
    thread: threadId,
    ownsTerminal,
    print: (text) => print(2, Buffer.from(text)),
    redraw: (text) => write(2, Buffer.from(text)),
    work: () => engine?.work ?? { made: 0, known: 0 },
    onLine: (isShown) => Atomics.store(cells, LINE, isShown ? 1 : 0),
  })
  // Loaders that take long to import are waited for, too.
  asleep.show(line)
}

/** Imports the engine and the loaders. Whatever fails here fails again, so the thread is given up for a new one. */
async function start(): Promise<Ready> {
  const told = Promise.all([setup.promise, report(), forwarding.catchUp()])
  const [{ settings, pack }] = await told
  const packed = pack && {
    pack,
    worker: entry,
    onUnpacked: (owes: boolean) => noteOwed(cells, UNPACKED, owes),
  }
  const owed = {
    lock: (owes: boolean) => noteOwed(cells, UNSAVED, owes),
    cache: (owes: boolean) => noteOwed(cells, UNCACHED, owes),
  }
  const booted = await boot(settings, push, owed, packed)
  ;({ engine } = booted)
  return booted
}

/** The engine, once for this thread. */
function made(): Promise<Ready> {
  return (ready ??= start())
}

type Import = Extract<Call, { readonly method: Question | 'pack' }>

function isOfImports(call: Call): call is Import {
  const { method } = call
  return method === 'load' || method === 'preload' || method === 'claims' || method === 'pack'
}

async function perform(
  { method, params, received }: Import,
  { engine: running, registry }: Ready,
): Promise<Gives<Import['method']>> {
  if (method === 'load') return running.answer(params, received)
  if (method === 'preload') return running.preload(params)
  if (method === 'claims') return registry.claims
  running.flush()
  return undefined
}

/** Answers a call for which nothing has to be waited; false where that cannot be told. */
function handleAtOnce({ id, method, params, received }: Call): boolean {
  if (method !== 'load' || engine === undefined || forwarding.isBehind) return false
  const answered = engine.answerAtOnce(params, received)
  if (answered === undefined) return false
  answers.begin(id)
  answers.answer(id, answered.module)
  return true
}

async function handle(call: Call): Promise<void> {
  const { id } = call
  if (handleAtOnce(call)) return
  answers.begin(id)
  asleep.begin(call)
  // ! Without this the loop could not run dry while a call waits for a promise that nothing will settle.
  port.unref()
  try {
    await forwarding.catchUp()
    const needed = () =>
      made().catch((error: unknown) => {
        answers.refuse(id, error, true)
        throw error
      })
    if (isOfImports(call)) return answers.answerSoon(id, await perform(call, await needed()))
    const { settings } = await setup.promise
    const work = await import('./work.mts')
    work.configurePulse(beat)
    if (work.isDiagnosis(call)) {
      await made().catch(() => {})
      return answers.answer(id, await work.diagnose(call, settings))
    }
    answers.answer(id, await work.perform(call, { ...(await needed()), settings }))
  } catch (thrown) {
    answers.refuse(id, thrown)
  }
}

function take(message: Call | Setup, call: (call: Call) => unknown = handle): void {
  if ('settings' in message) setup.resolve(message)
  else void call(message)
}

/** Takes the messages that are here already. */
function takeAll(call?: (call: Call) => unknown): void {
  for (let each; (each = receiveMessageOnPort(port)) !== undefined;) {
    take(each.message as Call | Setup, call)
  }
}

Atomics.store(cells, THREAD, threadNumber())
port.on('message', (message: Call | Setup) => take(message))
// ! Before the engine is made: a loader may end the thread as it is imported, and whoever asked must be told. And after
// the listener, which refs the port.
takeAll()
Atomics.store(cells, PHASE, READY)
outbox.wake()

// Who started it before there was a call has time to be used. A failure is for the first call.
made().catch(() => {})
