/** Which later looks at a consulted file show that it is another one. */

import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  consultations,
  noteConsultations,
  noteFile,
  noteNearest,
  renoteFile,
} from '../../core/consulted.mts'

const test = suite('consulted files')
const folder = mkdtempSync(join(tmpdir(), 'mimeport-consulted-'))
const at = (name: string) => join(folder, name)

noteConsultations()
test.after(() => rmSync(folder, { recursive: true }))

test('are as they were after a touch, a file of the same content, and a change of our own', () => {
  writeFileSync(at('a'), 'one')
  noteFile(at('a'))
  noteFile(at('absent'))
  utimesSync(at('a'), 1, 1)
  noteFile(at('a'))
  rmSync(at('a'))
  writeFileSync(at('a'), 'one')
  noteFile(at('a'), false, statSync(at('a')))
  noteNearest(folder, 'absent', at('absent'))
  noteFile(at('absent'), true, null)
  assert.equal([...consultations()!.keys()], [at('a'), at('absent')])
  writeFileSync(at('a'), 'two')
  renoteFile(at('a'))
  noteFile(at('a'))
  assert.ok(consultations())
})

test('are not told any more once one of them was seen to be another', () => {
  writeFileSync(at('a'), 'three')
  assert.ok(consultations(), 'nobody has looked')
  noteFile(at('a'))
  assert.not(consultations())
  writeFileSync(at('a'), 'two')
  noteFile(at('a'))
  assert.not(consultations(), 'put back')
})
test.run()
