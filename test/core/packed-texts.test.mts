/** The texts of a pack on their way into its file: where they lie, how they are written, how many are held. */

import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { noteConsultations } from '../../core/consulted.mts'
import { writeGathered } from '../../core/gathered-write.mts'
import { openPack } from '../../core/pack/pack.mts'
import { PackedTexts } from '../../core/pack/packed-texts.mts'
import { Packer } from '../../core/pack/packer.mts'
import { replaceFile } from '../../core/replacement.mts'
import type { NodeModule } from '../../core/types.mts'

const test = suite('packed texts')
const folder = mkdtempSync(join(tmpdir(), 'mimeport-texts-'))
noteConsultations()
test.after(() => rmSync(folder, { recursive: true }))

test('each is where it is said to be, whatever its length and its characters', () => {
  const lengths = [0, 1, 2 ** 16 - 1, 2 ** 16, 2 ** 16 + 1, 7, 2 ** 18, 0, 3]
  const texts = lengths.flatMap((length) =>
    ['x', '¡', '→', '🦉'].map((each) => each.repeat(length)),
  )
  const packed = new PackedTexts()
  const places = texts.map((text) => packed.add(text))
  const bytes = Buffer.concat(packed.parts)
  assert.is(bytes.length, packed.length)
  for (const [at, { offset, length, latin1 }] of places.entries()) {
    const text = bytes.toString(latin1 ? 'latin1' : 'utf8', offset, offset + length)
    assert.ok(text === texts[at], `text ${at}`)
  }
  assert.is(places[1]!.length, 0)
  assert.equal([places[4]!.latin1, places[5]!.latin1, places[6]!.latin1], [true, true, false])
})

test('many that are short share the memory that is taken', () => {
  const packed = new PackedTexts()
  for (let at = 0; at < 1_000; at += 1) packed.add('export {}')
  assert.is(packed.parts.filter(({ length }) => length > 0).length, 1)
})

test('parts are written back to back, empty ones and more than one call takes', () => {
  const file = join(folder, 'parts')
  const parts = Array.from({ length: 3_000 }, (_, at) => Buffer.from(at % 7 === 0 ? '' : `${at}\n`))
  const fd = openSync(file, 'a')
  writeGathered(fd, parts)
  writeGathered(fd, [])
  writeGathered(fd, [Buffer.from('end')])
  closeSync(fd)
  const expected = Buffer.concat([...parts, Buffer.from('end')])
  assert.ok(readFileSync(file).equals(expected))
  replaceFile(file, parts, 0o600)
  assert.ok(readFileSync(file).equals(Buffer.concat(parts)))
})

test('no more than 8 MiB is held until somebody asks for it to be written', () => {
  const file = join(folder, 'cache', 'packs', '0'.repeat(16))
  const packer = new Packer({ file, isAnew: true, consult: () => true })
  const source = 'x'.repeat(2 ** 20)
  const add = (url: string) => {
    const module = { url, format: 'module', source, native: false } as NodeModule
    packer.add(`\n${url}\n`, '', module, { until: null, at: 0 })
  }
  for (let at = 0; at < 8; at += 1) add(`a:${at}`)
  assert.not.ok(existsSync(file))
  add('a:8')
  assert.is(openPack(file)?.size, 9)
  add('a:9')
  packer.flush()
  const pack = openPack(file)
  assert.is(pack?.size, 10)
  assert.ok(pack?.isSound)
  assert.is(pack?.module('\na:9\n')?.source, source)
})

test.run()
