/** CommonJS that is no file: what it finds around itself, and that it is one instance, however it was asked for. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { runProject } from '../support/spawn.mts'
import type { GitHub } from '../support/github.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('formats: CommonJS')
let server: TestServer
let github: GitHub

const files = {
  'main.cjs': `
    exports.filename = __filename
    exports.dirname = __dirname
    exports.module = [module.id, module.filename, module.path, module.loaded]
    exports.isMain = require.main === module
    exports.sub = require('./lib/sub.cjs')
    exports.data = require('./lib/data.json')
    exports.join = require('node:path').posix.join('a', 'b') + require('path').sep.length
    exports.resolved = require.resolve('./lib/sub.cjs')
    exports.children = module.children.map(({ id }) => id)
    exports.keys = Object.keys(require)`,
  'lib/sub.cjs': `
    const { log } = globalThis
    log.push('sub')
    exports.up = require('../up.cjs').name
    exports.parent = module.parent.id`,
  'lib/data.json': '{ "rate": 1.1 }',
  'up.cjs': "globalThis.log.push('up'); exports.name = 'up'",
  'all.cjs': "module.exports = require('./named.cjs')",
  'named.cjs': 'globalThis.log.push("named"); exports.one = 1; exports.two = () => 2',
  'a.cjs': "exports.early = 1; exports.seen = require('./b.cjs').seen; exports.late = 2",
  'b.cjs': "exports.seen = Object.keys(require('./a.cjs')).join()",
  'ten.md': [
    '# Ten',
    '```cjs',
    "exports.up = require('./up.cjs').name; exports.file = __filename",
    '```',
  ].join('\n'),
  'esm.mjs':
    "import { one } from './named.cjs'; export default one; export const url = import.meta.url",
}

test.before(async () => {
  server = await startServer()
  for (const [path, body] of Object.entries(files)) await server.set(`/pkg/${path}`, body)
  github = await startGitHub({ repos: { 'o/r': { files } } })
})
test.after(async () => {
  await Promise.all([server.stop(), github.stop()])
})

/** Runs a program that has \`base\`, \`require\` and \`log\`; what it says as JSON. */
async function run(app: string, base = `${server.url}/pkg/`): Promise<any> {
  const { status, stdout, stderr } = await runProject(
    {
      'app.mjs': `
        import { createRequire } from 'node:module'
        const require = createRequire(import.meta.url)
        const base = process.env.BASE
        globalThis.log = []
        const say = (value) => process.stdout.write(JSON.stringify(value))
        ${app}`,
    },
    { env: { ...github.env, BASE: base } },
  )
  assert.is(stderr, '')
  assert.is(status, 0)
  return JSON.parse(stdout)
}

for (const how of ['import', 'require']) {
  const get = (file: string) =>
    how === 'import' ? `(await import(base + '${file}')).default` : `require(base + '${file}')`

  test(`${how}: a module has its URL for a name, and finds what lies beside it`, async () => {
    const bases = [`${server.url}/pkg/`, `github:o/r/`]
    for (const base of bases) {
      const made = await run(`say(${get('main.cjs')})`, base)
      const root = base.startsWith('github') ? `github://o/r@${await github.commit()}/` : base
      assert.equal(made, {
        filename: `${root}main.cjs`,
        dirname: root.slice(0, -1),
        module: [`${root}main.cjs`, `${root}main.cjs`, root.slice(0, -1), false],
        isMain: false,
        sub: { up: 'up', parent: `${root}main.cjs` },
        data: { rate: 1.1 },
        join: 'a/b1',
        resolved: `${root}lib/sub.cjs`,
        children: [`${root}lib/sub.cjs`, `${root}lib/data.json`],
        keys: ['resolve', 'main', 'extensions', 'cache'],
      })
    }
  })

  test(`${how}: modules that require one another see what is there so far`, async () => {
    assert.equal(await run(`say(${get('a.cjs')})`), { early: 1, seen: 'early', late: 2 })
  })

  test(`${how}: CommonJS in Markdown requires what lies beside the page`, async () => {
    assert.equal(await run(`say(${get('ten.md')})`), {
      up: 'up',
      file: `${server.url}/pkg/ten.md`,
    })
  })
}

test('names of exports are found, also of what is exported again', async () => {
  assert.equal(
    await run(`
      const { one, two } = await import(base + 'all.cjs')
      const all = await import(base + 'all.cjs')
      say([one, two(), Object.keys(all), (await import(base + 'esm.mjs')).default, log])`),
    [1, 2, ['default', 'module.exports', 'one', 'two'], 1, ['named']],
  )
})

test('a module is one instance, imported or required, first or second, nested, or by a redirect', async () => {
  await server.set('/pkg/old.cjs', { status: 302, headers: { location: 'named.cjs' } })
  for (const order of [
    `const a = await import(url); const b = require(url)`,
    `const b = require(url); const a = await import(url)`,
  ]) {
    await server.set('/pkg/named.cjs', files['named.cjs'])
    const before = (await server.requests('/pkg/named.cjs')).length
    assert.equal(
      await run(`
        const url = base + 'named.cjs'
        ${order}
        const same = [a.default, require(base + 'all.cjs'), (await import(base + 'all.cjs')).default]
        same.push(require(base + 'old.cjs'), (await import(base + 'old.cjs')).default)
        say([same.every((each) => each === b), require.cache[url].exports === b, log])`),
      [true, true, ['named']],
    )
    assert.is(
      (await server.requests('/pkg/named.cjs')).length - before,
      2,
      'itself and the redirect',
    )
  }
})

test('what is taken out of require.cache is loaded anew', async () => {
  assert.equal(
    await run(`
      const url = base + 'named.cjs'
      const first = require(url)
      const keys = Object.keys(require.cache).filter((key) => key.startsWith(base))
      delete require.cache[url]
      say([keys, require(url) === first, log])`),
    [[`${server.url}/pkg/named.cjs`], false, ['named', 'named']],
  )
})

test('the program itself may be CommonJS that is no file', async () => {
  await server.set('/pkg/program.cjs', {
    body: "console.log(require.main === module, module.id, __filename, require('./named.cjs').one)",
    headers: { 'content-type': 'application/node' },
  })
  await server.set('/pkg/named.cjs', 'exports.one = 1')
  const url = `${server.url}/pkg/program.cjs`
  const { stdout, stderr } = await runProject({}, { main: url })
  assert.is(stderr, '')
  assert.is(stdout, `true ${url} ${url} 1\n`)
  await server.set('/pkg/named.cjs', files['named.cjs'])
})

test('a URL is taken as it is written: no extension, no folder, and the error says so', async () => {
  const specifiers = ['./lib/sub', './lib', './lib/', '.', './missing.cjs']
  for (const [index, specifier] of specifiers.entries()) {
    await server.set(`/pkg/asks-${index}.cjs`, `require(${JSON.stringify(specifier)})`)
  }
  const all: [code: string, message: string][] = await run(`
    say(${JSON.stringify([...specifiers.keys()])}.map((index) => {
      try { require(base + 'asks-' + index + '.cjs') } catch ({ code, message }) { return [code, message] }
    }))`)
  const said = /answered 404, and a URL is taken as it is written: no extension is added/
  for (const [index, specifier] of specifiers.entries()) {
    const [code, message] = all[index]!
    assert.is(code, 'ERR_MODULE_NOT_FOUND', specifier)
    assert.is(said.test(message), specifier !== './missing.cjs', specifier)
  }
})

test("a bare name is a package of the project's, from wherever the program was started", async () => {
  const project = {
    'sub/package.json': '{ "type": "module" }',
    'sub/node_modules/dep/index.js': "module.exports = 'dep'",
    'sub/node_modules/dep/package.json': '{}',
    'sub/app.mjs': `
      import { createRequire } from 'node:module'
      const require = createRequire(import.meta.url)
      const get = (name) => { try { return require(process.env.BASE + name) } catch (error) { return [error.code, error.requireStack, error.message] } }
      console.log(JSON.stringify([get('bare.cjs'), get('bare-missing.cjs')]))`,
  }
  await server.set({
    '/pkg/bare.cjs':
      "module.exports = [require('dep'), require.resolve('dep').endsWith('/sub/node_modules/dep/index.js')]",
    '/pkg/bare-missing.cjs': "require('no-such-package')",
  })
  const { stdout, stderr } = await runProject(project, {
    main: 'sub/app.mjs',
    env: { BASE: `${server.url}/pkg/` },
  })
  assert.is(stderr, '')
  const [found, missing] = JSON.parse(stdout)
  assert.equal(found, ['dep', true])
  assert.is(missing[0], 'MODULE_NOT_FOUND')
  assert.equal(missing[1], [`${server.url}/pkg/bare-missing.cjs`])
  assert.match(missing[2], /^Cannot find package 'no-such-package' imported from 'http:/)
})

test('what a server calls JavaScript is CommonJS if that is what it is', async () => {
  const javascript = { 'content-type': 'text/javascript; charset=utf-8' }
  const umd =
    "(function (f) { typeof exports === 'object' && typeof module !== 'undefined' ? module.exports = f() : globalThis.lib = f() })(() => ({ kind: 'umd' }))"
  const table: readonly [path: string, body: string, kind: string][] = [
    ['umd.js', umd, 'umd'],
    ['old.js', "exports.kind = 'old ' + typeof require", 'old function'],
    ['new.js', "export default { kind: 'new' }", 'new'],
    ['both.js', 'export default { kind: typeof require }; // module.exports = 1', 'undefined'],
    ['no-extension', "exports.kind = 'none'", 'none'],
    ['named.cjs', "this.kind = 'by name'", 'by name'],
    ['script.js', 'globalThis.kind = typeof module', ''],
  ]
  for (const [path, body] of table) {
    await server.set(`/js/${path}`, { body, headers: javascript })
  }
  const kinds = await run(
    `const kinds = []
     for (const path of ${JSON.stringify(table.map(([path]) => path))}) {
       const { default: it } = await import(base + path)
       kinds.push(it?.kind ?? '')
     }
     say([kinds, globalThis.kind])`,
    `${server.url}/js/`,
  )
  assert.equal(kinds, [table.map(([, , kind]) => kind), 'undefined'])
  // .mjs says which: it is not looked into.
  await server.set('/js/odd.mjs', { body: 'exports.kind = 1', headers: javascript })
  assert.is(
    await run(
      `await import(base + 'odd.mjs').catch((error) => say(error.name))`,
      `${server.url}/js/`,
    ),
    'ReferenceError',
  )
})

test.run()
