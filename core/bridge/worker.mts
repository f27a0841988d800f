/**
 * The engine thread's entry. It cannot fail: it imports what cannot be missing, and everything else inside the `try` of
 * a call. Every way in which a loader can end becomes an answer.
 */

import { readlinkSync, writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { LoaderError } from '../errors.mts'
import {
  describeInvocation,
  currentInvocation,
  loaderFailure,
  noteInvocations,
  pendingInvocations,
} from '../engine/invocation.mts'
import {
  CELLS,
  ENDED,
  ENDING,
  MEMORY_BYTES,
  NOTE,
  NOTE_BYTES,
  PATIENCE,
  PHASE,
  PULSE,
  PULSE_INTERVAL,
  READY,
  THREAD,
  WAKE,
  packError,
} from './protocol.mts'
import type { MessagePort } from 'node:worker_threads'
import type { Engine } from '../engine/engine.mts'
import type { Registry } from '../engine/registry.mts'
import type { Settings } from '../settings.mts'
import type { Call, Message } from './protocol.mts'

const { port, memory, settings } = workerData as {
  port: MessagePort
  memory: SharedArrayBuffer
  settings: Settings
}
const cells = new Int32Array(memory, 0, CELLS)
const noteBytes = new Uint8Array(memory, MEMORY_BYTES - NOTE_BYTES, NOTE_BYTES)

// ! A loader that imports `mimeport` must not make this thread register hooks, and start an engine of its own.
Object.defineProperty(globalThis, Symbol.for('mimeport.engine'), { value: true })

/** Writes everything, also to a pipe that is full for the moment. */
function writeAll(fd: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length;) {
    try {
      from += writeSync(fd, bytes, from)
    } catch (error) {
      if ((error as { code?: string }).code !== 'EAGAIN') return
      // Whoever reads the pipe is slow; this thread is not dead.
      Atomics.add(cells, PULSE, 1)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

// ! A worker's own streams go through the application thread, which is asleep, and what they hold is lost if the program
// ends before it wakes up. What a loader prints is written at once. The streams stay Node's: it calls them by private
// names when the other thread has read.
for (const [stream, fd] of [
  [process.stdout, 1],
  [process.stderr, 2],
] as const) {
  stream._write = (chunk: Uint8Array | string, encoding, done) => {
    writeAll(fd, typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk)
    done()
  }
  // Node's own takes several chunks at once, and would be called first.
  Object.defineProperty(stream, '_writev', { value: undefined, configurable: true })
}

/** Post, then count, then notify: in this order a waiter misses nothing. */
function post(message: Message): void {
  port.postMessage(message)
  Atomics.add(cells, WAKE, 1)
  Atomics.notify(cells, WAKE)
}

/** Calls that have no answer yet. */
const open = new Set<number>()

function refuse(id: number, thrown: unknown, fatal = false): void {
  if (open.delete(id)) post({ id, error: packError(thrown), fatal })
}

function answer(id: number, value: unknown): void {
  if (!open.has(id)) return
  try {
    post({ id, value })
    open.delete(id)
  } catch (error) {
    // What cannot be cloned, or is too much to be.
    refuse(id, error)
  }
}

noteInvocations((text, patience) => {
  Atomics.store(cells, PATIENCE, patience)
  const { written } = new TextEncoder().encodeInto(text, noteBytes)
  Atomics.store(cells, NOTE, written)
})

// The pulse says that the event loop turns. It must not be what keeps it turning.
setInterval(() => Atomics.add(cells, PULSE, 1), PULSE_INTERVAL).unref()

/** The event loop ran dry: what is pending waits for something that cannot happen any more. */
process.on('beforeExit', () => {
  for (const invocation of pendingInvocations()) {
    invocation.fail(
      new LoaderError(
        'ERR_MIMEPORT_NEVER_SETTLED',
        `${describeInvocation(invocation)} never settled for '${invocation.url}': its promise is pending, and nothing is left that could settle it`,
        { url: invocation.url },
      ),
    )
  }
  // ! The port was unref'd so that the loop could run dry. Without a call to wait for, it is what this thread lives for.
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
  writeAll(2, Buffer.from(`mimeport: ${who} failed after it had answered: ${stack ?? message}\n`))
})

process.on('exit', (exitCode) => {
  const owner = currentInvocation() ?? pendingInvocations()[0]
  const who = owner === undefined ? 'A loader' : describeInvocation(owner)
  const what = owner === undefined ? '' : ` for '${owner.url}'`
  const error = new LoaderError(
    'ERR_MIMEPORT_LOADER_EXIT',
    `${who} called process.exit(${exitCode})${what}: a loader answers, or throws; it does not end the program`,
    { exitCode, ...(owner === undefined ? {} : { url: owner.url }) },
  )
  // ! Before the answers: whoever reads one must see that this thread takes no more calls. And after them: whoever finds
  // none must know that none will come.
  Atomics.store(cells, PHASE, ENDING)
  for (const id of open) refuse(id, error)
  Atomics.store(cells, PHASE, ENDED)
  Atomics.add(cells, WAKE, 1)
  Atomics.notify(cells, WAKE)
})

interface Ready {
  readonly engine: Engine
  readonly registry: Registry
}

let ready: Promise<Ready> | undefined

/** Imports the engine and the loaders. Whatever fails here fails again, so the thread is given up for a new one. */
async function start(): Promise<Ready> {
  const { boot } = await import('../engine/boot.mts')
  return boot(settings, (key, module) => post({ key, module }))
}

async function handle({ id, method, params }: Call): Promise<void> {
  open.add(id)
  // ! Without this the loop could not run dry while a call waits for a promise that nothing will settle.
  port.unref()
  try {
    ready ??= start()
    const { engine, registry } = await ready.catch((error: unknown) => {
      refuse(id, error, true)
      throw error
    })
    if (method === 'claims') answer(id, registry.claims)
    else if (method === 'preload') answer(id, await engine.preload(params!))
    else answer(id, await engine.load(params!))
  } catch (thrown) {
    refuse(id, thrown)
  } finally {
    if (open.size === 0) port.ref()
  }
}

/** Linux alone tells a thread its number; with it the other thread can see how this one fares. */
function threadNumber(): number {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1)) || 0
  } catch {
    return 0
  }
}

Atomics.store(cells, THREAD, threadNumber())
port.on('message', (call: Call) => void handle(call))
Atomics.store(cells, PHASE, READY)
Atomics.add(cells, WAKE, 1)
Atomics.notify(cells, WAKE)
