/** What a module from the network may reach, by whatever way it asks, and whoever has asked before. */

import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeCertificate } from '../faults/certificate.mts'
import { startServer } from '../support/server.mts'
import { makeProject, run, runProject } from '../support/spawn.mts'
import { canary, denied, passed } from '../threats/record.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('policy: reach')

const refused = 'ERR_MIMEPORT_NOT_ALLOWED'
const localImport = 'ERR_MIMEPORT_LOCAL_IMPORT'

let server: TestServer
test.before(async () => {
  server = await startServer()
})
test.after(() => server.stop())

/** Loaders of the project: `own:` is its own; what `pub:` has comes from a network that is not this machine's. */
const loaders = {
  'own.mjs': `
    export const schemes = ['own:']
    export const resolveRelativePath = (specifier, parent) => new URL(specifier, parent).href
    export const resolve = (specifier) =>
      ({ headers: { 'content-type': 'text/javascript' }, body: 'export default ' + JSON.stringify(specifier) })`,
  'pub.mjs': `
    export const schemes = ['pub:']
    export const resolveRelativePath = (specifier, parent) => specifier
    const asks = "export const ask = async (url) => (await import(url)).default\\n" +
      "export const find = (url) => import.meta.resolve(url)\\nexport default 'pub'"
    const required = "exports.ask = async (url) => require(url)\\nexports.find = (url) => require.resolve(url)"
    export const resolve = (specifier) => specifier.startsWith('pub:to?')
      ? { statusCode: 302, headers: { location: decodeURIComponent(specifier.slice(7)) } }
      : specifier.startsWith('pub:cjs')
      ? { headers: { 'content-type': 'application/node' }, body: required }
      : { headers: { 'content-type': 'text/javascript' }, body: specifier.startsWith('pub:static?')
          ? 'export { default } from ' + JSON.stringify(decodeURIComponent(specifier.slice(11))) : asks }`,
}

const config = (more: object = {}) =>
  JSON.stringify({ loaders: ['./own.mjs', './pub.mjs'], allow: ['default', 'pub:'], ...more })

/** Asks for each URL by each way that a module of the network has; prints code or value. */
const app = (urls: string) => `
  import { pathToFileURL } from 'node:url'
  const asks = await import('pub:asks')
  const cjs = (await import('pub:cjs')).default
  const text = (code) => 'data:text/javascript,' + encodeURIComponent(code)
  const typed = (code) => 'data:text/typescript,' + encodeURIComponent('const x: number = 1\\n' + code)
  const reads = (url) => 'export { default } from ' + JSON.stringify(url)
  const ways = {
    'import()': (url) => asks.ask(url),
    static: (url) => import('pub:static?' + encodeURIComponent(url)).then((m) => m.default),
    'import.meta.resolve': async (url) => asks.find(url),
    require: async (url) => cjs.ask(url),
    'require.resolve': async (url) => cjs.find(url),
    'a data: text': (url) => asks.ask(text(reads(url))),
    'a data: text of another': (url) => asks.ask(text(reads(text(reads(url))))),
    'a data: text that a loader makes': (url) => asks.ask(typed(reads(url))),
    'a redirect': (url) => import('pub:to?' + encodeURIComponent(url)).then((m) => m.default),
  }
  const results = []
  for (const url of ${urls}) {
    for (const [way, ask] of Object.entries(ways)) {
      const said = await ask(url).then((value) => 'got ' + (value?.default ?? value), (error) => error.code)
      results.push([way, url, said])
    }
  }
  console.log(JSON.stringify(results))`

async function ask(urls: string, files: Readonly<Record<string, string>> = {}) {
  const { stdout, stderr, status } = await runProject(
    { ...loaders, 'mimeport.json': config(), 'app.mjs': app(urls), ...files },
    { env: { SERVER: server.url } },
  )
  assert.is(stderr, '')
  assert.is(status, 0)
  return JSON.parse(stdout) as [way: string, url: string, said: string][]
}

test('a module from the network does not learn whether a file is there', async () => {
  const urls = `['there.mjs', 'missing.mjs', 'folder', 'there.mjs?x', 'note.md', 'nothing.md'].map((name) => new URL(name, import.meta.url).href)`
  const results = await ask(urls, {
    'there.mjs': 'export default 1',
    'folder/x.mjs': '',
    'note.md': '# x',
  })
  assert.is(results.length, 9 * 6)
  for (const [way, url, said] of results) assert.is(said, localImport, `${way}: ${url}`)
  denied('T18', 'a file, there or not', results.length)
  const { stdout } = await runProject({
    'there.mjs': 'export default "there"',
    'app.mjs': `const say = (promise) => promise.then((m) => console.log(m.default), (e) => console.log(e.code))
      await say(import('./there.mjs')); await say(import('./missing.mjs'))`,
  })
  assert.is(stdout, 'there\nERR_MODULE_NOT_FOUND\n', 'the control')
  passed('T18', 'a file of the program, by the program', 2)
})

test("what was given to the program's own code is not given to the network's", async () => {
  await server.set('/here.mjs', 'export default "here"')
  const first = `
    const own = (await import('own:x')).default
    const here = (await import(process.env.SERVER + '/here.mjs')).default
    export default [own, here]`
  const results = await ask(
    `((await import('./first.mjs')).default, ['own:x', process.env.SERVER + '/here.mjs'])`,
    {
      'first.mjs': first,
    },
  )
  assert.is(results.length, 9 * 2)
  for (const [way, url, said] of results) assert.is(said, refused, `${way}: ${url}`)
  denied('T18', "a scheme of the project's, and this machine", 18)
  denied('T33', "a scheme of the project's", 9)
  // Only the program's own import has come.
  assert.is((await server.requests('/here.mjs')).length, 1)
  canary('T08', (await server.requests('/here.mjs')).length - 1, 'this machine, by a public module')
})

test('where it is named, it is given', async () => {
  const allow = ['default', 'pub:', 'own:', `${server.url}/`]
  const results = await ask(`['own:x', process.env.SERVER + '/here.mjs']`, {
    'mimeport.json': config({ allow }),
  })
  for (const [way, url, said] of results) assert.match(said, /^got /, `${way}: ${url}`)
  passed('T18', 'what is named', results.length)
  passed('T33', 'a scheme that is named', 9)
  passed('T08', 'this machine, named', 9)
})

test("a server's redirect leads to no scheme of the project's, cold and cached", async () => {
  const headers = { location: 'own:x', 'cache-control': 'max-age=600' }
  await server.set({
    '/own': { status: 301, headers },
    '/twice': { status: 302, headers: { location: '/own' } },
  })
  const project = makeProject({
    ...loaders,
    'mimeport.json': config(),
    'named.json': config({ allow: ['default', 'own:'] }),
    'app.mjs': `for (const path of ['/own', '/twice'])
      console.log(await import('${server.url}' + path).then((m) => m.default, (e) => e.code + ' ' + e.message))`,
  })
  const start = async (env = {}) =>
    (
      await run(['app.mjs'], {
        cwd: project.path,
        env: { MIMEPORT_CACHE: join(project.path, 'cache'), ...env },
      })
    ).stdout
  for (const env of [{}, {}]) {
    const [once = '', twice = ''] = (await start(env)).split('\n')
    assert.match(
      once,
      new RegExp(
        `^${refused} Cannot load 'own:x' .*'own:' is a scheme of the project's own.* \\(http.*/own -301→ own:x\\)$`,
      ),
    )
    assert.match(twice, new RegExp(`^${refused} .*twice -302→ .*own -301→ own:x\\)$`))
    denied('T06', "a redirect to a scheme of the project's", 2)
  }
  assert.is(await start({ MIMEPORT_CONFIG: join(project.path, 'named.json') }), 'own:x\nown:x\n')
  passed('T06', 'the same, named', 2)
  project.remove()
})

test('what came by https: imports nothing by http:, and redirects to nothing', async () => {
  const tls = makeCertificate({ names: ['localhost'] })
  const secure = await startServer({ tls })
  await server.set('/plain.mjs', 'export default "plain"')
  const plain = `${server.url.replace('127.0.0.1', 'localhost')}/plain.mjs`
  const cached = { 'cache-control': 'max-age=600', 'content-type': 'text/javascript' }
  await secure.set({
    '/static.mjs': { headers: cached, body: `export { default } from '${plain}'` },
    '/dynamic.mjs': { headers: cached, body: `export default (await import('${plain}')).default` },
    '/to': { status: 301, headers: { ...cached, location: plain } },
    '/text.mjs': {
      headers: cached,
      body: `export { default } from 'data:text/javascript,export { default } from "${plain}"'`,
    },
    '/fine.mjs': { headers: cached, body: `export { default } from './leaf.mjs'` },
    '/leaf.mjs': { headers: cached, body: `export default 'leaf'` },
  })
  const origin = secure.url.replace('127.0.0.1', 'localhost')
  const project = makeProject({
    'ca.pem': tls.cert,
    'app.mjs': `for (const name of ['static.mjs', 'dynamic.mjs', 'to', 'text.mjs', 'fine.mjs'])
      console.log(name, await import('${origin}/' + name).then((m) => m.default, (e) => e.code))
      console.log((await import('${plain}')).default)`,
  })
  const before = (await server.requests('/plain.mjs')).length
  for (const count of [1, 2]) {
    const env = {
      NODE_EXTRA_CA_CERTS: join(project.path, 'ca.pem'),
      MIMEPORT_CACHE: join(project.path, 'cache'),
    }
    const { stdout, stderr } = await run(['app.mjs'], { cwd: project.path, env })
    const insecure = 'ERR_MIMEPORT_INSECURE_URL'
    assert.is(
      stdout,
      `static.mjs ${insecure}\ndynamic.mjs ${insecure}\nto ${insecure}\ntext.mjs ${insecure}\nfine.mjs leaf\nplain\n`,
      stderr,
    )
    denied('T02', count === 1 ? 'from https: to http:' : 'out of the cache', 4)
    passed('T02', 'by https:, and by http: for who may', 2)
    // The program's own import, and no other.
    canary('T02', (await server.requests('/plain.mjs')).length - before - count)
  }
  project.remove()
  await secure.stop()
})

test.run()
