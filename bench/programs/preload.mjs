// I: what the thread feels of `await preload(graph)`, and how long the import() after it takes. `GRAPH` is the graph's root, `PACKAGE` our
// main module.
import { monitorEventLoopDelay } from 'node:perf_hooks'

// What `--import` registered.
const { preload } = await import(process.env.PACKAGE)

/** ms between two looks; what the loop is later than that is the delay. */
const RESOLUTION = 1
const root = process.env.GRAPH
const delay = monitorEventLoopDelay({ resolution: RESOLUTION })
delay.enable()
await preload(root)
delay.disable()
const started = performance.now()
const { value } = await import(root)
const imported = performance.now() - started
console.log(`checksum ${value}`)
const ms = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION)
console.log(JSON.stringify({ p99: ms(delay.percentile(99)), longest: ms(delay.max), imported }))
