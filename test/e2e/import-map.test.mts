/** Import maps in whole programs: every way in which a module is asked for, by whoever asks. */

import { createHash } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject, run, runProject } from '../support/spawn.mts'
import { denied, passed } from '../threats/record.mts'
import type { GitHub } from '../support/github.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('import map, end to end')
let server: TestServer
let github: GitHub

test.before(async () => {
  server = await startServer()
  await server.set({
    '/lib.mjs': 'export default "remote lib"',
    '/lib.cjs': 'module.exports = "remote cjs"',
    '/folder/a.mjs': 'export default "a"; export { default as b } from "./b.mjs"',
    '/folder/b.mjs': 'export default "b"',
    '/imports-lib.mjs':
      'export { default } from "lib"; export const later = (await import("lib")).default',
    '/imports-cjs.cjs': 'module.exports = [require("lib").default, require.resolve("lib")]',
    '/moved.mjs': { status: 302, headers: { location: '/scoped/moved-here.mjs' } },
    '/scoped/moved-here.mjs': 'export { default } from "lib"',
    '/scoped/x.mjs': 'export { default } from "lib"',
    '/program.mjs': 'import lib from "lib"; console.log(lib, import.meta.url, process.argv[1])',
    '/names-a-file.mjs':
      'export default await import(new URL(import.meta.url).searchParams.get("u"))',
    '/README.md': '# Read me\n\n```js\nimport lib from "lib"\nexport default lib\n```\n',
  })
  github = await startGitHub({
    repos: {
      'o/r': {
        files: {
          'src/x.mjs':
            'export { default } from "lib"; export { default as local } from "./own.mjs"',
          'src/own.mjs': 'export default "own"',
        },
        tags: { v1: 'main' },
      },
    },
  })
})
test.after(async () => {
  await Promise.all([server.stop(), github.stop()])
})

type Files = Readonly<Record<string, string>>

/** What a program prints, a line each; with this configuration. */
async function lines(
  config: object,
  files: Files,
  options: Parameters<typeof runProject>[1] = {},
): Promise<string[]> {
  const all = { 'mimeport.json': JSON.stringify(config), ...files }
  const env = { ...github.env, S: server.url, ...options.env }
  const { stdout, stderr, path } = await runProject(all, { ...options, env })
  assert.is(stderr, '')
  return stdout
    .trimEnd()
    .replaceAll(path, '<project>')
    .replaceAll(server.url, '<server>')
    .split('\n')
}

test('every entrance goes by the map', async () => {
  const program = {
    'app.mjs': `
      import lib from 'lib'
      import { createRequire } from 'node:module'
      import { Worker } from 'node:worker_threads'
      const require = createRequire(import.meta.url)
      console.log('static', lib)
      console.log('dynamic', (await import('lib')).default)
      console.log('require', require('cjs'), require('lib').default === lib)
      console.log('require.resolve', require.resolve('lib'))
      console.log('import.meta.resolve', import.meta.resolve('lib'))
      console.log('eval', (await eval('import("lib")')).default)
      const worker = new Worker(new URL('./w.mjs', import.meta.url))
      console.log('worker', await new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject)))
      const source = new Worker('import("lib").then((m) => require("node:worker_threads").parentPort.postMessage(m.default))', { eval: true })
      console.log('worker of text', await new Promise((resolve, reject) => source.on('message', resolve).on('error', reject)))`,
    'w.mjs': `import lib from 'lib'; import { parentPort } from 'node:worker_threads'; parentPort.postMessage(lib)`,
  }
  const expected = (lib: string, url: string, path: string) => [
    `static ${lib}`,
    `dynamic ${lib}`,
    'require remote cjs true',
    `require.resolve ${path}`,
    `import.meta.resolve ${url}`,
    `eval ${lib}`,
    `worker ${lib}`,
    `worker of text ${lib}`,
  ]
  const cjs = `${server.url}/lib.cjs`
  assert.equal(
    await lines({ imports: { lib: `${server.url}/lib.mjs`, cjs } }, program),
    expected('remote lib', '<server>/lib.mjs', '<server>/lib.mjs'),
  )
  const local = { ...program, 'src/lib.mjs': 'export default "local lib"' }
  assert.equal(
    await lines({ imports: { lib: './src/lib.mjs', cjs } }, local),
    expected('local lib', 'file://<project>/src/lib.mjs', '<project>/src/lib.mjs'),
  )
  const typed = { ...program, 'src/lib.ts': 'export default "typed lib" as string' }
  assert.equal(
    await lines({ imports: { lib: './src/lib.ts', cjs } }, typed),
    expected('typed lib', 'file://<project>/src/lib.ts', '<project>/src/lib.ts'),
  )
  passed('T04', 'import map', 8)
})

test('every importer goes by the map: CommonJS, TypeScript, Markdown, the web, a repository', async () => {
  const printed = await lines(
    { imports: { lib: './lib.mjs' } },
    {
      'lib.mjs': 'export default "mapped"',
      'a.cjs': 'module.exports = require("lib").default',
      'b.ts': 'import lib from "lib"; export default lib as string',
      'c.mjs.md': '```js\nexport { default } from "lib"\n```\n',
      'app.mjs': `
        const all = ['./a.cjs', './b.ts', './c.mjs.md', process.env.S + '/imports-lib.mjs', process.env.S + '/README.md', 'github:o/r/src/x.mjs']
        for (const each of all) console.log((await import(each)).default)
        const [required, resolved] = (await import(process.env.S + '/imports-cjs.cjs')).default
        console.log(required, resolved)
        console.log((await import(process.env.S + '/imports-lib.mjs')).later)`,
    },
  )
  assert.equal(printed, [...Array(6).fill('mapped'), 'mapped <project>/lib.mjs', 'mapped'])
})

test('the nearest scope goes: of a folder, of an origin, of a repository at any commit', async () => {
  const printed = await lines(
    {
      imports: { lib: './top.mjs' },
      scopes: {
        './sub/': { lib: './sub.mjs' },
        './sub/deep/': { lib: './deep.mjs' },
        './sub/one.mjs': { lib: './one.mjs' },
        [`${server.url}/scoped/`]: { lib: './origin.mjs' },
        'github:o/r/': { lib: './repository.mjs' },
      },
    },
    {
      ...Object.fromEntries(
        ['top', 'sub', 'deep', 'one', 'origin', 'repository'].map((name) => [
          `${name}.mjs`,
          `export default "${name}"`,
        ]),
      ),
      'x.mjs': 'export { default } from "lib"',
      'sub/x.mjs': 'export { default } from "lib"',
      'sub/one.mjs': 'export { default } from "lib"',
      'sub/deep/x.mjs': 'export { default } from "lib"',
      'app.mjs': `
        const { S } = process.env
        const all = ['./x.mjs', './sub/x.mjs', './sub/one.mjs', './sub/deep/x.mjs', S + '/imports-lib.mjs', S + '/scoped/x.mjs', S + '/moved.mjs', 'github:o/r/src/x.mjs', 'github:o/r@v1/src/x.mjs']
        for (const each of all) console.log((await import(each)).default)`,
    },
  )
  const [origin, repository] = [Array(2).fill('origin'), Array(2).fill('repository')]
  assert.equal(printed, ['top', 'sub', 'one', 'deep', 'top', ...origin, ...repository])
})

test('keys that end in a slash, addresses of repositories, and what the map leaves alone', async () => {
  const printed = await lines(
    {
      imports: {
        'web/': `${server.url}/folder/`,
        'repo/': 'github:o/r@v1/src/',
        lib: './lib.mjs',
        './old.mjs': './new.mjs',
        [`${server.url}/gone/`]: './here/',
        'github:o/gone/': './here/',
      },
    },
    {
      'lib.mjs': 'export default "lib"',
      'new.mjs': 'export default "new"',
      'here/x.mjs': 'export default "here"',
      'sub/old.mjs': 'export default "old of another folder"',
      'node_modules/web/package.json': '{ "main": "x.js" }',
      'node_modules/web/x.js': 'module.exports = "the package"',
      'app.mjs': `
        const at = async (specifier) => console.log(await import(specifier).then((m) => m.b ?? m.local ?? m.default, ({ code }) => code))
        await at('web/a.mjs')
        await at('web')
        await at('repo/x.mjs')
        await at('./old.mjs')
        await at('./sub/old.mjs')
        await at(process.env.S + '/gone/x.mjs')
        await at('github:o/gone/x.mjs')
        await at('web/../lib.mjs')
        await at('repo/../../x')`,
    },
  )
  assert.equal(printed, [
    'b',
    'the package',
    'own',
    'new',
    'old of another folder',
    'here',
    'here',
    'ERR_MODULE_NOT_FOUND',
    'ERR_MODULE_NOT_FOUND',
  ])
})

test('the map goes before packages and before builtins; null takes away', async () => {
  const printed = await lines(
    {
      imports: {
        dep: './own.mjs',
        fs: './my-fs.cjs',
        'node:os': './my-fs.cjs',
        gone: null,
        path: 'node:url',
      },
    },
    {
      'own.mjs': 'export default "own"',
      'my-fs.cjs': 'module.exports = { mine: true, real: typeof require("node:fs").readFileSync }',
      'node_modules/dep/index.js': 'module.exports = "package"',
      'node_modules/gone/index.js': 'module.exports = "package"',
      'app.mjs': `
        import fs from 'fs'
        import os from 'node:os'
        import * as path from 'path'
        import { createRequire } from 'node:module'
        const require = createRequire(import.meta.url)
        console.log((await import('dep')).default, fs.mine, fs.real, os.mine, typeof (await import('os')).cpus)
        console.log(require('fs') === fs, typeof path.pathToFileURL, typeof require('path').pathToFileURL)
        const error = await import('gone').catch((e) => e)
        console.log(error.code, /no address for 'gone'/.test(error.message), /app\\.mjs:\\d+:/.test(error.stack))
        try { require('gone') } catch ({ code }) { console.log(code) }`,
    },
  )
  assert.equal(printed, [
    'own true function true function',
    'true function function',
    'ERR_MODULE_NOT_FOUND true true',
    'MODULE_NOT_FOUND',
  ])
})

test('the program on the command line goes by the map where it is a URL, and not where it is a file', async () => {
  const config = {
    imports: {
      'https://app.example/': `${server.url}/`,
      lib: './lib.mjs',
      './app.mjs': './no.mjs',
    },
  }
  const files = { 'lib.mjs': 'export default "lib"', 'app.mjs': 'console.log("app")' }
  assert.equal(await lines(config, files, { main: 'https://app.example/program.mjs' }), [
    'lib <server>/program.mjs https://app.example/program.mjs',
  ])
  assert.equal(await lines(config, files), ['app'])
  const entry = { imports: { 'https://app.example/x.mjs': './lib2.mjs' } }
  const own = { 'lib2.mjs': 'console.log("own")' }
  assert.equal(await lines(entry, own, { main: 'https://app.example/x.mjs' }), ['own'])
})

test('preload goes by the map, and what it brings is there without a wait', async () => {
  await server.set({
    '/graph/entry.mjs': 'export { default } from "next"; import "#own"; import "pad"; import "lib"',
    '/graph/package.json': '{ "imports": { "#own": "./own.mjs" } }',
    '/graph/next.mjs': 'export { default } from "folder/leaf.mjs"',
    '/graph/own.mjs': 'export default 1',
    '/graph/pad.mjs': 'export default 1',
    '/graph/folder/leaf.mjs': 'export default "leaf"',
    // The control: what nobody has preloaded is waited for.
    '/slow.mjs': {
      body: 'export default 1',
      delay: 300,
      headers: { 'content-type': 'text/javascript' },
    },
  })
  const base = `${server.url}/graph/`
  const printed = await lines(
    {
      imports: {
        entry: `${base}entry.mjs`,
        next: `${base}next.mjs`,
        'folder/': `${base}folder/`,
        lib: './lib.mjs',
        fs: 'node:os',
      },
      externals: { pad: `${base}pad.mjs` },
    },
    {
      'lib.mjs': 'export default "lib"',
      'app.mjs': `
        import { preload } from ${JSON.stringify(loaderPath)}
        console.log(await preload('entry', import.meta.url))
        console.log(await preload('fs', import.meta.url), await preload('react'))
        let waits = 0
        const { wait } = Atomics
        Atomics.wait = (...args) => (waits++, wait(...args))
        console.log((await import('entry')).default, waits)
        await import(process.env.S + '/slow.mjs')
        console.log(waits > 0)`,
    },
  )
  assert.equal(printed, ['<server>/graph/entry.mjs', 'node:os react', 'leaf 0', 'true'])
  const paths = (await server.requests())
    .map(({ url }) => url)
    .filter((url) => url.startsWith('/graph/'))
  assert.equal(paths.length, new Set(paths).size, 'each was asked for once')
})

test('a file in the map is for the web, too; a file that the web names is in no map', async () => {
  const files = {
    'mimeport.json': '{ "imports": { "lib": "./lib.mjs", "./": "./" } }',
    'lib.mjs': 'export default "given"',
    'secret.mjs': 'export default "secret"',
    'app.mjs': `
      const { S } = process.env
      console.log((await import(S + '/imports-lib.mjs')).default)
      const { href } = new URL('./secret.mjs', import.meta.url)
      // The URL parser takes them all.
      for (const each of [href, ' ' + href, href.replace('file', 'FI\\tLE'), '\\n' + href]) {
        const module = S + '/names-a-file.mjs?u=' + encodeURIComponent(each)
        console.log(await import(module).then((m) => m.default.default, ({ code }) => code))
      }`,
  }
  const { stdout, stderr } = await runProject(files, { env: { S: server.url } })
  assert.is(stderr, '')
  assert.is(stdout, `given\n${'ERR_MIMEPORT_LOCAL_IMPORT\n'.repeat(4)}`)
  passed('T18', 'a file of the import map')
  denied('T18', 'a file that the web names', 4)
})

test('a target of the map is held to the list as any other', async () => {
  const printed = await lines(
    { imports: { lib: 'https://unlisted.example/x.mjs' } },
    { 'app.mjs': `console.log((await import('lib').catch((e) => e)).code)` },
  )
  assert.equal(printed, ['ERR_MIMEPORT_NOT_ALLOWED'])
  denied('T04', 'import map')
})

test('integrity holds what was asked for, and what that led to', async () => {
  const body = 'export default 1'
  await server.set({
    '/held.mjs': body,
    '/to-held': { status: 302, headers: { location: '/held.mjs' } },
    '/held.json': '{}',
  })
  const hash = (text: string) => `sha384-${createHash('sha384').update(text).digest('base64')}`
  const paths = ['/held.mjs', '/to-held', '/held.json']
  const given = async (path: string, text: string) => {
    const integrity = { [server.url + path]: hash(text) }
    const program = `
      for (const path of ${JSON.stringify(paths)}) {
        const type = path.endsWith('json') ? { with: { type: 'json' } } : {}
        console.log(await import(process.env.S + path, type).then(() => 'ok', ({ code }) => code))
      }`
    return lines({ integrity }, { 'app.mjs': program })
  }
  const refused = 'ERR_MIMEPORT_INTEGRITY'
  assert.equal(await given('/held.mjs', body), ['ok', 'ok', 'ok'])
  assert.equal(await given('/held.mjs', 'other'), [refused, refused, 'ok'])
  assert.equal(await given('/to-held', 'other'), ['ok', refused, 'ok'])
  assert.equal(await given('/held.json', 'other'), ['ok', 'ok', refused])
  denied('T14', 'integrity of the import map', 4)
  passed('T14', 'integrity of the import map', 8)
})

test('attributes go with what is named', async () => {
  await server.set(
    '/data.mjs',
    'import data from "data" with { type: "json" }; import text from "text" with { type: "text" }; export default [data.a, text]',
  )
  const printed = await lines(
    { imports: { data: './data.json', text: './text.txt' } },
    {
      'data.json': '{ "a": 1 }',
      'text.txt': 'hello',
      'app.mjs': `
        console.log(...(await import(process.env.S + '/data.mjs')).default)
        console.log((await import('data', { with: { type: 'json' } })).default.a, (await import('data').catch((e) => e)).code)`,
    },
  )
  assert.equal(printed, ['1 hello', '1 ERR_IMPORT_ATTRIBUTE_MISSING'])
})

test('a map that has no meaning ends the program at its start, with file, key and reason', async () => {
  const { stderr, status } = await runProject({
    'mimeport.json': '{ "imports": { "lib": "lib.mjs" } }',
    'app.mjs': 'console.log("not here")',
  })
  assert.is(status, 1)
  assert.match(stderr, /ERR_MIMEPORT_CONFIG/)
  assert.match(stderr, /mimeport\.json': 'imports' has for 'lib' 'lib\.mjs', which is no address/)
})

test('package.json may have the map', async () => {
  const { stdout } = await runProject(
    {
      'package.json': '{ "type": "module", "mimeport": { "imports": { "lib": "./lib.mjs" } } }',
      'lib.mjs': 'export default "lib"',
      'sub/app.mjs': 'import lib from "lib"; console.log(lib)',
    },
    { main: 'sub/app.mjs' },
  )
  assert.is(stdout, 'lib\n')
})

test('what is typed on the command line goes by the map', async () => {
  const project = makeProject({
    'mimeport.json': '{ "imports": { "lib": "./lib.mjs" } }',
    'lib.mjs': 'export default "lib"',
  })
  try {
    const { stdout } = await run(['-p', 'require("lib").default'], { cwd: project.path })
    assert.is(stdout, 'lib\n')
  } finally {
    project.remove()
  }
})

test.run()
