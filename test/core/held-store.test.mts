import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { HeldStore } from '../../core/cache/held-store.mts'
import type { CacheKey, StoredResponse } from '../../core/cache/entry.mts'

const test = suite('held store')

/** A store that tells what was written to it. */
function stored() {
  const done: string[] = []
  const held = new HeldStore({
    read: ([, url]) => {
      done.push(`read ${url}`)
      return []
    },
    write: ([, url]) => void done.push(`write ${url}`),
    remove: ([, url]) => void done.push(`remove ${url}`),
  })
  return { held, done }
}

const key = (url: string): CacheKey => ['GET', url, '', '']
const nothing: readonly StoredResponse[] = []

test('nothing is written or removed before a verdict, and all of it after, in its order', () => {
  const { held, done } = stored()
  held.write(key('a'), nothing)
  held.remove(key('b'))
  held.write(key('c'), nothing)
  assert.equal(done, [])
  held.release()
  assert.equal(done, ['write a', 'remove b', 'write c'])
})

test('what comes after a release is written at once', () => {
  const { held, done } = stored()
  held.release()
  held.write(key('a'), nothing)
  held.release()
  assert.equal(done, ['write a'])
})

test('what comes after a seal is not written', () => {
  const { held, done } = stored()
  held.write(key('a'), nothing)
  held.seal()
  held.write(key('b'), nothing)
  held.release()
  assert.equal(done, ['write a'])
})

test('what is dropped is not written, nor what comes after', () => {
  const { held, done } = stored()
  held.write(key('a'), nothing)
  held.drop()
  held.write(key('b'), nothing)
  held.release()
  held.seal()
  assert.equal(done, [])
})

test('the first verdict counts', () => {
  const { held, done } = stored()
  held.write(key('a'), nothing)
  held.release()
  held.drop()
  held.seal()
  held.write(key('b'), nothing)
  assert.equal(done, ['write a', 'write b'])
})

test('reading goes on meanwhile', () => {
  const { held, done } = stored()
  assert.equal(held.read(key('a')), [])
  held.drop()
  held.read(key('b'))
  assert.equal(done, ['read a', 'read b'])
})

test.run()
