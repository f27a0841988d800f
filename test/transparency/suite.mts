/** A test for each program: it behaves with us as without, or as docs/transparency.md says. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loaderPath } from '../support/spawn.mts'
import { Comparer } from './comparison.mts'
import type { Test } from 'uvu'
import type { Comparison, Nearness } from './comparison.mts'
import type { Program } from './program.mts'

const root = dirname(loaderPath)

/** Programs at a time: another test file runs beside this one. */
const AT_ONCE = 2

/** The repository's form of the loader starts slowly: it is run with one program of so many. */
const SAMPLE = 15

/** A row of docs/transparency.md: programs that are not the same to the letter. */
interface Exception {
  readonly nearness: Nearness
  readonly names: RegExp
  readonly text: string
}

/** The programs that docs/transparency.md lists; `*` stands for anything. */
function listed(): Exception[] {
  const rows = readFileSync(join(root, 'docs/transparency.md'), 'utf8').matchAll(
    /^\| `([^|]+)` +\| (preload|line|hooks|different) +\| ([\d, ]+?) +\|/gm,
  )
  const [major = ''] = process.versions.node.split('.')
  return [...rows]
    .filter(([, , , versions = '']) => versions.split(', ').includes(major))
    .map(([, name = '', nearness]) => ({
      nearness: nearness as Nearness,
      names: new RegExp(`^${RegExp.escape(name).replaceAll('\\*', '.*')}$`),
      text: name,
    }))
}

/** The package as it is published, but for its own folder in node_modules. */
function buildPackage(): string {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'mimeport-package-')))
  execFileSync(process.execPath, [join(root, 'scripts/build.mts'), join(home, 'dist')])
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'))
  return home
}

/** Starts to compare all programs, so many at a time, and gives what comes of each. */
function compareAll(
  comparer: Comparer,
  programs: readonly Program[],
  loader: string,
): Promise<Comparison>[] {
  const begun = programs.map((program) => ({ program, ...Promise.withResolvers<Comparison>() }))
  const queue = [...begun]
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      await comparer.compare(next.program, loader).then(next.resolve, next.reject)
    }
  }
  for (let worker = 0; worker < AT_ONCE; worker++) void work()
  return begun.map(({ promise }) => promise)
}

/** Tests programs: all with the package, some with the repository. */
export function testPrograms(name: string, programs: readonly Program[]): Test {
  const test = suite(`transparency: ${name}`)
  const comparer = new Comparer()
  const exceptions = listed()
  const used = new Set<Exception>()
  const some = programs.filter((_, index) => index % SAMPLE === 0)
  let home: string
  let built: Promise<Comparison>[]
  let source: Promise<Comparison>[]

  test.before(() => {
    home = buildPackage()
    built = compareAll(comparer, programs, join(home, 'dist/loader.mjs'))
  })
  test.after(() => {
    comparer.remove()
    rmSync(home, { recursive: true, force: true })
  })

  const check = (program: Program, { nearness, plain, ours }: Comparison) => {
    if (nearness === 'same' || nearness === 'positions') return
    const exception = exceptions.find(
      (each) => each.nearness === nearness && each.names.test(program.name),
    )
    if (exception === undefined) {
      assert.equal(ours, plain, `${nearness}: not in docs/transparency.md`)
    }
    used.add(exception!)
  }

  test('no two programs have one name', () => {
    assert.is(new Set(programs.map((program) => program.name)).size, programs.length)
  })
  for (const [index, program] of programs.entries()) {
    test(program.name, async () => check(program, await built[index]!))
  }
  test('the repository is as transparent as the package', async () => {
    source = compareAll(comparer, some, loaderPath)
    for (const [index, program] of some.entries()) check(program, await source[index]!)
  })
  test('docs/transparency.md lists no program in vain', () => {
    const stale = exceptions.filter(
      (each) =>
        !each.text.includes('*') &&
        !used.has(each) &&
        programs.some((program) => each.names.test(program.name)),
    )
    assert.equal(
      stale.map(({ text }) => text),
      [],
    )
  })
  return test
}
