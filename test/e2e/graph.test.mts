/** Graphs of remote modules: one instance for a URL, one request for a module, and the engine ahead of Node. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { assertLeast } from '../support/growth.mts'
import { startServer } from '../support/server.mts'
import { loaderPath, runProject } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('graph')
let server: TestServer

test.before(async () => {
  server = await startServer()
})
test.after(() => server.stop())

async function run(app: string): Promise<string> {
  const { stdout, stderr, status } = await runProject(
    { 'app.mjs': app },
    { env: { SERVER: server.url, LOADER: loaderPath } },
  )
  assert.is(stderr, '')
  assert.is(status, 0)
  return stdout
}

test('what a module imports is asked for together, before Node asks', async () => {
  let tries = 0
  const measure = async () => {
    const folder = `/wide${tries++}`
    // As many as there are connections to one origin.
    const names = Array.from({ length: 6 }, (_, index) => `${folder}/${index}.mjs`)
    const imports = names.map((name, index) => `import v${index} from '${name}'`).join('\n')
    const sum = names.map((_, index) => `v${index}`).join(' + ')
    await server.set(`${folder}/entry.mjs`, `${imports}\nexport default ${sum}`)
    for (const [index, name] of names.entries()) {
      await server.set(name, {
        headers: { 'content-type': 'text/javascript' },
        body: `export default ${index}`,
        delay: 300,
      })
    }
    const entry = `process.env.SERVER + '${folder}/entry.mjs'`
    assert.is(await run(`console.log((await import(${entry})).default)`), '15\n')
    const requests = (await server.requests()).filter(({ url }) => names.includes(url))
    assert.is(requests.length, names.length)
    const times = requests.map(({ time }) => time)
    return Math.max(...times) - Math.min(...times)
  }
  // One after another they would be five delays apart.
  await assertLeast(300, measure, 'between the first request and the last')
})

test('a module that many import is asked for once, and is one instance', async () => {
  await server.set({
    '/diamond/top.mjs': `import { a } from './a.mjs'; import { b } from './lib/b.mjs'; import * as c from './lib/shared.mjs'\nexport default [a === b, a === c.shared, c.count()]`,
    '/diamond/a.mjs': `import { shared } from './lib/shared.mjs'; export const a = shared`,
    '/diamond/lib/b.mjs': `import { shared } from '../lib/shared.mjs'; export const b = shared`,
    '/diamond/lib/shared.mjs': `export const shared = {}; let n = 0; n += 1; export const count = () => n`,
  })
  assert.is(
    await run(
      `console.log(JSON.stringify((await import(process.env.SERVER + '/diamond/top.mjs')).default))`,
    ),
    '[true,true,1]\n',
  )
  assert.is((await server.requests('/diamond/lib/shared.mjs')).length, 1)
})

test('a ring of imports, and a module that imports itself, end', async () => {
  await server.set({
    '/ring/a.mjs': `import { b } from './b.mjs'; import * as self from './a.mjs'; export const a = 'a'; export const ab = () => self.a + b()`,
    '/ring/b.mjs': `import { c } from './c.mjs'; export const b = () => 'b' + c()`,
    '/ring/c.mjs': `import { a } from './a.mjs'; export const c = () => 'c' + a`,
  })
  assert.is(
    await run(`console.log((await import(process.env.SERVER + '/ring/a.mjs')).ab())`),
    'abca\n',
  )
  for (const name of ['a', 'b', 'c']) {
    assert.is((await server.requests(`/ring/${name}.mjs`)).length, 1, name)
  }
})

test('two specifiers that lead to one URL lead to one module, whose URL is the last', async () => {
  await server.set({
    '/old.mjs': { status: 301, headers: { location: '/new/it.mjs' } },
    '/new/it.mjs': `import beside from './beside.mjs'; export default {}; export const url = import.meta.url; export { beside }`,
    '/new/beside.mjs': `export default 'beside'`,
  })
  assert.is(
    await run(`
      const old = await import(process.env.SERVER + '/old.mjs')
      const it = await import(process.env.SERVER + '/new/it.mjs')
      console.log(old === it, it.url === process.env.SERVER + '/new/it.mjs', it.beside)
      console.log(import.meta.resolve(process.env.SERVER + '/old.mjs') === it.url)`),
    'true true beside\ntrue\n',
  )
})

test('import and require of a remote ES module share one instance', async () => {
  await server.set('/shared.mjs', `export default {}; export const url = import.meta.url`)
  assert.is(
    await run(`
      import { createRequire } from 'node:module'
      const required = createRequire(import.meta.url)(process.env.SERVER + '/shared.mjs')
      const imported = await import(process.env.SERVER + '/shared.mjs')
      console.log(required.default === imported.default, required.url === process.env.SERVER + '/shared.mjs')`),
    'true true\n',
  )
})

test('a failure is not remembered: the next import tries again, and succeeds', async () => {
  await server.set('/flaky.mjs', [
    // As often as one import asks.
    ...Array.from({ length: 3 }, () => ({ status: 500 })),
    { body: 'export default 1', headers: { 'content-type': 'text/javascript' } },
  ])
  await server.set('/parent.mjs', `export { default } from './flaky-child.mjs'`)
  await server.set('/flaky-child.mjs', [
    { status: 404 },
    { status: 404 },
    { body: 'export default 2', headers: { 'content-type': 'text/javascript' } },
  ])
  assert.is(
    await run(`
      const url = (path) => process.env.SERVER + path
      console.log(await import(url('/flaky.mjs')).catch((e) => e.code))
      console.log((await import(url('/flaky.mjs'))).default)
      // How often the child was asked for by then depends on whether Node asks while the engine runs ahead.
      const codes = new Set()
      for (let tries = 0; tries < 5; tries++) {
        const { default: value, code } = await import(url('/parent.mjs')).catch((e) => e)
        codes.add(code ?? value)
      }
      console.log(...codes)`),
    'ERR_MIMEPORT_STATUS\n1\nERR_MODULE_NOT_FOUND 2\n',
  )
})

test('preload brings the whole graph, and the import asks for nothing more', async () => {
  await server.set({
    '/pre/a.mjs': `import { b } from './b.mjs'; export const a = 'a' + b`,
    '/pre/b.mjs': `import { c } from './c.mjs'; export const b = 'b' + c`,
    '/pre/c.mjs': `export const c = 'c'`,
  })
  const out = await run(`
    const { preload } = await import(process.env.LOADER)
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    const url = await preload(process.env.SERVER + '/pre/a.mjs')
    clearInterval(timer)
    const { a } = await import(url)
    console.log(a, turns > 0)`)
  assert.is(out, 'abc true\n')
  for (const name of ['a', 'b', 'c']) {
    assert.is((await server.requests(`/pre/${name}.mjs`)).length, 1, name)
  }
})

test('preload fails as the import would', async () => {
  assert.is(
    await run(`
      const { preload } = await import(process.env.LOADER)
      const url = process.env.SERVER + '/nowhere.mjs'
      const [one, two] = [await preload(url).catch((e) => e), await import(url).catch((e) => e)]
      console.log(one.code, one.code === two.code, one.name)`),
    'ERR_MODULE_NOT_FOUND true LoaderError\n',
  )
})

test('a thousand imports of one URL at once are one request and one module', async () => {
  await server.set('/once.mjs', `export default {}`)
  assert.is(
    await run(`
      const all = await Promise.all(Array.from({ length: 1000 }, () => import(process.env.SERVER + '/once.mjs')))
      console.log(new Set(all).size)`),
    '1\n',
  )
  assert.is((await server.requests('/once.mjs')).length, 1)
})

test('a module from the network has the packages of the program, and none of its files', async () => {
  await server.set({
    '/bare.mjs': `import name from 'friend'; export default name`,
    '/local.mjs': `import 'file:///etc/hostname'`,
    '/to-file.mjs': { status: 302, headers: { location: 'file:///etc/hostname' } },
    '/private.mjs': `import '#inner'`,
  })
  const { stdout, stderr } = await runProject(
    {
      'node_modules/friend/package.json': '{ "name": "friend", "exports": "./index.mjs" }',
      'node_modules/friend/index.mjs': 'export default "the program\'s friend"',
      'app.mjs': `
        console.log((await import(process.env.SERVER + '/bare.mjs')).default)
        for (const path of ['/local.mjs', '/to-file.mjs', '/private.mjs']) {
          console.log(await import(process.env.SERVER + path).catch((e) => e.code))
        }`,
    },
    { env: { SERVER: server.url } },
  )
  assert.is(stderr, '')
  assert.is(
    stdout,
    "the program's friend\nERR_MIMEPORT_LOCAL_IMPORT\nERR_MIMEPORT_LOCAL_IMPORT\nERR_PACKAGE_IMPORT_NOT_DEFINED\n",
  )
})

test('a name of a package is no way out of its folder for a module from the network', async () => {
  const names = ['friend/../../secret', 'friend/%2e%2E/.%2e/secret', 'friend/.\t./.\n./secret']
  const head = (names: readonly string[]) => `const names = ${JSON.stringify(names)}\n`
  await server.set({
    '/out.mjs': `${head([...names, 'friend\\..\\..\\secret'])}
      import { createRequire } from 'node:module'
      const codes = []
      for (const name of names) for (const [extension, type] of [['.mjs'], ['.md'], ['.txt', 'text']])
        await import(name + extension, { with: type ? { type } : {} }).then((m) => codes.push(m.default), (e) => codes.push(e.code))
      try { codes.push(createRequire(import.meta.url)(names[0] + '.cjs')) } catch (e) { codes.push(e.code) }
      export default codes`,
    '/out.cjs': {
      headers: { 'content-type': 'application/node' },
      body: `${head(['friend/../../secret.cjs', 'none/../../secret.cjs', 'friend/a?/../../../secret.cjs'])}
      module.exports = names.map((name) => { try { return require(name) } catch (e) { return e.code } })`,
    },
    // The control: within the package every path is the program's to give.
    '/in.mjs': `export { default } from 'friend/lib/./..a/x.mjs'`,
  })
  const { stdout, stderr } = await runProject(
    {
      'node_modules/friend/package.json': '{ "name": "friend" }',
      'node_modules/friend/lib/..a/x.mjs': 'export default "inside"',
      'secret.mjs': 'export default "secret"',
      'secret.md': '```js\nexport default "secret"\n```\n',
      'secret.txt': 'secret',
      'secret.cjs': 'module.exports = "secret"',
      'app.mjs': `
        for (const path of ['/out.mjs', '/out.cjs', '/in.mjs']) {
          const { default: codes } = await import(process.env.SERVER + path)
          console.log([codes].flat().length, ...new Set([codes].flat()))
        }`,
    },
    { env: { SERVER: server.url } },
  )
  assert.is(stderr, '')
  assert.is(stdout, '13 ERR_MIMEPORT_LOCAL_IMPORT\n3 ERR_MIMEPORT_LOCAL_IMPORT\n1 inside\n')
})

test.run()
