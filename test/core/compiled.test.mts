/** What V8 has compiled of ourselves: where it is kept, and where nothing is. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { codeFile, keepCode, readCode } from '../../core/application/compiled.mts'

const test = suite('what V8 has compiled of ourselves')

const folder = mkdtempSync(join(tmpdir(), 'mimeport-compiled-'))
const names = [
  'CI',
  'MIMEPORT_FROZEN',
  'MIMEPORT_CACHE',
  'NODE_DISABLE_COMPILE_CACHE',
  'NODE_V8_COVERAGE',
]
const before = Object.fromEntries(names.map((name) => [name, process.env[name]]))

function file(environment: Record<string, string>): string | undefined {
  for (const name of names) delete process.env[name]
  Object.assign(process.env, { MIMEPORT_CACHE: folder }, environment)
  return codeFile('file:///x/attach.cjs')
}

test('is a file of the cache, and none where a frozen lock holds to bytes alone', () => {
  assert.ok(file({})?.startsWith(folder))
  assert.is(file({ CI: 'true' }), undefined)
  assert.is(file({ MIMEPORT_FROZEN: '1' }), undefined)
  assert.ok(file({ CI: 'true', MIMEPORT_FROZEN: '0' }))
  assert.ok(file({ CI: 'false' }))
  assert.is(file({ NODE_DISABLE_COMPILE_CACHE: '1' }), undefined)
  assert.is(file({ NODE_V8_COVERAGE: folder }), undefined)
  assert.is(file({ MIMEPORT_CACHE: 'off' }), undefined)
})

test('goes for the very text that was compiled, and no bit of it may change', () => {
  const place = file({})!
  const text = Buffer.from('module.exports = 1')
  const code = Buffer.from('what V8 made of it')
  keepCode(place, text, code)
  assert.equal(readCode(place, text), code)
  assert.is(readCode(place, Buffer.from('module.exports = 2')), undefined)
  const whole = readFileSync(place)
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const other = Buffer.from(whole)
    other[bit >> 3]! ^= 1 << (bit & 7)
    writeFileSync(place, other)
    assert.is(readCode(place, text), undefined, `bit ${bit}`)
  }
  writeFileSync(place, whole)
  assert.equal(readCode(place, text), code)
})

test('is not kept, without an error, where the cache is no folder', () => {
  const none = join(folder, 'none')
  writeFileSync(none, '')
  const place = join(none, 'own', '01234567')
  keepCode(place, Buffer.from('x'), Buffer.from('y'))
  assert.is(readCode(place, Buffer.from('x')), undefined)
})

test.after(() => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  rmSync(folder, { recursive: true, force: true })
})
test.run()
