/**
 * What a program that needs nothing from us pays at its start: an empty program with the loader, paired round by round
 * with the same under a preload that registers two hooks which do nothing. `npm run bench [-- rounds]`.
 * It builds first: the package is compiled; `.mts` pays Node’s type stripper, too.
 */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const rounds = Number(process.argv[2] ?? 31)
const folder = mkdtempSync(join(tmpdir(), 'mimeport-bench-'))
const empty = join(folder, 'empty.mjs')
const noop = join(folder, 'noop.mjs')
writeFileSync(empty, '')
writeFileSync(
  noop,
  `import module from 'node:module'
module.registerHooks({ resolve: (s, c, next) => next(s, c), load: (u, c, next) => next(u, c) })`,
)

function time(preload: string): number {
  const started = process.hrtime.bigint()
  const { status } = spawnSync(process.execPath, ['--import', preload, empty], { cwd: folder })
  if (status !== 0) throw new Error(`${preload} ended with ${status}`)
  return Number(process.hrtime.bigint() - started) / 1e6
}

const median = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!

for (const [name, preload] of [
  ['built package', join(root, 'dist/loader.mjs')],
  ['source (.mts)', join(root, 'loader.mts')],
] as const) {
  for (const each of [preload, noop]) time(each)
  const pairs = Array.from({ length: rounds }, () => {
    const ours = time(preload)
    const theirs = time(noop)
    return { ours, theirs, ratio: ours / theirs }
  })
  const ratios = pairs.map(({ ratio }) => ratio)
  process.stdout.write(
    `${name}: ${median(ratios).toFixed(2)} × a no-op preload (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}); ` +
      `medians ${median(pairs.map(({ ours }) => ours)).toFixed(1)} and ${median(pairs.map(({ theirs }) => theirs)).toFixed(1)} ms, ` +
      `${rounds} rounds, Node ${process.version}\n`,
  )
}
rmSync(folder, { recursive: true })
