/** SECURITY.md says what is so: its table is that of the threats, and the tests that it names record them. */

import { existsSync, readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { figuresOf, readPage, rowsOf } from './page.mts'
import { ids } from './tally.mts'
import { boundaries, threats } from './threats.mts'
import type { ThreatId } from './threats.mts'

const test = suite('SECURITY.md')
const root = new URL('../../', import.meta.url)
const page = readPage()
const rows = rowsOf(page)

test('there is a row for each threat, in its words', () => {
  assert.equal(
    rows.map(({ id }) => id),
    ids,
  )
  for (const { id, harm, against, held, loosened } of rows) {
    const threat = threats[id as ThreatId]
    assert.is(harm, threat.harm, id)
    assert.equal(against, [...threat.against], id)
    assert.ok(held.length > 10, `${id}: what holds it`)
    assert.ok(loosened !== '', `${id}: what loosens it`)
  }
})

/** What a test file records of a threat: its kinds. */
function recorded(file: string, id: string): string[] {
  const text = readFileSync(new URL(file, root), 'utf8')
  const calls = text.matchAll(/\b(denied|passed|canary|leak)\(\s*'(T\d\d)'/g)
  return [...calls].filter(([, , own]) => own === id).map(([, kind = '']) => kind)
}

test('each row names tests that are there, and that try a denial of it and a control', () => {
  for (const { id, files } of rows) {
    assert.ok(files.length > 0, `${id} has a test`)
    const kinds = files.flatMap((file) => {
      assert.ok(existsSync(new URL(file, root)), `${id}: ${file}`)
      const own = recorded(file, id)
      assert.ok(own.length > 0, `${id}: ${file} records it`)
      return own
    })
    assert.ok(kinds.includes('denied'), `${id}: a denial`)
    assert.ok(kinds.includes('passed'), `${id}: a control`)
  }
})

test('the boundaries are those that the threats are against', () => {
  const named = [...page.matchAll(/^\| (B\d) +\| (.+?) +\|/gm)].map(([, id, is]) => [id, is])
  assert.equal(named, Object.entries(boundaries))
})

test('the figures are of a whole run: something was denied, and nothing came through', () => {
  const [denials = 0, controls = 0, files = 0, connections = 1, leaks = 1] = [
    ...(figuresOf(page) ?? '').matchAll(
      /\d[\d,]*(?= (?:attempts|controls|test files|connections|secrets))/g,
    ),
  ].map(([number]) => Number(number.replaceAll(',', '')))
  assert.ok(denials > 1000 && controls > 100 && files > 20, figuresOf(page))
  assert.equal([connections, leaks], [0, 0])
})

test('nothing is called a sandbox', () => {
  const claims = page
    .split('\n')
    .filter((line) => /sandbox/i.test(line) && !/\bno sandbox\b/.test(line))
  assert.equal(claims, [])
})

test.run()
