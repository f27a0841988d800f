/** The benchmark runs, prints its tables, and does not take a program's word for it. It times nothing here. */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checksum, deep, diamond, roundTrips, tree, wide } from '../bench/workloads/graph.mts'
import { own as ownOfJavaScript } from '../bench/workloads/javascript.mts'
import { extension, own as ownOfTypeScript } from '../bench/workloads/typescript.mts'
import { judge } from '../bench/report/result.mts'
import { barsTable } from '../bench/report/tables.mts'
import { median } from '../bench/measure/statistics.mts'
import { readOptions } from '../bench/options.mts'
import { root } from './support/documents.mts'

const test = suite('bench')

/** With the source, tiny, and nobody whom npm has to install. */
function bench(...args: readonly string[]) {
  return spawnSync(
    process.execPath,
    [join(root, 'bench/bench.mts'), '--smoke', '--source', '--no-peers', '--rounds', '1', ...args],
    { cwd: root, encoding: 'utf8' },
  )
}

test('bars A and H print a table of everyone, and a mark for each bar', () => {
  const { status, stdout, stderr } = bench('--only', 'A,H')
  assert.is(status, 0, stdout + stderr)
  assert.match(stdout, /^\*\*A\. startup, empty \.mjs\*\* \(limit: node\)$/m)
  for (const name of ['**mimeport**', '_node_', '_no-op registerHooks_', '**./loader.mts**']) {
    assert.match(stdout, new RegExp(`^\\| ${RegExp.escape(name)} +\\| +\\d[\\d.]* \\(`, 'm'))
  }
  assert.is(stdout.match(/^\| A'? +\|.*\| (?:✓ met|✗ \*\*missed\*\*) +\|$/gm)?.length, 3)
  // Counted, and no matter of time: what was pushed ahead is not waited for.
  assert.match(
    stdout,
    /^\| H +\| waits for prefetched modules +\| none +\| 0\.00 \(0\.00–0\.00\) +\| ✓ met +\|$/m,
  )
})

test('a program that prints something else than it must makes it fail, and is named', () => {
  const { status, stdout } = bench('--only', 'H', '--expect', 'checksum 1')
  assert.is(status, 1)
  assert.match(
    stdout,
    /^!! the bridge IS WRONG: printed 'checksum 50 50\n.*' and not 'checksum 1'/ms,
  )
  assert.match(stdout, /^\| H +\| one answer of the bridge +\|.*could not run.*NOT MEASURED/m)
})

test('a bar is met at its bound, missed above it, and missed with a fault', () => {
  const bar = { id: 'A', work: 'w', bar: 'b', bound: 1.15 }
  assert.is(judge(bar, [1, 1.15, 2]).met, true)
  assert.is(judge(bar, [1, 1.1501, 2]).met, false)
  assert.is(judge(bar, [1], ['the engine thread was started']).met, false)
  assert.is(judge(bar, [undefined]).met, undefined)
  assert.match(barsTable([judge(bar, [], ['f'])]), /could not run .*NOT MEASURED\*\*: f/)
})

test('a median is the middle, or between the two that are', () => {
  assert.is(median([3, 1, 2]), 2)
  assert.is(median([4, 1, 2, 3]), 2.5)
  assert.throws(() => median([]), RangeError)
})

test('the graphs have the round trips that the bars speak of, and nothing that nobody imports', () => {
  assert.is(roundTrips(wide(200)), 3)
  assert.is(roundTrips(deep(30)), 30)
  assert.is(roundTrips(diamond(300)), 8)
  for (const graph of [tree(1_000), wide(5_000), diamond(20)]) {
    assert.ok(roundTrips(graph) > 1)
    assert.ok(graph.every((imports, at) => imports.every((next) => next > at)))
    assert.ok(graph.every((imports) => new Set(imports).size === imports.length))
  }
})

test('a checksum depends on every module', () => {
  const graph = tree(50)
  const whole = checksum(graph, ownOfJavaScript)
  for (const at of graph.keys()) {
    assert.is.not(
      checksum(graph, (each) => ownOfJavaScript(each) + Number(each === at)),
      whole,
    )
  }
})

test('of 1,000 modules of TypeScript 100 are .tsx, and only the mixed ones add what is not erasable', () => {
  const modules = Array.from({ length: 1_000 }, (_, at) => at)
  assert.is(modules.filter((at) => extension(at, 'mixed') === '.tsx').length, 100)
  assert.is(modules.filter((at) => extension(at, 'erasable') === '.tsx').length, 0)
  const differ = modules.filter(
    (at) => ownOfTypeScript(at, 'mixed') !== ownOfTypeScript(at, 'erasable'),
  )
  // A quarter each, a tenth, a twentieth, a tenth; some have two.
  assert.is(differ.length, 650)
})

test('a letter that is no bar, and a number of rounds that is none, are refused', () => {
  assert.equal([...readOptions(['--only', 'c, D']).only], ['C', 'D'])
  assert.throws(() => readOptions(['--only', 'Z']), /there is no bar 'Z'/)
  assert.is(readOptions(['--rounds', '1']).rounds, 1)
  assert.throws(() => readOptions(['--rounds', '0']), /'0' is no number of rounds/)
})

test.run()
