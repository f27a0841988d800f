// The same with synchronous hooks: a worker has `fetch`, and the hook sleeps until it has answered.
import module from 'node:module'
import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads'

const { port1: port, port2 } = new MessageChannel()
const cell = new Int32Array(new SharedArrayBuffer(4))
const program = `
const { workerData } = require('node:worker_threads')
const { port, cell } = workerData
port.on('message', async (url) => {
  let answer
  try {
    const response = await fetch(url)
    answer = response.ok ? { source: await response.text() } : { error: url + ' answered ' + response.status }
  } catch (error) {
    answer = { error: String(error) }
  }
  port.postMessage(answer)
  Atomics.add(cell, 0, 1)
  Atomics.notify(cell, 0)
})`
const worker = new Worker(program, {
  eval: true,
  execArgv: [],
  workerData: { port: port2, cell },
  transferList: [port2],
})
worker.unref()

const remote = (url) => url.startsWith('http:') || url.startsWith('https:')

module.registerHooks({
  resolve(specifier, context, next) {
    if (remote(specifier)) return { url: specifier, format: 'module', shortCircuit: true }
    if (context.parentURL !== undefined && remote(context.parentURL)) {
      const url = new URL(specifier, context.parentURL).href
      return { url, format: 'module', shortCircuit: true }
    }
    return next(specifier, context)
  },
  load(url, context, next) {
    if (!remote(url)) return next(url, context)
    port.postMessage(url)
    for (;;) {
      const count = Atomics.load(cell, 0)
      const received = receiveMessageOnPort(port)
      if (received !== undefined) {
        const { source, error } = received.message
        if (error !== undefined) throw new Error(error)
        return { format: 'module', source, shortCircuit: true }
      }
      Atomics.wait(cell, 0, count)
    }
  },
})
