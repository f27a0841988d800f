import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { setTimeout as sleep } from 'node:timers/promises'
import { DeferredStore } from '../../core/cache/deferred-store.mts'
import type { CacheKey, StoredResponse } from '../../core/cache/entry.mts'

const test = suite('deferred store')
const KiB = 1024

const key = (url: string): CacheKey => ['GET', url, '', '']

const stored = (body: Uint8Array): readonly StoredResponse[] => [
  {
    statusCode: 200,
    headers: {},
    body,
    requestTime: 1,
    responseTime: 2,
    vary: [],
    keptOnly: false,
  },
]

const sized = (size: number): readonly StoredResponse[] => stored(new Uint8Array(size))

/** A store that tells what came to it, and a deferred one before it that tells what it owes. */
function deferred() {
  const done: string[] = []
  const owed: boolean[] = []
  const written = new Map<string, readonly StoredResponse[]>()
  const under = {
    read: ([, url]: CacheKey) => [...(written.get(url) ?? [])],
    write([, url]: CacheKey, responses: readonly StoredResponse[]) {
      done.push(`write ${url}`)
      written.set(url, responses)
    },
    isFull: false,
    tryWrite(key: CacheKey, responses: readonly StoredResponse[]) {
      if (this.isFull) return false
      this.write(key, responses)
      return true
    },
    remove([, url]: CacheKey) {
      done.push(`remove ${url}`)
      written.delete(url)
    },
  }
  const store = new DeferredStore(under, (isOwed) => owed.push(isOwed))
  return { store, under, done, owed, written }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(1)
}

test('what waits is found before it is written, and written in its order without being asked', async () => {
  const { store, done, owed } = deferred()
  store.write(key('a'), sized(1))
  store.write(key('b'), sized(2))
  assert.equal(done, [])
  assert.equal(owed, [true])
  assert.is(store.read(key('b'))[0]?.body.length, 2)
  assert.equal(store.read(key('c')), [])
  await until(() => owed.length === 2)
  assert.equal(done, ['write a', 'write b'])
  assert.equal(owed, [true, false])
  assert.is(store.read(key('b'))[0]?.body.length, 2)
})

test('what is written is what was given, whatever is done to it, or to what was read, meanwhile', () => {
  const { store, written } = deferred()
  const body = new Uint8Array([1, 2, 3])
  store.write(key('a'), stored(body))
  body.fill(9)
  store.read(key('a'))[0]?.body.fill(8)
  assert.equal([...(store.read(key('a'))[0]?.body ?? [])], [1, 2, 3])
  store.flush()
  assert.equal([...(written.get('a')?.[0]?.body ?? [])], [1, 2, 3])
})

test('of one key the last is written, once; what is removed is not written', () => {
  const { store, done, owed } = deferred()
  store.write(key('a'), sized(1))
  store.write(key('b'), sized(1))
  store.write(key('a'), sized(5))
  store.remove(key('b'))
  assert.equal(store.read(key('b')), [])
  store.flush()
  assert.equal(done, ['remove b', 'write a'])
  assert.is(store.read(key('a'))[0]?.body.length, 5)
  assert.equal(owed, [true, false])
  store.flush()
  assert.equal(done, ['remove b', 'write a'])
})

test('nothing is owed when all that waited was removed', () => {
  const { store, owed } = deferred()
  store.write(key('a'), sized(1))
  store.remove(key('a'))
  assert.equal(owed, [true, false])
})

test('a large body does not wait, and no older one is written after it', () => {
  const { store, done, owed, written } = deferred()
  store.write(key('a'), sized(256 * KiB))
  assert.equal(done, [])
  store.write(key('a'), sized(256 * KiB + 1))
  assert.equal(done, ['write a'])
  assert.equal(owed, [true, false])
  store.flush()
  assert.is(written.get('a')?.[0]?.body.length, 256 * KiB + 1)
})

test('what cannot be written at the moment is written when it can be', async () => {
  const { store, under, done, owed } = deferred()
  under.isFull = true
  store.write(key('a'), sized(1))
  store.write(key('b'), sized(2))
  await sleep(20)
  assert.equal(done, [])
  assert.is(store.read(key('b'))[0]?.body.length, 2)
  under.isFull = false
  await until(() => owed.length === 2)
  assert.equal(done, ['write a', 'write b'])
})

test('16 MiB may wait, and no more', () => {
  const { store, done } = deferred()
  for (let count = 0; count < 64; count++) store.write(key(`${count}`), sized(256 * KiB))
  assert.is(done.length, 0)
  store.write(key('last'), sized(1))
  assert.is(done.length, 65)
})

test.run()
