/**
 * H: answers of the real bridge and a real engine with a loader that has nothing to do, beside a bare round trip between
 * two threads: `bridge.mts <answers> <folder with loaders/> <the engine's entry>`. Prints a checksum, and the medians as JSON, µs.
 */

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { builtIn } from '../../core/application/built-in.mts'
import { ModuleStore } from '../../core/application/module-store.mts'
import { Requester } from '../../core/application/requester.mts'
import { Bridge } from '../../core/bridge/client.mts'
import { importConditions } from '../../core/engine/ahead.mts'
import { median } from '../measure/statistics.mts'
import { putApart, stay } from './placement.mts'
import { cellRoundTrip, messageRoundTrip } from './round-trip.mts'
import type { LoadRequest } from '../../core/types.mts'

const answers = Number(process.argv[2] ?? 1_000)
const [folder = '', entry = ''] = process.argv.slice(3)
/** Modules that are made ahead. */
const GRAPH = Math.min(200, answers)
/** Answers before those that count, and in one turn of each. */
const WARMING = 100
const TURN = 25
/** How long the engine may take to run ahead, ms. */
const LONGEST = 10_000

/** Waits of this thread since the start: whatever sleeps here comes by this function. */
let waits = 0
const wait = Atomics.wait
Atomics.wait = ((...given: Parameters<typeof wait>) => {
  waits += 1
  return wait(...given)
}) as typeof wait

const isApart = stay()
const bare = putApart(cellRoundTrip)
const messages = putApart(messageRoundTrip)
const store = new ModuleStore()
let pushed = 0
const bridge = new Bridge({
  settings: {
    root: process.cwd(),
    sources: [
      { from: join(folder, 'loaders'), project: false },
      { from: join(import.meta.dirname, 'trivial-loader.mjs'), project: true },
    ],
    builtIn,
    limits: {},
    timeouts: {},
    cache: false,
  },
  entry: pathToFileURL(entry),
  onPush(key, module) {
    pushed += 1
    store.keep(key, module)
  },
})
putApart(() => bridge.call('claims', undefined))
const requester = new Requester({
  bridge,
  store,
  hasProjectLoaders: true,
  ownURL: new URL('../../', import.meta.url).href,
})

/** Answers that came with a source: those that nobody asked for before. */
let sources = 0
function load(specifier: string): void {
  const request: LoadRequest = {
    specifier,
    parentURL: undefined,
    parent: undefined,
    importAttributes: {},
    conditions: importConditions,
  }
  const source = bridge.call('load', request)?.source
  if (String(source ?? '').includes('export default')) sources += 1
}

/** µs of each of some runs. */
function time(work: (at: number) => void, count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, at) => {
    const started = process.hrtime.bigint()
    work(from + at)
    return Number(process.hrtime.bigint() - started) / 1e3
  })
}

const works = {
  bare: bare.run,
  message: messages.run,
  claims: () => void bridge.call('claims', undefined),
  known: () => load('trivial:known'),
  new: (at: number) => load(`trivial:new/${at}`),
}
const times = new Map<string, number[]>()
for (const [name, work] of Object.entries(works)) {
  time(work, WARMING, -WARMING)
  times.set(name, [])
}
for (let at = 0; at < answers; at += TURN) {
  // In turn, so that whatever else the machine does falls on all of them.
  for (const [name, work] of Object.entries(works)) {
    times.get(name)?.push(...time(work, TURN, at))
  }
}

const importing = { parentURL: undefined, importAttributes: {}, conditions: [...importConditions] }
const root = `trivial:graph/${GRAPH}`
requester.module(root, importing, root)
const deadline = performance.now() + LONGEST
const asleep = new Int32Array(new SharedArrayBuffer(4))
while (pushed < GRAPH && performance.now() < deadline) {
  wait(asleep, 0, 0, 5)
  bridge.drain()
}
const waitsBefore = waits
const prefetched = time((at) => {
  const leaf = `trivial:leaf/${at}`
  requester.module(leaf, importing, leaf)
}, GRAPH)

await Promise.all([bare.stop(), messages.stop()])
// The first of the known one has its source, too.
process.stdout.write(`checksum ${sources - WARMING - 1} ${pushed}\n`)
const facts = {
  ...Object.fromEntries([...times].map(([name, each]) => [name, median(each)])),
  prefetched: median(prefetched),
  waits: waits - waitsBefore,
  processors: isApart ? 2 : 0,
}
process.stdout.write(`${JSON.stringify(facts)}\n`)
process.exit()
