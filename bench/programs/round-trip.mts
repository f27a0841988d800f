/** Bare round trips between two threads: what no bridge can be quicker than. */

import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads'

// As it was before whoever counts waits put something else in its place.
const { wait } = Atomics

export interface RoundTrip {
  /** Asks the other thread, and sleeps until it has answered. */
  readonly run: () => void
  readonly stop: () => Promise<unknown>
}

/** Two threads that both sleep in `Atomics.wait`, and two cells: what one asks, what the other answers. */
export function cellRoundTrip(): RoundTrip {
  const cells = new Int32Array(new SharedArrayBuffer(8))
  const program = `
    const { workerData: cells } = require('node:worker_threads')
    for (let asked = 0; ;) {
      Atomics.wait(cells, 0, asked)
      asked = Atomics.load(cells, 0)
      Atomics.store(cells, 1, asked)
      Atomics.notify(cells, 1)
    }`
  const worker = new Worker(program, { eval: true, execArgv: [], workerData: cells })
  return {
    run() {
      const number = Atomics.add(cells, 0, 1) + 1
      Atomics.notify(cells, 0)
      while (Atomics.load(cells, 1) !== number) wait(cells, 1, number - 1)
    },
    stop: () => worker.terminate(),
  }
}

/** A thread that sleeps, and one with an event loop, which a message wakes: an engine has to have one. */
export function messageRoundTrip(): RoundTrip {
  const { port1, port2 } = new MessageChannel()
  const cells = new Int32Array(new SharedArrayBuffer(4))
  const program = `
    const { port, cells } = require('node:worker_threads').workerData
    port.on('message', (asked) => {
      port.postMessage(asked)
      Atomics.add(cells, 0, 1)
      Atomics.notify(cells, 0)
    })`
  const worker = new Worker(program, {
    eval: true,
    execArgv: [],
    workerData: { port: port2, cells },
    transferList: [port2],
  })
  let asked = 0
  return {
    run() {
      port1.postMessage((asked += 1))
      for (;;) {
        // Before the look for messages: what comes in between makes the wait return at once.
        const count = Atomics.load(cells, 0)
        if (receiveMessageOnPort(port1) !== undefined) return
        wait(cells, 0, count)
      }
    },
    stop: () => worker.terminate(),
  }
}
