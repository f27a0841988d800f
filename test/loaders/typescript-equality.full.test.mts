/** More of the same: every pair of programs of the corpus in one, and texts of this project that have been changed at random. */

import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { wholly } from '../../core/steps.mts'
import { compileByOxc } from '../../loaders/typescript/oxc.mts'
import { stripQuickly, stripTypes } from '../../loaders/typescript/strip.mts'
import { rows } from './typescript-rows.mts'
import {
  assertSamePositions,
  bothWays,
  interfaceOf,
  outcomeOf,
  programOf,
} from './typescript-ways.mts'

const test = suite('typescript: equality, in full')

/** A program that may stand beside others: in a block of its own, where nothing is exported. */
const blocks = rows
  .filter(
    ([, by, , options, language]) =>
      by === 'oxc' && language === undefined && options === undefined,
  )
  .map(([feature, , source]) => [feature, source] as const)
  .filter(([, source]) => !/^#!|\bimport\b|\bnamespace\b|\bexport (?!default)/m.test(source))
  .map(([feature, source], index) => [
    feature,
    `{ ${source.replace(/\bexport default ([^]*?)(?=;|$)/, (_, value) => `results[${index}] = ${value}`)}\n}`,
  ])

test('each two features come to the same beside each other', async () => {
  let compiled = 0
  for (const [first, a] of blocks) {
    for (const [second, b] of blocks) {
      if (first === second) continue
      const program = programOf(`const results: any = {};\n${a}\n${b}\nexport default results`)
      const ways = await bothWays(program).catch(() => undefined)
      if (ways?.oxc === undefined) continue
      const what = `${first} and ${second}`
      assert.equal(await interfaceOf(ways.oxc), await interfaceOf(ways.esbuild), what)
      assert.is(await outcomeOf(ways.oxc), await outcomeOf(ways.esbuild), what)
      assertSamePositions(program, ways)
      compiled++
    }
  }
  assert.ok(compiled > 200, `${compiled}`)
})

/** Numbers that are the same each time (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const bits =
  '< > ( ) { } [ ] : ? ! = => ; , . ... / ` + ++ # ?. @d as satisfies type async await declare abstract readonly private static in of new typeof enum interface export import default function class extends implements get yield is if else return "a" 1 <T> :T namespace'.split(
    ' ',
  )

/** A text with one or two of its tokens taken out, put in or exchanged. */
function changed(text: string, random: (below: number) => number): string {
  const tokens = text.split(/(\s+|\b|(?=[^\w\s]))/).filter((each) => each)
  for (let count = 1 + random(2); count > 0; count--) {
    const at = random(tokens.length)
    const other = random(tokens.length)
    const kind = random(3)
    if (kind === 0) tokens.splice(at, 1)
    else if (kind === 1)
      tokens.splice(at, 0, ` ${bits[random(bits.length)]}${random(4) ? ' ' : '\n'}`)
    else [tokens[at], tokens[other]] = [tokens[other]!, tokens[at]!]
  }
  return tokens.join('')
}

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

test('a text that was changed is erased as Node erases it, where it is erased', async () => {
  // Node's one warning is held back there.
  stripTypes('')
  const texts = globSync('{core,loaders}/**/*.mts', { cwd: root })
    .map((file) => readFileSync(`${root}/${file}`, 'utf8'))
    .filter((text) => text.length < 6_000)
  const random = numbers(6)
  let [erased, refused] = [0, 0]
  for (let count = 0; count < 6_000; count++) {
    const source = changed(texts[random(texts.length)]!, random)
    const quick = stripQuickly(source)
    if (quick === undefined || quick === 'compiled') continue
    if ((await wholly(compileByOxc({ ...programOf(source), wantsMap: false }))) === undefined)
      continue
    erased++
    try {
      stripTypeScriptTypes(source)
    } catch {
      // Types that Node's parser takes for none; without them the text is the same program.
      refused++
      continue
    }
    const expected = stripTypes(source)
    if (expected !== undefined) assert.is(quick.code, expected, source)
  }
  assert.ok(erased > 1_000, `${erased} erased`)
  assert.ok(refused <= erased / 200, `${refused} of ${erased} refused by Node`)
})

test.run()
