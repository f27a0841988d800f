/** What was pushed, and whether that will do for who waits. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ModuleStore } from '../../core/application/module-store.mts'
import { Sent } from '../../core/engine/sent.mts'
import type { NodeModule } from '../../core/types.mts'

const test = suite('what was pushed')

const url = 'https://a.example/x.mjs'
const origin = { loader: 'http', specifier: url }
const make = (source: string | undefined): NodeModule => ({
  url,
  origin,
  format: 'module',
  source,
  native: false,
  hasDefault: false,
  mapped: false,
  imports: [],
})

test('a source goes once, under whatever key', () => {
  const sent = new Sent()
  const module = make('1')
  assert.is(sent.note('a', module).source, '1')
  assert.is(sent.note('b', module).source, undefined)
  assert.ok(sent.isEnough('a', 0, module))
  assert.ok(sent.isEnough('b', 0, module))
})

test('what was pushed before the thread had looked will not do', () => {
  const sent = new Sent()
  const module = make('1')
  sent.note('a', module)
  assert.ok(sent.isSince('a', 0))
  assert.not.ok(sent.isSince('a', 1))
  assert.not.ok(sent.isEnough('a', 1, module))
})

test('what is remembered of a module, without its source, will not do for who was to be given that', () => {
  const sent = new Sent()
  const module = make('1')
  sent.note('a', { ...module, source: undefined })
  assert.not.ok(sent.isEnough('a', 0, module))
  assert.ok(sent.isEnough('a', 0, { ...module, source: undefined }))
})

test('the thread keeps a source that comes after what is remembered of its module, and drops it once it was taken', () => {
  const store = new ModuleStore()
  const key = `\n${url}\n`
  store.keep(key, make(undefined))
  assert.is(store.module(url, undefined), undefined)
  store.keep(key, make('1'))
  assert.is(store.module(url, undefined)?.source, '1')
  store.taken(url, undefined)
  store.keep(key, make('2'))
  assert.is(store.module(url, undefined), undefined)
})

test.run()
