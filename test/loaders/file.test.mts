import { Buffer } from 'node:buffer'
import { execFile, execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { configureLimits } from '../../core/limits.mts'
import { resolve, resolveRelativePath } from '../../loaders/file/file.mts'
import { rejects } from '../support/rejects.mts'

const test = suite<{ folder: string }>('file')
const invalid = 'ERR_MIMEPORT_INVALID_SPECIFIER'
const posix = process.platform !== 'win32'

test.before((context) => {
  context.folder = fs.mkdtempSync(join(tmpdir(), 'mimeport-test-'))
})
test.after(({ folder }) => fs.rmSync(folder, { recursive: true }))
test.after.each(() => configureLimits({}, {}))

function write(folder: string, name: string, content: string): string {
  const path = join(folder, name)
  fs.writeFileSync(path, content)
  return pathToFileURL(path).href
}

test('a file is answered with its length, its time and no media type', async ({ folder }) => {
  const url = write(folder, 'é x%.mjs', 'export default 1')
  fs.utimesSync(new URL(url), 0, 784111777)
  const { statusCode, headers, body } = await resolve(url)
  assert.is(statusCode, 200)
  assert.equal(headers, {
    'content-length': '16',
    'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT',
  })
  assert.is(Buffer.from(body as Uint8Array).toString(), 'export default 1')
  assert.is((body as Uint8Array).buffer.byteLength, 16)
})

test('query and fragment do not name a file', async ({ folder }) => {
  const url = write(folder, 'x', 'x')
  assert.is((await resolve(`${url}?a/b#c`)).statusCode, 200)
})

test('a missing file is 404', async ({ folder }) => {
  const url = write(folder, 'there', '')
  assert.is((await resolve(`${url}-not`)).statusCode, 404)
  assert.is((await resolve(`${url}/below`)).statusCode, 404)
  assert.is((await resolve(`${url}${'x'.repeat(5000)}`)).statusCode, 404)
})

test('an empty file is an empty body', async ({ folder }) => {
  const { headers, body } = await resolve(write(folder, 'empty', ''))
  assert.is((body as Uint8Array).length, 0)
  assert.is((headers as Record<string, string>)['content-length'], '0')
})

test('a directory is said to be one', async ({ folder }) => {
  const error = await rejects(resolve(pathToFileURL(`${folder}/`).href), invalid)
  assert.match(error.message, 'it is a directory; name a file in it')
})

test('a file that may not be read is 403', async ({ folder }) => {
  const url = write(folder, 'secret', 'x')
  fs.chmodSync(new URL(url), 0)
  // Root may read everything: as root, Node's permission model stands in for the file system's.
  if (process.getuid?.() !== 0 && posix) assert.is((await resolve(url)).statusCode, 403)
  const loader = new URL('../../loaders/file/file.mts', import.meta.url).href
  const source = `
    const { resolve } = await import(${JSON.stringify(loader)})
    console.log((await resolve(${JSON.stringify(url)})).statusCode)
  `
  const root = new URL('../../', import.meta.url).pathname
  const flags = [
    '--permission',
    `--allow-fs-read=${root}*`,
    '--input-type=module',
    '--eval',
    source,
  ]
  const { stdout } = await promisify(execFile)(process.execPath, flags)
  assert.is(stdout.trim(), '403')
})

test('a symbolic link is followed, and a circle of them is an error', async ({ folder }) => {
  if (!posix) return
  const url = write(folder, 'target', 'x')
  fs.symlinkSync('target', join(folder, 'link'))
  fs.symlinkSync('circle', join(folder, 'circle'))
  assert.is((await resolve(url.replace('target', 'link'))).statusCode, 200)
  await rejects(resolve(url.replace('target', 'circle')), 'ELOOP')
})

test('a pipe, a device and a socket are refused at once', async ({ folder }) => {
  if (!posix) return
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  for (const path of [pipe, '/dev/zero', '/dev/null', '/dev/stdin', '/dev/tty']) {
    const result = await resolve(pathToFileURL(path).href).catch((error) => error)
    if (result.statusCode === 200) assert.unreachable(`${path} was read`)
  }
  const error = await rejects(resolve(pathToFileURL(pipe).href), invalid)
  assert.match(error.message, 'it is no regular file')
})

test('a file whose size is not told is read to its end', async () => {
  if (!fs.existsSync('/proc/self/status')) return
  const { body } = await resolve('file:///proc/self/status')
  assert.match(Buffer.from(body as Uint8Array).toString(), /^Name:/)
})

test('exactly the body limit passes, one byte more fails before reading', async ({ folder }) => {
  configureLimits({ body: 1000 }, {})
  assert.is((await resolve(write(folder, 'fits', 'x'.repeat(1000)))).statusCode, 200)
  const large = 'ERR_MIMEPORT_BODY_TOO_LARGE'
  const error = await rejects(resolve(write(folder, 'large', 'x'.repeat(1001))), large)
  assert.match(error.message, 'it has 1,001 bytes, the limit is 1,000 bytes')
  const sparse = join(folder, 'sparse')
  fs.writeFileSync(sparse, '')
  fs.truncateSync(sparse, 2 ** 40)
  await rejects(resolve(pathToFileURL(sparse).href), large)
})

test('a host, an encoded slash and what is no file: URL are refused', async () => {
  const bad = [
    'file://host/x',
    'file:////host/x%00',
    'file:///a%2fb',
    'https://x/',
    'x',
    'file:///%00',
  ]
  for (const url of bad) {
    const result = await resolve(url).catch(({ code }) => code)
    assert.is(result, invalid, url)
  }
  const error = await rejects(resolve('file://example.com/x'), invalid)
  assert.match(error.message, `with a host ('example.com')`)
  assert.is((await resolve('file://localhost/not-there')).statusCode, 404)
})

test('a relative specifier is resolved as a URL', async () => {
  const parent = 'file:///a/b/c.mjs?q#f'
  const table: [string, string][] = [
    ['./x.mjs', 'file:///a/b/x.mjs'],
    ['../x.mjs?y#z', 'file:///a/x.mjs?y#z'],
    ['../../../../x', 'file:///x'],
    ['/x', 'file:///x'],
    ['./a b', 'file:///a/b/a%20b'],
  ]
  for (const [specifier, expected] of table) {
    assert.is(await resolveRelativePath(specifier, parent), expected)
  }
  for (const specifier of ['//host/x', '\\\\host\\x', 'https://example.com/', '//a b/']) {
    await rejects(() => resolveRelativePath(specifier, parent), invalid)
  }
})

test.run()
