/** Dynamic modules through every entrance, from every source. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { computed, lines, loader, named } from '../support/dynamic-project.mts'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { loaderPath } from '../support/spawn.mts'
import type { GitHub } from '../support/github.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('dynamic modules: entrances')
let server: TestServer
let github: GitHub

const values = { default: 1, 'a b': 2 }
const files = { 'n.dyn': named(values), 'c.dyn': computed(values) }

test.before(async () => {
  server = await startServer()
  github = await startGitHub({ repos: { 'owner/repo': { files } } })
  const headers = { 'content-type': 'text/x-dyn' }
  await server.set({
    '/n.dyn': { headers, body: files['n.dyn'] },
    '/c.dyn': { headers, body: files['c.dyn'] },
  })
})
test.after(async () => {
  await server.stop()
  await github.stop()
})

const sources: Readonly<Record<string, (file: string) => string>> = {
  file: (file) => `./${file}`,
  http: (file) => `${server.url}/${file}`,
  github: (file) => `github:owner/repo/${file}`,
  data: (file) => `data:text/x-dyn,${encodeURIComponent(files[file as keyof typeof files])}`,
}

/** Uses a module by two expressions, which must lead to one. Namespaces differ: `require` adds `__esModule` to a copy. */
const use = (setters: string, first: string, second: string) => `{
  const one = ${first}
  const two = ${second}
  ${setters}['a b']({})
  console.log(one['a b'] === two['a b'], typeof one['a b'], one.default, two.default)
}
`

for (const [source, specifierOf] of Object.entries(sources)) {
  test(`${source}: is one module for import, import(), require() and preload, and one in each worker`, async () => {
    const kinds = [
      ['setNamed', JSON.stringify(specifierOf('n.dyn'))],
      ['setComputed', JSON.stringify(specifierOf('c.dyn'))],
    ] as const
    const each = (write: (setters: string, specifier: string) => string) =>
      kinds.map(([setters, specifier]) => write(setters, specifier)).join('')
    const prelude = `
      import { createRequire } from 'node:module'
      import { pathToFileURL } from 'node:url'
      const require = createRequire(import.meta.url)
      `
    const again = (specifier: string) => `await import(${specifier})`
    const threadApp = each((name, specifier) =>
      use(
        name,
        `(await Promise.all([import(${specifier}), import(${specifier})]))[1]`,
        again(specifier),
      ),
    )
    const apps = {
      'import, then require':
        each((name, specifier) => `import * as ${name}All from ${specifier}\n`) +
        prelude +
        each((name, specifier) => use(name, `${name}All`, `require(${specifier})`)),
      'require, then import()':
        prelude + each((name, specifier) => use(name, `require(${specifier})`, again(specifier))),
      preload: `${prelude}
        const { preload } = await import(pathToFileURL(process.env.LOADER).href)
        ${each(
          (name, specifier) =>
            `await preload(${specifier}, import.meta.url)\n${use(name, again(specifier), again(specifier))}`,
        )}`,
      'import() twice at once, and a worker': `
        import { once } from 'node:events'
        import { Worker } from 'node:worker_threads'
        ${threadApp}
        await once(new Worker(new URL('thread.mjs', import.meta.url)), 'exit')`,
    }
    const project = { ...files, 'thread.mjs': threadApp }
    const env = { ...github.env, LOADER: loaderPath }
    for (const [how, app] of Object.entries(apps)) {
      const printed = await lines({ ...project, 'app.mjs': app }, { env })
      const threads = how.endsWith('worker') ? 2 : 1
      const executed = printed.filter((line) => line.startsWith('execute '))
      assert.is(executed.length, 2 * threads, `${how}: ${printed.join('|')}`)
      const used = printed.filter((line) => line.startsWith('true '))
      assert.equal(used, Array(2 * threads).fill('true object 1 1'), how)
    }
  })
}

test('CommonJS requires both kinds, and gets what is exported as module.exports', async () => {
  const printed = await lines(
    {
      'n.dyn': named({ x: 1, default: 2 }),
      'c.dyn': computed({ x: 1, default: 2 }),
      'm.dyn': computed({ 'module.exports': 7 }),
      'app.cjs': `
      for (const name of ['./n.dyn', './c.dyn']) {
        const { x, default: byDefault, __esModule } = require(name)
        console.log(x, byDefault, __esModule, require(name) === require(name))
      }
      console.log(require('./m.dyn'))`,
    },
    { main: 'app.cjs' },
  )
  const values = printed.filter((line) => !/^(?:execute|set|return)/.test(line))
  assert.equal(values, ['1 2 true true', '1 2 true true', '7'])
})

test('the execute module is looked up as the file of the loader would', async () => {
  const text = (name: string) => `export default (setters) => setters.x('${name}')`
  const cjs = (name: string) => `module.exports = (setters) => setters.x('${name}')`
  const cases: Readonly<Record<string, string>> = {
    './lib/relative.mjs': 'relative',
    './lib/typed.mts': 'typed',
    './lib/common.cjs': 'common',
    './lib/transpiled.cjs': 'transpiled',
    '#own': 'own',
    'dependency/execute': 'dependency',
    both: 'imported',
    'here/execute': 'here',
    'data:text/javascript,export default (setters) => setters.x("data")': 'data',
    URL: 'absolute',
    [`${server.url}/execute.mjs`]: 'http',
    './lib/fenced.md': 'markdown',
  }
  await server.set('/execute.mjs', text('http'))
  const files: Record<string, string> = {
    'mimeport.json': '{ "loaders": ["mimeport-loader-here"] }',
    'node_modules/mimeport-loader-here/package.json': JSON.stringify({
      name: 'here',
      type: 'module',
      exports: { '.': './dyn.mjs', './execute': './lib/self.mjs' },
      imports: { '#own': './lib/own.mjs' },
    }),
    'node_modules/mimeport-loader-here/dyn.mjs': loader.replace(
      '...JSON.parse(body)',
      "...JSON.parse(body.replace('\"URL\"', JSON.stringify(new URL('./lib/absolute.mjs', import.meta.url).href)))",
    ),
    'node_modules/dependency/package.json':
      '{ "exports": { "./execute": "./e.mjs" }, "type": "module" }',
    'node_modules/dependency/e.mjs': text('dependency'),
    'node_modules/both/package.json':
      '{ "exports": { "import": "./i.mjs", "require": "./r.cjs" } }',
    'node_modules/both/i.mjs': text('imported'),
    'node_modules/both/r.cjs': cjs('required'),
  }
  const lib = 'node_modules/mimeport-loader-here/lib'
  Object.assign(files, {
    [`${lib}/relative.mjs`]: text('relative'),
    [`${lib}/absolute.mjs`]: text('absolute'),
    [`${lib}/own.mjs`]: text('own'),
    [`${lib}/self.mjs`]: text('here'),
    [`${lib}/typed.mts`]:
      'export default (setters: { x(value: string): void }) => setters.x("typed")',
    [`${lib}/fenced.md`]: `\`\`\`js\n${text('markdown')}\n\`\`\`\n`,
    [`${lib}/common.cjs`]: cjs('common'),
    [`${lib}/transpiled.cjs`]: `exports.__esModule = true; exports.default = (setters) => setters.x('transpiled')`,
  })
  const list = Object.entries(cases)
  for (const [index, [execute]] of list.entries()) {
    files[`n${index}.dyn`] = JSON.stringify({ execute, exports: ['x'] })
    files[`c${index}.dyn`] = JSON.stringify({ execute })
  }
  const printed = await lines({
    ...files,
    'app.mjs': `
      for (let index = 0; index < ${list.length}; index += 1) {
        console.log((await import('./n' + index + '.dyn')).x)
        // It returns nothing to export, which is known when it has been called.
        await import('./c' + index + '.dyn').catch(({ code, message }) => console.log(code, message))
      }`,
  })
  for (const [index, [execute, expected]] of list.entries()) {
    assert.is(printed[index * 2], expected, execute)
    assert.match(printed[index * 2 + 1]!, /^TypeError|setters.x is not a function/, execute)
  }
})

test('a program may be a dynamic module', async () => {
  for (const kind of [named, computed]) {
    const printed = await lines({ 'app.dyn': kind({ x: 1 }) }, { main: 'app.dyn' })
    assert.equal(printed.slice(1), ['execute app.dyn'])
  }
})

test('an import with an attribute does not execute', async () => {
  const printed = await lines({
    'a.dyn': named({ x: 1 }),
    'app.mjs': `
      await import('./a.dyn', { with: { type: 'json' } }).catch(({ code }) => console.log(code))
      console.log((await import('./a.dyn', { with: { type: 'text' } })).default.slice(0, 9))`,
  })
  assert.equal(printed, ['ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE', '{"execute'])
})

test('a program sees nothing of how it is done, and a module from the network cannot use it', async () => {
  await server.set({
    '/asks.mjs': "import 'mimeport:execute/dyn/.%2Flib%2Fset.mjs'",
    '/stand.mjs': "import 'mimeport:executor/dyn/.%2Flib%2Fset.mjs'",
  })
  const printed = await lines({
    'c.dyn': computed({ x: 1 }),
    'app.mjs': `
        import { createRequire } from 'node:module'
        const strings = () => Reflect.ownKeys(globalThis).filter((key) => typeof key === 'string')
        const before = strings()
        const all = await import('${server.url}/n.dyn')
        await import('./c.dyn')
        // What the execute modules themselves set is theirs.
        console.log(Reflect.ownKeys(all), strings().filter((key) => !before.includes(key)))
        console.log(Object.getOwnPropertySymbols(globalThis).filter((key) => Object.propertyIsEnumerable.call(globalThis, key)))
        console.log(Object.keys(createRequire(import.meta.url).cache))
        for (const name of ['asks', 'stand']) {
          await import('${server.url}/' + name + '.mjs').catch(({ code, message }) => console.log(code, message.split(':')[0]))
        }
        await import('mimeport:nothing').catch(({ code }) => console.log(code))`,
  })
  assert.equal(printed.slice(4), [
    "[ 'a b', 'default', Symbol(Symbol.toStringTag) ] [ 'setNamed', 'setters', 'setComputed' ]",
    '[]',
    '[]',
    "ERR_MIMEPORT_NOT_ALLOWED Cannot load 'mimeport",
    "ERR_MIMEPORT_NOT_ALLOWED Cannot load 'mimeport",
    'ERR_MODULE_NOT_FOUND',
  ])
})

test("a program's own handlers for require read files, and leave dynamic modules alone", async () => {
  const printed = await lines(
    {
      ...files,
      'handlers.cjs': `
        const { readFileSync } = require('node:fs')
        for (const extension of ['.js', '.mjs', '.cjs']) {
          require.extensions[extension] = (module, file) => module._compile(readFileSync(file, 'utf8'), file)
        }`,
      'app.mjs': `
        import { 'a b' as computed } from './c.dyn'
        import { 'a b' as named } from './n.dyn'
        console.log(computed, named)`,
    },
    { nodeArgs: ['--import', loaderPath, '--import', './handlers.cjs'] },
  )
  assert.is(printed.at(-1), '2 2')
})

test.run()
