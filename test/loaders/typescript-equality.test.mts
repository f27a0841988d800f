/** oxc-transform before esbuild: what it compiles is what esbuild makes, and what it would not is left to esbuild. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rows } from './typescript-rows.mts'
import {
  assertSamePositions,
  bothWays,
  interfaceOf,
  outcomeOf,
  programOf,
} from './typescript-ways.mts'

const test = suite('typescript: equality')
let words = 0

for (const [feature, by, source, options, language] of rows) {
  test(`${feature}: by ${by}`, async () => {
    const program = programOf(source, options, language)
    const { oxc, esbuild } = await bothWays(program).catch((error) => {
      assert.is(by, 'esbuild', error.message)
      return { oxc: undefined, esbuild: undefined }
    })
    assert.is(oxc === undefined ? 'esbuild' : 'oxc', by, oxc?.code)
    if (oxc === undefined || esbuild === undefined) return
    assert.equal(await interfaceOf(oxc), await interfaceOf(esbuild), oxc.code)
    assert.is(await outcomeOf(oxc), await outcomeOf(esbuild), `${oxc.code}\n${esbuild.code}`)
    words += assertSamePositions(program, { oxc, esbuild })
  })
}

test('words were found to compare positions of', () => {
  assert.ok(words > 100, `${words}`)
})

test.run()
