/** Listens at an address and the ports that it is given, and takes no connection: the kernel queues two for each, and drops the rest. */

import { writeSync } from 'node:fs'
import { createServer } from 'node:net'

const [host = '', ...ports] = process.argv.slice(2)
await Promise.all(
  ports.map((port) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    createServer().listen({ port: Number(port), host, backlog: 1 }, resolve)
    return promise
  }),
)
writeSync(1, 'deaf\n')
const asleep = new Int32Array(new SharedArrayBuffer(4))
// In slices: who started it may be killed.
while (process.ppid !== 1) Atomics.wait(asleep, 0, 0, 500)
