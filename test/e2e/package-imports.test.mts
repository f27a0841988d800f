/** `#name` in packages from elsewhere: by their own package.json. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject, run, runProject } from '../support/spawn.mts'
import { denied, passed } from '../threats/record.mts'
import type { GitHub } from '../support/github.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('#imports of remote packages')
let server: TestServer
let github: GitHub

const pack = {
  imports: {
    '#own': './lib/own.mjs',
    '#lib/*': './lib/*.mjs',
    '#lib/private/*': null,
    '#if': { require: './lib/if.cjs', import: './lib/if.mjs' },
    '#dep': 'dep',
    '#dep/*': 'dep/*',
    '#fs': 'fs',
    '#any:*': '*',
    '#out': '../secret.mjs',
    '#url': 'https://unlisted.example/x.mjs',
    '#file': 'file:///etc/passwd',
  },
}

const modules = {
  'dist/deep/x.mjs': `
    import own from '#own'
    import pattern from '#lib/sub/y'
    import condition from '#if'
    import dep from '#dep'
    import part from '#dep/part.js'
    import { readFileSync } from '#fs'
    import { createRequire } from 'node:module'
    const require = createRequire(import.meta.url)
    export default {
      own, pattern, condition, dep, part, fs: typeof readFileSync,
      dynamic: (await import('#own')).default,
      meta: import.meta.resolve('#own'),
      required: [require('#if'), require('./r.cjs'), require.resolve('#if'), require('#dep'), typeof require('#fs').readFileSync],
      one: (await import('../../lib/own.mjs')).counter === (await import('#own')).counter,
    }`,
  'dist/deep/r.cjs': 'module.exports = require("#if")',
  'dist/any.mjs': `
    const at = (name) => import(name).then((m) => m.default, ({ code, message }) => code + ' ' + message)
    export default at`,
  'dist/all.mjs': 'export { default } from "#own"',
  'lib/own.mjs': 'export const counter = {}; export default "own"',
  'lib/sub/y.mjs': 'export default "y"',
  'lib/private/z.mjs': 'export default "private"',
  'lib/if.mjs': 'export default "imported"',
  'lib/if.cjs': 'module.exports = "required"',
}

const host = {
  'node_modules/dep/package.json': '{ "name": "dep" }',
  'node_modules/dep/index.js': 'module.exports = "dep"',
  'node_modules/dep/part.js': 'module.exports = "part"',
}

test.before(async () => {
  server = await startServer()
  const routes = Object.entries(modules).map(([path, text]) => [`/pkg@1/${path}`, text])
  await server.set({
    ...Object.fromEntries(routes),
    '/pkg@1/package.json': JSON.stringify(pack),
    '/package.json': '{ "imports": { "#own": "./wrong.mjs", "#root": "./root.mjs" } }',
    '/root.mjs': 'export default "of the root"',
    '/secret.mjs': 'export default "secret"',
    '/none/x.mjs': 'export { default } from "#root"',
    '/inner/package.json': '{ "type": "module" }',
    '/inner/x.mjs': 'export { default } from "#root"',
    '/broken/package.json': '{ "imports": ',
    '/broken/x.mjs': 'export { default } from "#root"',
    '/down/package.json': { status: 403 },
    '/down/x.mjs': 'export { default } from "#root"',
    '/moved/package.json': { status: 302, headers: { location: '/pkg@1/package.json' } },
    '/moved/x.mjs': 'export { default } from "#own"',
    '/node_modules/x/y.mjs': 'export { default } from "#root"',
  })
  const files = { ...modules, 'package.json': JSON.stringify(pack) }
  github = await startGitHub({
    repos: { 'o/r': { files }, 'o/none': { files: { 'x.mjs': 'import "#own"' } } },
  })
})
test.after(async () => {
  await Promise.all([server.stop(), github.stop()])
})

const env = () => ({ ...github.env, S: server.url })

const whole = (base: string) => ({
  own: 'own',
  pattern: 'y',
  condition: 'imported',
  dep: 'dep',
  part: 'part',
  fs: 'function',
  dynamic: 'own',
  meta: `${base}lib/own.mjs`,
  required: ['required', 'required', `${base}lib/if.cjs`, 'dep', 'function'],
  one: true,
})

test('they are what they are in Node: static, dynamic, required, resolved; of a server and of a repository', async () => {
  const { stdout, stderr } = await runProject(
    {
      ...host,
      'app.mjs': `
        for (const base of [process.env.S + '/pkg@1/', 'github:o/r/']) {
          console.log(JSON.stringify((await import(base + 'dist/deep/x.mjs')).default))
        }`,
    },
    { env: env() },
  )
  assert.is(stderr, '')
  const [web, repository] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
  assert.equal(web, whole(`${server.url}/pkg@1/`))
  assert.equal(repository, whole(`github://o/r@${await github.commit()}/`))
})

test('the nearest package.json goes, whatever is in it; the root of the origin is the last', async () => {
  await server.set('/package.json', '{ "imports": { "#root": "./root.mjs" } }')
  const { stdout } = await runProject(
    {
      'app.mjs': `
        const { S } = process.env
        for (const path of ['/none/x.mjs', '/inner/x.mjs', '/broken/x.mjs', '/down/x.mjs', '/moved/x.mjs', '/node_modules/x/y.mjs']) {
          console.log(await import(S + path).then((m) => m.default, ({ code, message }) => code + ' ' + message))
        }
        console.log((await import('github:o/none/x.mjs').catch((e) => e)).message)`,
    },
    { env: env() },
  )
  const [none, inner, broken = '', down = '', moved, packages = '', repository = ''] = stdout
    .trimEnd()
    .split('\n')
  assert.is(none, 'of the root')
  assert.is(
    inner,
    `ERR_PACKAGE_IMPORT_NOT_DEFINED Cannot resolve '#root' imported from '${server.url}/inner/x.mjs': "imports" of '${server.url}/inner/package.json' does not define it`,
  )
  assert.match(
    broken,
    `ERR_INVALID_PACKAGE_CONFIG Cannot resolve '#root' imported from '${server.url}/broken/x.mjs': '${server.url}/broken/package.json' is no JSON`,
  )
  assert.match(
    down,
    /^ERR_MIMEPORT_STATUS .*\/down\/package\.json/,
    'what may be there is not passed over',
  )
  assert.is(moved, 'own', 'its paths start where it is')
  assert.match(
    packages,
    /^ERR_PACKAGE_IMPORT_NOT_DEFINED .* there is no package\.json in its folder nor above/,
  )
  assert.match(repository, /there is no package\.json/)
})

test('conditions of the command line go, for names of the package and of the program', async () => {
  await server.set({
    '/c/package.json': '{ "imports": { "#c": { "dev": "./dev.mjs", "default": "./prod.mjs" } } }',
    '/c/dev.mjs': 'export default "dev"',
    '/c/prod.mjs': 'export default "prod"',
    '/c/x.mjs': 'export { default } from "#c"; export { default as dep } from "dep"',
  })
  const files = {
    'node_modules/dep/package.json': '{ "exports": { "dev": "./dev.js", "default": "./prod.js" } }',
    'node_modules/dep/dev.js': 'module.exports = "dep for dev"',
    'node_modules/dep/prod.js': 'module.exports = "dep"',
    'app.mjs':
      'const { default: own, dep } = await import(process.env.S + "/c/x.mjs"); console.log(own, dep)',
  }
  const dev = ['-C', 'dev', '--import', loaderPath]
  assert.is((await runProject(files, { env: env(), nodeArgs: dev })).stdout, 'dev dep for dev\n')
  assert.is((await runProject(files, { env: env() })).stdout, 'prod dep\n')
})

test('what is not defined, is null, or leaves the package is an error that names the package.json', async () => {
  const { stdout } = await runProject(
    {
      ...host,
      'app.mjs': `
        const { default: at } = await import(process.env.S + '/pkg@1/dist/any.mjs')
        for (const name of ['#nope', '#lib/private/z', '#out', '#url', '#file', '#lib/../secret', '#lib/%2e%2e/secret', '#', '#lib/', '#any:../../secret.mjs', '#any:/etc/passwd', '#lib/gone', '#dep/gone.js']) {
          console.log(await at(name))
        }`,
    },
    { env: env() },
  )
  const lines = stdout.trimEnd().split('\n')
  const [undefinedName = '', isNull = '', ...rest] = lines
  for (const line of [undefinedName, isNull]) {
    assert.match(
      line,
      /^ERR_PACKAGE_IMPORT_NOT_DEFINED .*\/pkg@1\/package\.json' does not define it$/,
    )
  }
  const expected = [
    ...Array(3).fill('ERR_INVALID_PACKAGE_TARGET'),
    ...Array(6).fill('ERR_INVALID_MODULE_SPECIFIER'),
    'ERR_MODULE_NOT_FOUND',
    'ERR_MODULE_NOT_FOUND',
  ]
  assert.equal(
    rest.map((line) => line.split(' ')[0]),
    expected,
  )
  assert.match(rest[0] ?? '', `has "../secret.mjs" for '#out'`)
  assert.match(rest.at(-1) ?? '', "imported from '" + server.url)
  denied('T18', '#imports', 11)
  passed('T18', '#imports', 2)
})

test('each package.json is asked for once, and the graph is run ahead of', async () => {
  await server.clear()
  const names = ['a', 'b', 'c', 'd']
  await server.set({
    '/p/package.json': '{ "imports": { "#lib/*": "./lib/*.mjs" } }',
    '/p/src/index.mjs':
      names.map((name) => `import '#lib/${name}'`).join('\n') + '\nexport default 1',
    ...Object.fromEntries(names.map((name) => [`/p/lib/${name}.mjs`, 'export default 1'])),
  })
  const { stdout, stderr } = await runProject(
    {
      'app.mjs': `
        import { preload } from ${JSON.stringify(loaderPath)}
        let waits = 0
        const { wait } = Atomics
        Atomics.wait = (...args) => (waits++, wait(...args))
        const entry = process.env.S + '/p/src/index.mjs'
        await preload(entry)
        waits = 0
        await import(entry)
        console.log(waits)`,
    },
    { env: env() },
  )
  assert.is(stderr, '')
  assert.is(stdout, '0\n', 'all had been pushed, under the keys that the hooks ask for')
  const paths = (await server.requests()).map(({ url }) => url)
  assert.equal(
    paths.filter((path) => path.endsWith('package.json')),
    ['/p/src/package.json', '/p/package.json'],
  )
  assert.is(paths.length, new Set(paths).size)
})

test('without a network, and with a lock, it runs as it did; what was not there then does not come in between', async () => {
  await server.clear()
  await server.set({
    '/p/package.json': '{ "imports": { "#own": "./own.mjs" } }',
    '/p/own.mjs': 'export default "own"',
    '/p/evil.mjs': 'export default "evil"',
    '/p/dist/x.mjs': 'export { default } from "#own"',
  })
  const project = makeProject({
    'app.mjs': `console.log((await import(process.env.S + '/p/dist/x.mjs').catch((e) => e)).default ?? 'failed')`,
    cache: '',
  })
  const go = (more: Readonly<Record<string, string>>) =>
    run(['app.mjs'], {
      cwd: project.path,
      env: { ...env(), MIMEPORT_CACHE: `${project.path}/.cache`, ...more },
    })
  try {
    project.write({ 'mimeport.lock': '{\n"version": 1\n}\n' })
    assert.is((await go({})).stdout, 'own\n')
    assert.is((await go({ MIMEPORT_OFFLINE: '1' })).stdout, 'own\n')
    // A package.json in between, which would change what the name means.
    await server.set(
      '/p/dist/package.json',
      '{ "imports": { "#own": "../evil.mjs", "#x": "./x.mjs" } }',
    )
    assert.is((await go({ MIMEPORT_FROZEN: '1', MIMEPORT_CACHE: 'off' })).stdout, 'own\n')
    assert.is((await go({ MIMEPORT_CACHE: 'off' })).stdout, 'own\n', 'additive, too')
    denied('T14', 'a package.json in between', 2)
    assert.equal(
      (await server.requests('/p/dist/package.json')).length,
      1,
      'of the first run alone',
    )
  } finally {
    project.remove()
  }
})

test.run()
