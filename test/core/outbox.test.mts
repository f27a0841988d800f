import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Outbox } from '../../core/bridge/outbox.mts'
import { WAKE } from '../../core/bridge/protocol.mts'
import type { Message } from '../../core/bridge/protocol.mts'
import type { NodeModule } from '../../core/types.mts'

const test = suite('outbox')

const module = (source: string) => ({ source }) as unknown as NodeModule

/** Collects the keys of each message, or its id, and what is counted; refuses what has the source `bad`. */
function collect() {
  const messages: unknown[] = []
  const cells = new Int32Array(new SharedArrayBuffer(64))
  const outbox = new Outbox(
    {
      postMessage(message: Message) {
        if ('events' in message) return void messages.push(message.events)
        if (!('pushes' in message)) return void messages.push(message.id)
        if (message.pushes.some(([, each]) => each.source === 'bad')) throw new Error('no clone')
        messages.push(message.pushes.map(([key]) => key))
      },
    },
    cells,
  )
  return { messages, outbox, count: () => Atomics.load(cells, WAKE) }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

test('what comes in one turn of the event loop goes in one message', async () => {
  const { messages, outbox } = collect()
  outbox.push('a', module('1'))
  outbox.push('b', module('2'))
  assert.equal(messages, [])
  await settle()
  outbox.push('c', module('3'))
  await settle()
  assert.equal(messages, [['a', 'b'], ['c']])
})

test('a message has 16 modules at most', () => {
  const { messages, outbox } = collect()
  for (let index = 0; index < 17; index++) outbox.push(`${index}`, module(''))
  assert.equal(
    messages.map((each) => (each as string[]).length),
    [16],
  )
  outbox.flush()
  outbox.flush()
  assert.equal(
    messages.map((each) => (each as string[]).length),
    [16, 1],
  )
})

test('large modules go at once', () => {
  const { messages, outbox } = collect()
  outbox.push('a', module('x'.repeat(2 ** 16 - 1)))
  assert.equal(messages, [])
  outbox.push('b', module('y'))
  assert.equal(messages, [['a', 'b']])
})

test('what cannot be sent holds up nothing else', () => {
  const { messages, outbox } = collect()
  for (const [key, source] of Object.entries({ a: '1', b: 'bad', c: '2' }))
    outbox.push(key, module(source))
  outbox.flush()
  assert.equal(messages, [['a'], ['c']])
})

test('an answer comes after what was pushed before it, and each message is counted', () => {
  const { messages, outbox, count } = collect()
  outbox.push('a', module('1'))
  outbox.post({ id: 7, value: undefined })
  assert.equal(messages, [['a'], 7])
  assert.is(count(), 2)
})

test.run()
