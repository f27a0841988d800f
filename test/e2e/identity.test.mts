/** The same final URL is one instance in one thread, whichever entrance was used, and knows its URL. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startServer } from '../support/server.mts'
import { loaderPath, runProject } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('identity')
let server: TestServer

const node = 'application/node'
/** Counts its evaluations, and says where it is. */
const esm = 'globalThis.runs.push(import.meta.url); export const url = import.meta.url, own = {}'
const common = 'globalThis.runs.push(__filename); exports.url = __filename; exports.own = {}'

test.before(async () => {
  server = await startServer()
  await server.set({
    '/named.mjs': esm,
    '/default.mjs': `${esm}; export default own`,
    '/common.cjs': { headers: { 'content-type': node }, body: `${common}; require('./inner.cjs')` },
    '/inner.cjs': { headers: { 'content-type': node }, body: common },
    '/both.mjs': `export { own as esm } from './named.mjs'; import c from './common.cjs'; export const common = c.own`,
    '/both.cjs': {
      headers: { 'content-type': node },
      body: `exports.esm = require('./named.mjs').own; exports.common = require('./common.cjs').own`,
    },
    ...Object.fromEntries(
      ['named.mjs', 'default.mjs', 'common.cjs'].map((name) => [
        `/to/${name}`,
        { status: 302, headers: { location: `/${name}` } },
      ]),
    ),
  })
})
test.after(() => server.stop())

const local = {
  'local.ts': `enum A { B }\n${esm}; export const a = A.B`,
  'local.md': `\`\`\`js\n${esm}\n\`\`\`\n`,
  'local.cts': `enum A { B }\nglobalThis.runs.push(__filename); exports.url = __filename; exports.own = {}`,
}

/** Each way to a module, in a program's first order or its last. */
const app = `
  import { createRequire } from 'node:module'
  import { pathToFileURL } from 'node:url'
  const [url, order] = process.argv.slice(2)
  const require = createRequire(import.meta.url)
  globalThis.runs = []
  const ways = {
    import: (it) => import(it),
    require: (it) => require(it),
    'createRequire elsewhere': (it) => createRequire('file:///elsewhere/x.cjs')(it),
    'import.meta.resolve': (it) => import(import.meta.resolve(it)),
    'require.resolve': (it) => require(require.resolve(it)),
    'import what require resolves': (it) => import(it.startsWith('.') ? pathToFileURL(require.resolve(it)) : require.resolve(it)),
  }
  const report = {}
  const names = order === 'forth' ? Object.keys(ways) : Object.keys(ways).toReversed()
  async function visit(name, targets) {
    globalThis.runs = []
    const seen = new Set()
    const urls = new Set()
    for (const target of targets) {
      for (const way of names) {
        const module = await ways[way](target)
        seen.add(module.own ?? module.default.own)
        urls.add(module.url ?? module.default.url)
      }
    }
    report[name] = { instances: seen.size, urls: [...urls], runs: globalThis.runs }
  }
  for (const name of ['named.mjs', 'default.mjs', 'common.cjs']) {
    const targets = [url + '/' + name, url + '/to/' + name]
    await visit(name, order === 'forth' ? targets : targets.toReversed())
  }
  // What follows is relative.
  names.splice(names.indexOf('createRequire elsewhere'), 1)
  for (const name of ['local.ts', 'local.md', 'local.cts']) await visit(name, ['./' + name])
  const own = (await import(url + '/named.mjs')).own
  const ownCommon = require(url + '/common.cjs').own
  const [fromESM, fromCommon] = [await import(url + '/both.mjs'), require(url + '/both.cjs')]
  report.graphs = [fromESM, fromCommon].map(({ esm, common }) => [esm === own, common === ownCommon])
  console.log(JSON.stringify(report))`

for (const order of ['forth', 'back']) {
  test(`each module is one, by every way, in order ${order}`, async () => {
    const { url } = server
    const nodeArgs = ['--import', loaderPath, 'app.mjs', url]
    const { stdout, stderr, path } = await runProject(
      { ...local, 'app.mjs': app },
      { nodeArgs, main: order },
    )
    assert.is(stderr, '')
    const report = JSON.parse(stdout)
    for (const name of ['named.mjs', 'default.mjs']) {
      const own = `${url}/${name}`
      assert.equal(report[name], { instances: 1, urls: [own], runs: [own] }, name)
    }
    assert.equal(report['common.cjs'], {
      instances: 1,
      urls: [`${url}/common.cjs`],
      runs: [`${url}/common.cjs`, `${url}/inner.cjs`],
    })
    for (const name of ['local.ts', 'local.md']) {
      const own = `file://${path}/${name}`
      assert.equal(report[name], { instances: 1, urls: [own], runs: [own] }, name)
    }
    const own = `${path}/local.cts`
    assert.equal(report['local.cts'], { instances: 1, urls: [own], runs: [own] })
    assert.equal(report.graphs, [
      [true, true],
      [true, true],
    ])
  })
}

test('a URL that differs by its query is another module, and by its fragment, too', async () => {
  const { stdout } = await runProject(
    {
      'app.mjs': `globalThis.runs = []
        const url = ${JSON.stringify(server.url)} + '/named.mjs'
        for (const each of [url, url + '?a', url + '?a', url + '#b']) await import(each)
        console.log(runs.length)`,
    },
    {},
  )
  assert.is(stdout, '3\n')
})

test.run()
