import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { sweep } from './sweep.mts'

const test = suite('truncation sweep')

/** 16 bytes. `npm run faults` cuts a larger one. */
const swept = await sweep(8)

test('no part of a module runs, wherever it is cut', () => {
  assert.equal(swept.short, [])
  assert.ok(swept.cuts > 1000, `${swept.cuts}`)
})

test('no part of a module is in the cache', () => {
  assert.equal(swept.stored, [])
})

test('the module runs when it is whole', () => {
  assert.ok(swept.wholes > 40, `${swept.wholes}`)
  assert.is(swept.ran, swept.wholes)
})

test('a cut is a failure of the network, or of the coding', () => {
  assert.equal(Object.keys(swept.errors).sort(), [
    'ERR_MIMEPORT_CONTENT_CODING',
    'ERR_MIMEPORT_NETWORK',
  ])
})

test.run()
