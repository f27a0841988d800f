/** Files in archives: of servers, of this machine, and in archives that were made to harm. */

import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fileIn } from '../../core/data/archive.mts'
import { configureLimits, defaultLimits } from '../../core/limits.mts'
import { resolve, resolveRelativePath } from '../../loaders/archive/archive.mts'
import { plainTarOf, tarOf, zipOf } from '../support/archives.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'
import { makeProject, run, runProject } from '../support/spawn.mts'
import { denied, passed } from '../threats/record.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('archive')
const archive = 'https://host.test/lib.zip'

const library = {
  'package/index.mjs':
    "export { n } from './lib/n.ts'\nexport { default as data } from '/data.json' with { type: 'json' }\nexport const { url } = import.meta\n",
  'package/lib/n.ts': "import text from '../../a b.txt'\nexport const n: number = text.length\n",
  'a b.txt': 'four',
  'data.json': '{ "d": 1 }',
}

const forms = {
  zip: zipOf(library),
  tgz: tarOf(library),
  tar: plainTarOf(library),
  'tar.gz': tarOf(library),
  jar: zipOf(library),
}

let server: TestServer

test.before(async () => {
  server = await startServer()
})
test.after(() => server.stop())
test.after.each(() => configureLimits({}, {}))

/** The text of a file in an archive. */
const textIn = async (bytes: Uint8Array, path: string) => {
  const found = await fileIn(archive, bytes, path)
  return found && Buffer.from(found).toString()
}

for (const [form, bytes] of Object.entries(forms)) {
  test(`modules of a .${form}, here and at a server, import each other`, async () => {
    await server.set({
      [`/lib.${form}`]: { headers: { 'content-type': 'application/octet-stream' }, body: bytes },
    })
    const { stdout, stderr, path } = await runProject({
      [`my lib.${form}`]: bytes,
      'app.mjs': `
        import * as here from './my%20lib.${form}!/package/index.mjs'
        import * as there from '${server.url}/lib.${form}!/package/index.mjs'
        console.log(here.n, here.data.d, here.url)
        console.log(there.n, there.data.d, there.url)
        console.log(import.meta.resolve('./my%20lib.${form}!/package/index.mjs') === here.url)`,
    })
    assert.is(stderr, '')
    assert.equal(stdout.split('\n'), [
      `4 1 archive://${path}/my%20lib.${form}!/package/index.mjs`,
      `4 1 ${server.url}/lib.${form}!/package/index.mjs`,
      'true',
      '',
    ])
  })
}

test('require() takes one, too, and a worker', async () => {
  const { stdout, stderr } = await runProject(
    {
      'lib.zip': zipOf({
        'x.cjs': "exports.x = require('./y.cjs').y",
        'y.cjs': 'exports.y = 1',
        'w.mjs': "console.log('worker')",
      }),
      'app.cjs':
        "console.log(require('./lib.zip!/x.cjs').x); new (require('node:worker_threads').Worker)(new URL('archive://' + __dirname + '/lib.zip!/w.mjs'))",
    },
    { main: 'app.cjs' },
  )
  assert.is(stderr, '')
  assert.is(stdout, '1\nworker\n')
})

test('a redirect of the archive is followed, by the list of what may be imported', async () => {
  await server.set({
    '/latest.zip': { status: 302, headers: { location: '/tar.gz/v1' } },
    '/tar.gz/v1': { headers: { 'content-type': 'application/x-gzip' }, body: tarOf(library) },
    '/out.zip': { status: 302, headers: { location: 'https://elsewhere.test/lib.zip' } },
  })
  const { stdout } = await runProject({
    'app.mjs': `
      console.log((await import('${server.url}/latest.zip!/package/index.mjs')).url)
      await import('${server.url}/out.zip!/package/index.mjs').catch(({ code }) => console.log(code))`,
  })
  assert.is(stdout, `${server.url}/tar.gz/v1!/package/index.mjs\nERR_MIMEPORT_NOT_ALLOWED\n`)
})

test('what is not in it, and an archive that is not there, is not found', async () => {
  await server.set({ '/lib.zip': forms.zip })
  const specifiers = [
    './lib.zip!/gone.mjs',
    './gone.zip!/x.mjs',
    './lib.zip!/package',
    `${server.url}/lib.zip!/gone.mjs`,
    `${server.url}/gone.zip!/x.mjs`,
  ]
  const { stdout } = await runProject({
    'lib.zip': forms.zip,
    'app.mjs': `for (const each of ${JSON.stringify(specifiers)}) await import(each).catch(({ code }) => console.log(code))`,
  })
  assert.is(stdout, 'ERR_MODULE_NOT_FOUND\n'.repeat(specifiers.length))
})

test('code of the network has no archive of this machine', async () => {
  const project = makeProject({ 'lib.zip': forms.zip })
  try {
    await server.set({
      '/named.mjs': `import 'archive://${project.path}/lib.zip!/data.json'`,
      '/file.mjs': `import 'file://${project.path}/lib.zip!/data.json'`,
      '/moved.zip': { status: 302, headers: { location: `archive://${project.path}/lib.zip` } },
    })
    project.write({
      'app.mjs': `for (const each of ['named.mjs', 'file.mjs', 'moved.zip!/data.json']) await import('${server.url}/' + each).catch(({ code }) => console.log(code))`,
    })
    const { stdout } = await run(['app.mjs'], { cwd: project.path })
    assert.is(
      stdout,
      'ERR_MIMEPORT_NOT_ALLOWED\nERR_MIMEPORT_LOCAL_IMPORT\nERR_MIMEPORT_NOT_ALLOWED\n',
    )
  } finally {
    project.remove()
  }
})

test('an archive that has changed is read again by the next program', async () => {
  const project = makeProject({
    'lib.zip': zipOf({ 'x.mjs': 'export default 1' }),
    'app.mjs': "import x from './lib.zip!/x.mjs'\nconsole.log(x)",
  })
  const env = { MIMEPORT_CACHE: `${project.path}/cache` }
  try {
    const printed = async () => (await run(['app.mjs'], { cwd: project.path, env })).stdout
    assert.equal([await printed(), await printed()], ['1\n', '1\n'])
    project.write({ 'lib.zip': zipOf({ 'x.mjs': 'export default 2' }) })
    assert.equal([await printed(), await printed()], ['2\n', '2\n'])
  } finally {
    project.remove()
  }
})

test('a relative specifier does not leave the archive', async () => {
  const parent = 'https://host.test/lib.zip!/package/index.mjs'
  for (const specifier of [
    '../../../../etc/passwd',
    '/etc/passwd',
    '%2e%2e/%2e%2e/etc/passwd',
    '..\\..\\etc\\passwd',
  ]) {
    assert.is(await resolveRelativePath(specifier, parent), 'https://host.test/lib.zip!/etc/passwd')
  }
  for (const specifier of ['//host.test/x', '\\\\host\\x', 'https://host.test/x']) {
    await rejects(() => resolveRelativePath(specifier, parent), 'ERR_MIMEPORT_OUTSIDE_ORIGIN')
  }
})

test('a name that leads out is found under itself alone, and a link is no file', async () => {
  const tar = tarOf({
    '../../etc/x': 'out',
    '/etc/y': 'out',
    'link.mjs': { link: '/etc/passwd' },
    'x.mjs': 'in',
  })
  assert.is(await textIn(tar, 'x.mjs'), 'in')
  for (const path of ['etc/x', 'etc/y', 'link.mjs']) assert.is(await textIn(tar, path), undefined)
  const zip = zipOf({ 'x.mjs': 'in' })
  assert.is(await textIn(zip, 'x.mjs'), 'in')
  await rejects(
    textIn(zipOf({ '../x.mjs': 'out', 'x.mjs': 'in' }), 'x.mjs'),
    'ERR_MIMEPORT_INVALID_BODY',
  )
})

test('a bomb is refused by its size, its ratio, and what it says of itself', async () => {
  const limit = 1000
  configureLimits({ body: limit }, {})
  assert.is((await textIn(zipOf({ x: 'a'.repeat(limit) }), 'x'))?.length, limit)
  await rejects(textIn(zipOf({ x: 'a'.repeat(limit + 1) }), 'x'), 'ERR_MIMEPORT_BODY_TOO_LARGE')
  const lying = zipOf({ x: { content: 'a'.repeat(100_000), size: 10 } })
  await rejects(textIn(lying, 'x'), 'ERR_MIMEPORT_INVALID_BODY')
  await rejects(textIn(tarOf({ x: 'a'.repeat(limit) }), 'x'), 'ERR_MIMEPORT_BODY_TOO_LARGE')
  configureLimits({ body: 4096, ratio: defaultLimits.ratio }, {})
  assert.is((await textIn(tarOf({ x: 'a'.repeat(limit) }), 'x'))?.length, limit, 'the control')
  configureLimits({}, {})
  const large = gzipSync(Buffer.alloc(8 * 2 ** 20))
  await rejects(textIn(large, 'x'), 'ERR_MIMEPORT_BODY_TOO_LARGE')
})

test('a long URL is looked through once, and the first archive in it is the one', async () => {
  // From each of these to the end, again and again, would be minutes.
  assert.is(await resolve(`https://host.test${'/zip'.repeat(1_000_000)}`), false)
  denied('T27', 'a URL of a million archives')
  for (const [parent, path] of [
    ['https://host.test/a.zip!/b.zip!/c.mjs', 'https://host.test/a.zip!/b.zip!/d.mjs'],
    ['https://host.test/x!/zip/main!/c.mjs', 'https://host.test/x!/zip/main!/d.mjs'],
    ['https://host.test/a.zip?v=1!/c/d.mjs?e', 'https://host.test/a.zip?v=1!/c/d.mjs'],
  ]) {
    assert.is(await resolveRelativePath('./d.mjs', parent!), path)
    passed('T27', parent)
  }
})

test('what is cut off, changed or no archive is an error, never less of a module', async () => {
  const zip = zipOf({ x: 'export default 1' })
  await rejects(
    textIn(zipOf({ x: { content: 'export default 1', checksum: 1 } }), 'x'),
    'ERR_MIMEPORT_INVALID_BODY',
  )
  await rejects(
    textIn(zipOf({ x: { content: 'export default 1', size: 3 } }), 'x'),
    'ERR_MIMEPORT_INVALID_BODY',
  )
  await rejects(textIn(zip.subarray(0, zip.length - 4), 'x'), 'ERR_MIMEPORT_INVALID_BODY')
  const tar = plainTarOf({ x: 'a'.repeat(2000) })
  await rejects(textIn(tar.subarray(0, 1000), 'x'), 'ERR_MIMEPORT_INVALID_BODY')
  const gzip = tarOf({ x: 'a' })
  await rejects(textIn(gzip.subarray(0, gzip.length - 4), 'x'), 'ERR_MIMEPORT_CONTENT_CODING')
  await rejects(
    textIn(Buffer.from('<!doctype html>'.repeat(100)), 'x'),
    'ERR_MIMEPORT_INVALID_BODY',
  )
  await rejects(textIn(new Uint8Array(), 'x'), 'ERR_MIMEPORT_INVALID_BODY')
})

test.run()
