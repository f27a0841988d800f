/** A pack whose file is taken away, or is another one's, while a program adds to it. */

import { mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { noteConsultations, noteFile } from '../../core/consulted.mts'
import { Packer } from '../../core/pack/packer.mts'
import { decodeSegments, encodeSegment } from '../../core/pack/segment.mts'
import { stateOf } from '../../core/stamp.mts'
import type { NodeModule } from '../../core/types.mts'

const test = suite('a pack that others remove')
const folder = mkdtempSync(join(tmpdir(), 'mimeport-appending-'))
const consulted = join(folder, 'tsconfig.json')
writeFileSync(consulted, '{}')
noteConsultations()
noteFile(consulted)
test.after(() => rmSync(folder, { recursive: true }))

const basis = { until: null, at: 0 }

function packerFor(name: string): { file: string; add: (url: string) => void } {
  const file = join(folder, 'cache', 'packs', name)
  const packer = new Packer({ file, isAnew: false, consult: () => true })
  return {
    file,
    add(url) {
      const module = { url, format: 'module', source: 'export {}', native: false } as NodeModule
      packer.add(`\n${url}\n`, '', module, basis)
      packer.flush()
    },
  }
}

/** What the segments of a file say: of which files they go by, and which modules they have. */
const segmentsOf = (file: string) =>
  decodeSegments(readFileSync(file)).segments.map(({ index }) => ({
    consulted: index.consulted.map(([path]) => path),
    urls: index.records.map(({ module }) => module.url),
  }))

test('what a pack goes by is said once in a file', () => {
  const { file, add } = packerFor('0'.repeat(16))
  add('a:1')
  add('a:2')
  assert.equal(segmentsOf(file), [
    { consulted: [consulted], urls: ['a:1'] },
    { consulted: [], urls: ['a:2'] },
  ])
})

/** Puts another process's pack in the place of one: it goes by `tsconfig`, as the content of that file. */
function putOther(file: string, tsconfig: string): void {
  const other = join(folder, 'other.json')
  writeFileSync(other, tsconfig)
  const keys = [['\nb:1\n', '\nb:1']] as const
  const index = {
    name: basename(file),
    consulted: [[consulted, stateOf(other)!]] as const,
    records: [],
    keys,
    grants: false,
  }
  unlinkSync(file)
  writeFileSync(file, Buffer.concat(encodeSegment(index, [])))
}

test('one that another process has put there, which was made by the same, is added to', () => {
  const { file, add } = packerFor('2'.repeat(16))
  add('a:1')
  putOther(file, '{}')
  add('a:2')
  assert.equal(segmentsOf(file), [
    { consulted: [consulted], urls: [] },
    { consulted: [consulted], urls: ['a:2'] },
  ])
})

test('one that was made by something else is not, then or later', () => {
  const { file, add } = packerFor('3'.repeat(16))
  add('a:1')
  putOther(file, '{ "compilerOptions": {} }')
  add('a:2')
  add('a:3')
  assert.equal(segmentsOf(file), [{ consulted: [consulted], urls: [] }])
})

test('and again where the file was removed meanwhile', () => {
  const { file, add } = packerFor('1'.repeat(16))
  add('a:1')
  unlinkSync(file)
  add('a:2')
  assert.equal(segmentsOf(file), [{ consulted: [consulted], urls: ['a:2'] }])
})

test("and where another program's is in its place", () => {
  const { file, add } = packerFor('2'.repeat(16))
  add('a:1')
  unlinkSync(file)
  writeFileSync(file, '', { mode: 0o600 })
  add('a:2')
  assert.equal(segmentsOf(file), [{ consulted: [consulted], urls: ['a:2'] }])
})

test('a module that many lead to is in a file once, and once more when it was made anew', () => {
  const file = join(folder, 'cache', 'packs', '3'.repeat(16))
  const packer = new Packer({ file, isAnew: false, consult: () => true })
  const made = (): NodeModule =>
    ({ url: 'a:1', format: 'module', source: 'export {}', native: false }) as NodeModule
  const [module, again] = [made(), made()]
  for (const from of ['b:1', 'b:2', 'b:3']) packer.add(`\n./1\n${from}`, '', module, basis)
  packer.flush()
  packer.add('\n./1\nb:4', '', module, basis)
  packer.add('\n./1\nb:1', '', again, basis)
  packer.flush()
  assert.equal(
    decodeSegments(readFileSync(file)).segments.map(({ index }) => [
      index.records.length,
      index.keys.length,
    ]),
    [
      [1, 3],
      [1, 1],
    ],
  )
})

test.run()
