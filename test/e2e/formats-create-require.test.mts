/** `createRequire(import.meta.url)` in modules that are no files. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { run, runProject } from '../support/spawn.mts'
import type { GitHub } from '../support/github.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('formats: createRequire')
let server: TestServer
let github: GitHub

const files = {
  'entry.mjs': `
    import { createRequire } from 'node:module'
    const require = createRequire(import.meta.url)
    export default require
    export const made = require('./lib/made.cjs')
    export const data = require('./lib/data.json')
    export const esm = require('./lib/esm.mjs').default
    export const fs = require('fs') === process.getBuiltinModule('fs')
    export const resolved = require.resolve('./lib/made.cjs')`,
  'other.mjs': `
    import { createRequire } from 'node:module'
    export default createRequire(new URL('./lib/esm.mjs', import.meta.url))('./data.json')`,
  'lib/made.cjs': 'module.exports = { parent: module.parent.id }',
  'lib/data.json': '{ "a": 1 }',
  'lib/esm.mjs': 'export default import.meta.url',
  'bare.mjs': `
    import module from 'node:module'
    const require = module.createRequire(import.meta.url)
    export default [require('dep'), require.resolve('dep')]
    export const missing = (() => { try { require('no-such-package') } catch ({ code }) { return code } })()`,
  'default.cjs': "module.exports = require('module').createRequire(__filename)('./lib/data.json')",
}

test.before(async () => {
  server = await startServer()
  for (const [path, body] of Object.entries(files)) await server.set(`/${path}`, body)
  github = await startGitHub({ repos: { 'o/r': { files } } })
})
test.after(async () => {
  await Promise.all([server.stop(), github.stop()])
})

test('it requires and resolves by the URL, as a file does by its path', async () => {
  const { stdout, stderr } = await runProject(
    {
      'app.mjs': `
        const { default: require, made, data, esm, fs, resolved } = await import(process.env.BASE + 'entry.mjs')
        const cached = require.cache[resolved].exports === made
        console.log(JSON.stringify({ made, data, esm, fs, resolved, byURL: (await import(process.env.BASE + 'other.mjs')).default, cached, keys: Object.keys(require), main: require.main ?? null }))`,
    },
    { env: { BASE: `${server.url}/` } },
  )
  assert.is(stderr, '')
  assert.equal(JSON.parse(stdout), {
    made: { parent: `${server.url}/entry.mjs` },
    data: { a: 1 },
    esm: `${server.url}/lib/esm.mjs`,
    fs: true,
    resolved: `${server.url}/lib/made.cjs`,
    byURL: { a: 1 },
    cached: true,
    keys: ['resolve', 'main', 'extensions', 'cache'],
    main: null,
  })
})

test('it works in a repository, and from CommonJS', async () => {
  const { stdout, stderr } = await runProject(
    {
      'app.mjs': `
        const { made, esm } = await import('github:o/r/entry.mjs').catch((error) => ({ made: error.message }))
        const { default: data } = await import('github:o/r/default.cjs')
        console.log(JSON.stringify([made, esm, data]))`,
    },
    { env: github.env },
  )
  assert.is(stderr, '')
  const root = `github://o/r@${await github.commit()}/`
  assert.equal(JSON.parse(stdout), [{ parent: `${root}entry.mjs` }, `${root}lib/esm.mjs`, { a: 1 }])
})

test("a bare name is a package of the project's", async () => {
  const { path, stdout, stderr } = await runProject(
    {
      'node_modules/dep/index.js': "module.exports = 'dep'",
      'node_modules/dep/package.json': '{}',
      'app.mjs': `
        const { default: found, missing } = await import(process.env.BASE + 'bare.mjs')
        console.log(JSON.stringify([...found, missing]))`,
    },
    { env: { BASE: `${server.url}/` } },
  )
  assert.is(stderr, '')
  assert.equal(JSON.parse(stdout), ['dep', `${path}/node_modules/dep/index.js`, 'MODULE_NOT_FOUND'])
})

test('for files and for what is no module of ours it is Node’s, and so are its errors', async () => {
  const program = `
    import { createRequire } from 'node:module'
    const code = (it) => { try { return createRequire(it)('./x.cjs') } catch ({ code, message }) { return [code, message] } }
    console.log(JSON.stringify([
      code(import.meta.url), code(import.meta.filename), code('https://example.com/x.mjs'), code('x'), code(1), code(new URL('data:,')),
      createRequire.name, createRequire.length,
    ]))`
  const files = { 'x.cjs': 'module.exports = 42', 'app.mjs': program }
  const without = await runProject(files, { nodeArgs: [] })
  assert.match(without.stdout, /^\[42,42,\["ERR_INVALID_ARG_VALUE"/)
  const app = `await import(process.env.BASE + 'lib/esm.mjs')\n${program}`
  const after = await runProject({ ...files, 'app.mjs': app }, { env: { BASE: `${server.url}/` } })
  assert.is(after.stderr, '')
  assert.is(after.stdout, without.stdout)
})

test('a program that runs no module of ours has Node’s own', async () => {
  const code =
    "const m = require('node:module'); console.log(m.createRequire.toString().includes('filenameOrURL'))"
  assert.is((await run(['-e', code])).stdout, 'true\n')
})

test.run()
