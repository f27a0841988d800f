/** What V8 has compiled is found by the module's URL, under the names that Node itself gives. */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { crc32 } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compiledFiles, compiledOf } from '../../core/pack/pack-inventory.mts'

const test = suite('pack-inventory')

/** A file in the folder whose name in Node's cache begins with so many zeros: one of 16, of 256. `kind`: src/compile_cache.h */
function named(folder: string, extension: string, kind: number, zeros: number): string {
  for (let number = 0; ; number++) {
    const path = join(folder, `m${number}.${extension}`)
    const key = kind === 0 ? path : pathToFileURL(path).href
    if (Math.clz32(crc32(key, crc32(Uint8Array.of(kind)))) >> 2 === zeros) return path
  }
}

test('a file is found, however its name begins', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mimeport-inventory-'))
  try {
    const esm = [0, 1, 2].map((zeros) => named(folder, 'mjs', 1, zeros))
    const cjs = [0, 1, 2].map((zeros) => named(folder, 'cjs', 0, zeros))
    for (const path of esm) writeFileSync(path, 'export default 1')
    for (const path of cjs) writeFileSync(path, 'module.exports = 1')
    const urls = esm.map((path) => pathToFileURL(path).href)
    const program = `
      import { createRequire, enableCompileCache, flushCompileCache } from 'node:module'
      enableCompileCache(${JSON.stringify(join(folder, 'compiled'))})
      for (const url of ${JSON.stringify(urls)}) await import(url)
      for (const path of ${JSON.stringify(cjs)}) createRequire(path)(path)
      flushCompileCache()`
    const env = { ...process.env, NODE_COMPILE_CACHE: undefined, NODE_V8_COVERAGE: undefined }
    execFileSync(process.execPath, ['--input-type=module', '--eval', program], { env })
    const kept = compiledFiles(folder).map(({ path }) => path)
    const [version = ''] = readdirSync(join(folder, 'compiled'))
    assert.equal(
      kept.toSorted(),
      readdirSync(join(folder, 'compiled', version))
        .map((name) => join(folder, 'compiled', version, name))
        .toSorted(),
    )
    const found = compiledOf(folder, [...urls, ...cjs]).filter((path) => existsSync(path))
    for (const zeros of ['', '0', '00'])
      assert.ok(found.filter((path) => basename(path).startsWith(zeros)).length >= 2, zeros)
    assert.is(found.length, 6)
    assert.ok(found.every((path) => kept.includes(path)))
    // The control: another module's is not among them.
    const others = [`${urls[0]}?other`, `${cjs[0]}x`]
    assert.equal(
      compiledOf(folder, others).filter((path) => existsSync(path)),
      [],
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.run()
