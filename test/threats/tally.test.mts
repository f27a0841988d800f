/** The table of threats: what it adds up, and what it does not let pass. */

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { faultsOf, ids, readRecords, tableOf, tallyOf, totalsOf } from './tally.mts'
import { boundaries, threats } from './threats.mts'
import type { ThreatRecord } from './record.mts'

const test = suite('threats: tally')

const whole: ThreatRecord[] = ids.flatMap((id) => [
  { id, kind: 'denied', count: 2, file: '/p/test/a.test.mts' } as const,
  { id, kind: 'passed', count: 1, file: '/p/test/b.test.mts' } as const,
])
const shown = (path: string) => path.slice('/p/'.length)

test('there are 43 threats, each against a boundary that there is', () => {
  assert.equal(
    ids,
    Array.from({ length: 43 }, (_, index) => `T${String(index + 1).padStart(2, '0')}`),
  )
  for (const id of ids) {
    const { harm, against } = threats[id]
    assert.match(harm, /^[A-Z`].*[^.]$/)
    assert.ok(against.length > 0)
    for (const each of against) assert.ok(each in boundaries)
  }
})

test('records are added up by threat', () => {
  const tallies = tallyOf(whole, shown)
  const { denials, controls, connections, leaks, files } = tallies.get('T04')!
  assert.equal([denials, controls, connections, leaks], [2, 1, undefined, undefined])
  assert.equal(files, ['test/a.test.mts', 'test/b.test.mts'])
  const nameless = { id: 'T04', kind: 'denied', count: 1, file: '' } as const
  assert.equal(tallyOf([...whole, nameless], shown).get('T04')?.files, files)
  assert.equal(faultsOf(tallies), [])
  assert.equal(totalsOf(tallies), { denials: 86, controls: 43, connections: 0, leaks: 0 })
  assert.match(tableOf(tallies), /^T41 +2 +1 +- +- +A server of ours/m)
})

test('a threat without a denial or without a control is a fault, and so is what came through', () => {
  const without = (id: string, kind: string) =>
    faultsOf(
      tallyOf(
        whole.filter((each) => each.id !== id || each.kind !== kind),
        shown,
      ),
    )
  assert.equal(without('T09', 'denied'), ['T09: no denial was tried'])
  assert.equal(without('T12', 'passed'), ['T12: no control passed'])
  const file = '/p/x'
  const more: ThreatRecord[] = [
    { id: 'T08', kind: 'canary', count: 0, file },
    { id: 'T08', kind: 'canary', count: 1, file },
    { id: 'T12', kind: 'leak', count: 3, file },
  ]
  assert.equal(faultsOf(tallyOf([...whole, ...more], shown)), [
    'T08: 1 connections to a canary',
    'T12: 3 secrets were found',
  ])
})

const record = new URL('./record.mts', import.meta.url).href

test('several processes write records at once, and none is lost or torn', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mimeport-records-'))
  try {
    const path = join(folder, 'records')
    const child = `
      const { denied } = await import(${JSON.stringify(record)})
      for (let count = 0; count < 200; count++) denied('T01', 'x'.repeat(count))`
    const parent = `
      const { spawn } = await import('node:child_process')
      for (let count = 0; count < 4; count++)
        spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(child)}], { stdio: 'inherit' })`
    const env = { ...process.env, MIMEPORT_THREATS: path }
    execFileSync(process.execPath, ['--input-type=module', '-e', parent], { env })
    const records = readRecords(readFileSync(path, 'utf8'))
    assert.is(records.length, 800)
    assert.is(tallyOf(records, (each) => each).get('T01')?.denials, 800)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a record of an unknown threat, of a connection or of a leak fails its test', () => {
  for (const call of [`denied('T99')`, `canary('T08', 1)`, `leak('T12', 1)`]) {
    const program = `import { canary, denied, leak } from ${JSON.stringify(record)}; ${call}`
    const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', program])
    assert.is(status, 1, call)
  }
  const program = `import { canary, denied, leak } from ${JSON.stringify(record)}; canary('T08', 0)`
  assert.is(spawnSync(process.execPath, ['--input-type=module', '-e', program]).status, 0)
})

test.run()
