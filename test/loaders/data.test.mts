import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { forgivingBase64, resolve, resolveRelativePath } from '../../loaders/data/data.mts'
import { rejects } from '../support/rejects.mts'

const test = suite('data')

function vectors<T>(name: string): T[] {
  const file = new URL(`../corpora/wpt/data-urls/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8'))
}

const invalid = 'ERR_MIMEPORT_INVALID_SPECIFIER'

test('the 72 data: URLs of web-platform-tests are read, or refused, as expected', async () => {
  const all = vectors<[string, string | null, number[]?]>('data-urls')
  assert.is(all.length, 72)
  for (const [url, mediaType, bytes] of all) {
    if (mediaType === null) {
      await rejects(resolve(url), invalid)
      continue
    }
    const { statusCode, headers, body } = await resolve(url)
    assert.is(statusCode, 200)
    assert.equal(headers, { 'content-type': mediaType }, url)
    assert.equal([...(body as Uint8Array)], bytes, url)
  }
})

test('the 80 texts of base64 of web-platform-tests are decoded, or refused', async () => {
  const all = vectors<[string, number[] | null]>('base64')
  assert.is(all.length, 80)
  for (const [text, bytes] of all) {
    const decoded = forgivingBase64(text)
    assert.equal(decoded === undefined ? null : [...decoded], bytes, JSON.stringify(text))
    const url = `data:;base64,${encodeURIComponent(text)}`
    if (bytes === null) await rejects(resolve(url), invalid)
    else assert.equal([...((await resolve(url)).body as Uint8Array)], bytes)
  }
})

test('the fragment is not part of the content', async () => {
  const { body } = await resolve('data:text/javascript,export default 1 #x')
  assert.is(
    Buffer.from(body as Uint8Array)
      .toString()
      .trimEnd(),
    'export default 1',
  )
})

test('what is no data: URL is refused, by a short message', async () => {
  for (const url of ['', 'data', 'https://example.com/', `data:${'x'.repeat(100_000)}`]) {
    const error = await rejects(resolve(url), invalid)
    assert.ok(error.message.length < 300)
  }
  const hostile = await rejects(resolve('data:\x1b[2J\u202e'), invalid)
  assert.not.match(hostile.message, /[\x1b\u202e]/)
})

test('a media type of 4096 characters passes, a longer one is refused', async () => {
  const type = (length: number): string => `data:a/b;c=${'d'.repeat(length - 6)},x`
  await resolve(type(4096))
  await rejects(resolve(type(4097)), invalid)
})

test('nothing is relative to a data: URL', async () => {
  const error = await rejects(() => resolveRelativePath('./x', 'data:text/javascript,'), invalid)
  assert.match(error.message, 'a data: URL has no hierarchy')
})

test('eight megabytes take linear time', async () => {
  const size = 8 * 1024 * 1024
  const inputs = [
    `data:,${'a'.repeat(size)}`,
    `data:,${'%41'.repeat(size / 3)}`,
    `data:,${'%'.repeat(size)}`,
    `data:;base64,${'QUFB'.repeat(size / 4)}`,
    `data:;base64,${' ='.repeat(size / 2)}`,
    `data:;base64,${'='.repeat(size)}`,
    `data:x/y;${' '.repeat(size)}x,`,
    `data:${' '.repeat(size)}x,`,
    `data:${';base64'.repeat(size / 7)},`,
    `data:x/y;a="${'\\"'.repeat(size / 2)},`,
    `data:${'\t'.repeat(size)},`,
  ]
  for (const input of inputs) {
    // Quadratic would be hours.
    const work = resolve(input).catch(({ code }) => assert.is(code, invalid))
    await work
  }
})

test.run()
