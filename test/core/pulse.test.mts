/** Work that does not give way tells that it goes on: an engine that is quiet for too long is taken for lost. */

import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { VendorWriter } from '../../core/lock/vendor-writer.mts'
import { configurePulse } from '../../core/pulse.mts'
import { referencesOf } from '../../core/type-references.mts'
import { makeProject } from '../support/spawn.mts'

const test = suite('pulse')

let beats = 0
test.before.each(() => {
  beats = 0
  configurePulse(() => (beats += 1))
})
test.after(() => configurePulse(() => {}))

test('the vendor folder is written with a sign of life for each file', () => {
  const project = makeProject({})
  try {
    const bodies = new Map(
      Array.from({ length: 20 }, (_, index) => {
        const response = { statusCode: 200, headers: {}, body: Buffer.from(`${index}`) }
        return [`https://host.test/${index}.mjs`, { loader: 'https', response }]
      }),
    )
    const writer = new VendorWriter(join(project.path, 'mimeport_modules'))
    writer.fill(bodies)
    assert.is(beats, 20)
    assert.is(writer.finish().written, 20)
    assert.ok(beats >= 40)
  } finally {
    project.remove()
  }
})

test('a long text is read with signs of life, and a short one needs none', () => {
  referencesOf('a;'.repeat(100), false)
  assert.is(beats, 0)
  referencesOf('a;'.repeat(200_000), false)
  assert.ok(beats >= 5)
})

test.run()
