/** What people ran into who had read the documents only. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startServer } from '../support/server.mts'
import { loaderPath, run, runProject, makeProject } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('strangers')
let server: TestServer

test.before(async () => {
  server = await startServer()
})
test.after(() => server.stop())

async function stdoutOf(
  files: Record<string, string>,
  options: Parameters<typeof runProject>[1] = {},
): Promise<string> {
  const { status, stdout, stderr } = await runProject(files, options)
  assert.is(stderr, '')
  assert.is(status, 0)
  return stdout
}

test('an engine that is short of processor time is not taken for one that hangs', async () => {
  assert.is(
    await stdoutOf({
      'e.ts': 'enum E { A = 1 }\nexport default E.A',
      'app.mjs': `
        import { Worker } from 'node:worker_threads'
        for (let i = 0; i < 12; i++) new Worker('for(;;);', { eval: true, execArgv: [] }).unref()
        await new Promise((resolve) => setTimeout(resolve, 200))
        console.log((await import('./e.ts')).default)
        process.exit()`,
    }),
    '1\n',
  )
})

test('a large body has the time that its size needs', async () => {
  const rows = Array.from({ length: 900_000 }, (_, index) => `{"a":${index}} /*c*/`)
  assert.is(
    await stdoutOf({
      'big.jsonc': `[${rows.join(',\n')}]`,
      'app.mjs': `import rows from './big.jsonc' with { type: 'json' }\nconsole.log(rows.length)`,
    }),
    '900000\n',
  )
})

test("a project's loader for file: answers for files, there or not", async () => {
  assert.is(
    await stdoutOf({
      'mimeport.json': '{ "loaders": ["./over.mjs"] }',
      'over.mjs': `
        export const schemes = ['file:']
        export const resolveRelativePath = (specifier, parent) => new URL(specifier, parent).href
        export const resolve = (specifier) =>
          /over-me|virtual/.test(specifier) && { headers: { 'content-type': 'text/javascript' }, body: 'export default "over"' }`,
      'over-me.mjs': 'export default "real"',
      'plain.mjs': 'export default "real"',
      'app.mjs': `
        for (const name of ['./over-me.mjs', './plain.mjs', './virtual/x.mjs', './virtual/y.ts']) {
          console.log(name, (await import(name)).default)
        }
        console.log((await import('./absent.mjs').catch((e) => e)).code)`,
    }),
    './over-me.mjs over\n./plain.mjs real\n./virtual/x.mjs over\n./virtual/y.ts over\nERR_MODULE_NOT_FOUND\n',
  )
})

test('an import attribute that nobody knows is refused before anything runs', async () => {
  await server.set('/runs.mjs', 'console.log("ran")')
  assert.is(
    await stdoutOf(
      {
        'a.ts': 'console.log("ran")',
        'app.mjs': `
          for (const [specifier, attributes] of [
            ['./a.ts', { type: 'css' }], [process.env.SERVER + '/runs.mjs', { type: 'css' }], ['data:text/plain,x', { type: 'javascript' }],
          ]) console.log((await import(specifier, { with: attributes }).catch((e) => e)).code)`,
      },
      { env: { SERVER: server.url } },
    ),
    'ERR_IMPORT_ATTRIBUTE_UNSUPPORTED\n'.repeat(3),
  )
})

test('to resolve a local file is no failure, whatever is in it', async () => {
  assert.is(
    await stdoutOf({
      'README.md': '# No code here\n',
      'broken.ts': 'const = 1',
      'app.mjs': `
        import { createRequire } from 'node:module'
        const require = createRequire(import.meta.url)
        const name = (path) => path.split('/').at(-1)
        console.log(name(require.resolve('./README.md')), name(import.meta.resolve('./broken.ts')))
        const error = await import('./README.md').catch((e) => e)
        console.log(error.code, /app\\.mjs:6:/.test(error.stack))
        const { writeFileSync } = await import('node:fs')
        writeFileSync('README.md', '\`\`\`js\\nexport default "mended"\\n\`\`\`')
        console.log((await import('./README.md')).default)`,
    }),
    'README.md broken.ts\nERR_MIMEPORT_INVALID_BODY true\nmended\n',
  )
})

test('a package that a remote module misses is looked for in the program, and said so safely', async () => {
  await server.set('/escape.mjs', `await import(String.fromCharCode(27) + "[31mred")`)
  const { stderr, status } = await runProject(
    { 'app.mjs': `import '${server.url}/escape.mjs'` },
    {},
  )
  assert.is(status, 1)
  assert.not.match(stderr, '\u001b[31m')
  assert.match(
    stderr,
    `Cannot find package '\\u{1b}[31mred' imported from '${server.url}/escape.mjs'`,
  )
})

test('an error keeps its code on its way out of a Worker', async () => {
  assert.is(
    await stdoutOf({
      'app.mjs': `
        import { Worker } from 'node:worker_threads'
        new Worker(new URL('./w.mjs', import.meta.url)).on('error', (e) => console.log(e.code, e.url))`,
      'w.mjs': "import 'gopher:x'",
    }),
    'ERR_MODULE_NOT_FOUND gopher:x\n',
  )
})

test('preload takes what import takes, and fails at the line that called it', async () => {
  assert.is(
    await stdoutOf(
      {
        'x.ts': 'export default 1 as number',
        'app.mjs': `
          const { preload } = await import(process.env.LOADER)
          console.log(await preload('fs'), await preload('node:fs'), await preload('some-package'))
          console.log((await preload(new URL('./x.ts', import.meta.url))).endsWith('/x.ts'))
          const error = await preload('gopher:x').catch((e) => e)
          console.log(error.stack.split('\\n')[0].slice(0, 40), /app\\.mjs:5:/.test(error.stack), /core\\//.test(error.stack))`,
      },
      { env: { LOADER: loaderPath } },
    ),
    'fs node:fs some-package\ntrue\nLoaderError [ERR_MODULE_NOT_FOUND]: Cann true false\n',
  )
})

test('preload takes a path for its parent, and nothing for a specifier that is none', async () => {
  assert.is(
    await stdoutOf(
      {
        'lib/x.ts': 'export default 1 as number',
        'lib/app.cjs': `
          const { preload } = require(process.env.LOADER)
          const main = async () => {
            console.log((await preload('./x.ts', __filename)).endsWith('/lib/x.ts'))
            for (const odd of [undefined, '', 42, null])
              await preload(odd).catch(({ code, message, stack }) => console.log(code, message.slice(0, 37), /app\\.cjs:6:/.test(stack)))
          }
          main()`,
        'app.mjs': "import './lib/app.cjs'",
      },
      { env: { LOADER: loaderPath } },
    ),
    `true
ERR_MIMEPORT_INVALID_SPECIFIER Cannot preload undefined: a specifier true
ERR_MIMEPORT_INVALID_SPECIFIER Cannot preload a string (''): a speci true
ERR_MIMEPORT_INVALID_SPECIFIER Cannot preload a number (42): a speci true
ERR_MIMEPORT_INVALID_SPECIFIER Cannot preload null: a specifier is a true
`,
  )
})

test("require uses the program's own handler for an extension", async () => {
  assert.is(
    await stdoutOf(
      {
        'x.txt': 'text',
        'app.cjs': `
          const { readFileSync } = require('node:fs')
          require.extensions['.txt'] = (module, path) => { module.exports = 'own:' + readFileSync(path, 'utf8') }
          console.log(require('./x.txt'))
          import('./x.txt').then((m) => console.log(m.default))`,
      },
      { main: 'app.cjs' },
    ),
    'own:text\ntext\n',
  )
})

test('a loader with a syntax error is refused by file and line', async () => {
  const { stderr, path } = await runProject({
    'mimeport.json': '{ "loaders": ["./bad.mjs"] }',
    'bad.mjs': 'export const accepts = 1\nexport const x = = 1\n',
    'app.mjs': '',
  })
  assert.match(stderr, `importing it failed: Unexpected token '=' (${path}/bad.mjs:2)`)
})

test('a file of a kind that nobody knows is an error at the importing line', async () => {
  const { stderr } = await runProject({ 'x.css': '', 'app.mjs': "\nimport './x.css'\n" })
  assert.match(stderr, 'ERR_UNKNOWN_FILE_EXTENSION')
  assert.match(stderr, /app\.mjs:2:8/)
  assert.not.match(stderr, /core\/application/)
})

test("the configuration is the program's, wherever it is started from", async () => {
  const project = makeProject({
    'package.json': '{ "type": "module", "mimeport": { "loaders": ["./abc.mjs"] } }',
    'abc.mjs': `
      export const extensionMimeMap = { abc: 'text/abc' }
      export const accepts = 'text/abc'
      export const transform = () => ({ source: 'export default "abc"', format: 'module' })`,
    'x.abc': '',
    'app.mjs': `import abc from './x.abc'; console.log(abc)`,
  })
  try {
    const { stdout, stderr } = await run([`${project.path}/app.mjs`], { cwd: '/' })
    assert.is(stderr, '')
    assert.is(stdout, 'abc\n')
  } finally {
    project.remove()
  }
})

test("a failure that is spelt as others spell it is not run, and a query's unknown key is refused", async () => {
  const { stdout } = await runProject({
    'mimeport.json': '{ "loaders": ["./odd.mjs"] }',
    'odd.mjs': `
      export const schemes = ['odd:']
      export const resolveRelativePath = (specifier) => specifier
      export const resolve = (specifier) => specifier === 'odd:status'
        ? { status: 404, headers: {}, body: 'gone' }
        : { headers: [['content-type', 'text/javascript']], body: '1' }`,
    'app.mjs': `for (const s of ['odd:status', 'odd:headers']) console.log((await import(s).catch((e) => e)).code)`,
  })
  assert.is(stdout, 'ERR_MIMEPORT_INVALID_RETURN\n'.repeat(2))
  const { stderr } = await run(['-e', '0'], { nodeArgs: ['--import', `${loaderPath}?loader=./x`] })
  assert.match(stderr, "its query has no key 'loader'; did you mean 'loaders'?")
})

test('a module from the network reaches no local file, however it spells it', async () => {
  const { stdout, stderr } = await runProject(
    {
      'secret.mjs': 'export default "secret"',
      'hop.mjs': `
        export const schemes = ['hop:']
        export const resolveRelativePath = (specifier) => specifier
        export const resolve = (specifier) => ({ statusCode: 302, headers: { location: specifier.slice(4) } })`,
      'mimeport.json': '{ "loaders": ["./hop.mjs"] }',
      'app.mjs': `
        const secret = new URL('./secret.mjs', import.meta.url).href
        for (const path of process.env.PATHS.split(' ')) {
          const url = process.env.SERVER + path + '?' + encodeURIComponent(secret)
          console.log(await import(url).then((m) => m.default, (e) => e.code))
        }
        console.log((await import('hop:' + secret)).default)`,
    },
    { env: await spellings() },
  )
  assert.is(stderr, '')
  const lines = stdout.trimEnd().split('\n')
  assert.is(lines.pop(), 'secret', 'the control: a loader of the project may lead to a file')
  // The project's own schemes are not the network's, wherever they would lead.
  assert.is(lines.pop(), 'ERR_MIMEPORT_NOT_ALLOWED')
  assert.ok(lines.length >= 8)
  assert.equal([...new Set(lines)], ['ERR_MIMEPORT_LOCAL_IMPORT'], lines.join())
})

/** Remote modules that import what their query says, each in another spelling. */
async function spellings(): Promise<Record<string, string>> {
  const bodies = [
    'file',
    '" " + file',
    'file.replace("file", "FILE")',
    'file.replace("file", "fi\\tle")',
    'file.replace("file:///", "file:\\\\\\\\\\\\")',
    'file.replace("file:///", "file:/")',
    '"data:text/javascript," + encodeURIComponent("export { default } from " + JSON.stringify(file))',
    '"data:text/javascript," + encodeURIComponent("export { default } from " + JSON.stringify("data:text/javascript," + encodeURIComponent("export { default } from " + JSON.stringify(file))))',
    '"hop:" + file',
  ]
  const paths = bodies.map((_, index) => `/spelling/${index}.mjs`)
  for (const [index, body] of bodies.entries()) {
    await server.set(
      paths[index]!,
      `const file = decodeURIComponent(new URL(import.meta.url).search.slice(1))\nexport default (await import(${body})).default`,
    )
  }
  return { SERVER: server.url, PATHS: paths.join(' ') }
}

test('nor through a data: module that a loader makes, imported or redirected to', async () => {
  const text = `export const secret = (await import(FILE)).default`
  const made = (type: string) =>
    `"data:${type}," + encodeURIComponent(${JSON.stringify(text)}.replace('FILE', JSON.stringify(file)))`
  const head = 'const file = decodeURIComponent(new URL(import.meta.url).search.slice(1))\n'
  await server.set({
    '/typed.mjs': `${head}export default (await import(${made('text/typescript')})).secret`,
  })
  const { stdout, stderr } = await runProject(
    {
      'secret.mjs': 'export default "secret"',
      'app.mjs': `
        const secret = new URL('./secret.mjs', import.meta.url).href
        const say = (promise) => promise.then((m) => console.log(m.default ?? m.secret), (e) => console.log(e.code))
        await say(import(process.env.SERVER + '/typed.mjs?' + encodeURIComponent(secret)))
        const text = 'data:text/typescript,' + encodeURIComponent('export { default } from ' + JSON.stringify(secret))
        await say(import(text))`,
    },
    { env: { SERVER: server.url } },
  )
  assert.is(stderr, '')
  // The control: what the program itself imports by such a URL may reach its files.
  assert.is(stdout, 'ERR_MIMEPORT_LOCAL_IMPORT\nsecret\n')
})

test('nor by a redirect to a data: URL', async () => {
  const project = makeProject({ 'secret.mjs': 'export default "secret"' })
  try {
    const file = JSON.stringify(`file://${project.path}/secret.mjs`)
    for (const type of ['text/typescript', 'text/javascript']) {
      const location = `data:${type},${encodeURIComponent(`export { default } from ${file}`)}`
      await server.set('/to-data', { status: 307, headers: { location } })
      project.write({
        'app.mjs': `console.log(await import('${server.url}/to-data').then((m) => m.default, (e) => e.code))`,
      })
      const { stdout } = await run(['app.mjs'], { cwd: project.path })
      assert.is(stdout, 'ERR_MIMEPORT_INVALID_REDIRECT\n', type)
    }
  } finally {
    project.remove()
  }
})

test('a preload and an import that overlap ask for each module once', async () => {
  await server.set({
    '/both/root.mjs': [
      {
        headers: { 'content-type': 'text/javascript' },
        body: "import './slow.mjs'; export default 1",
      },
      { status: 503 },
    ],
    '/both/other.mjs': "import './slow.mjs'; export { default } from './root.mjs'",
    '/both/slow.mjs': { headers: { 'content-type': 'text/javascript' }, body: '', delay: 300 },
  })
  assert.is(
    await stdoutOf(
      {
        'app.mjs': `
          const { preload } = await import(process.env.LOADER)
          const done = preload(process.env.SERVER + '/both/root.mjs')
          await new Promise((resolve) => setTimeout(resolve, 150))
          console.log((await import(process.env.SERVER + '/both/other.mjs')).default)
          await done`,
      },
      { env: { SERVER: server.url, LOADER: loaderPath } },
    ),
    '1\n',
  )
  assert.is((await server.requests('/both/root.mjs')).length, 1)
})

test('with -e an argument is no program, and has no say in the configuration', async () => {
  const project = makeProject({
    'other/mimeport.json': 'broken',
    'other/x': '',
    'own/package.json': '{}',
  })
  try {
    const { stdout, stderr } = await run(['-p', '1', '../other/x'], { cwd: `${project.path}/own` })
    assert.is(stderr, '')
    assert.is(stdout, '1\n')
  } finally {
    project.remove()
  }
})

test("a bare name in a loader's own module is a package of the program's", async () => {
  assert.is(
    await stdoutOf({
      'mimeport.json': '{ "loaders": ["./virtual.mjs"] }',
      'virtual.mjs': `
        export const schemes = ['virtual:']
        export const resolveRelativePath = (specifier) => specifier
        export const resolve = () => ({ headers: { 'content-type': 'text/javascript' }, body: "export { default } from 'friend'" })`,
      'node_modules/friend/package.json': '{ "exports": "./index.mjs" }',
      'node_modules/friend/index.mjs': 'export default "friend"',
      'app.mjs': "import friend from 'virtual:x'\nconsole.log(friend)",
    }),
    'friend\n',
  )
})

test('a name that a loader answers with 404 is not looked for elsewhere', async () => {
  assert.is(
    await stdoutOf({
      'mimeport.json': '{ "loaders": ["./names.mjs"] }',
      'names.mjs': `
        export const resolveRelativePath = (specifier) => specifier
        export const resolve = (specifier) => specifier === 'mine' && { statusCode: 404, body: 'gone' }`,
      'node_modules/mine/package.json': '{ "exports": "./index.mjs" }',
      'node_modules/mine/index.mjs': 'export default "theirs"',
      'node_modules/other/package.json': '{ "exports": "./index.mjs" }',
      'node_modules/other/index.mjs': 'export default "other"',
      'app.mjs': `
        console.log((await import('mine').catch((e) => e)).code)
        console.log((await import('other')).default)`,
    }),
    'ERR_MODULE_NOT_FOUND\nother\n',
  )
})

test('a redirect to a file that Node loads by itself is what Node makes of the file', async () => {
  assert.is(
    await stdoutOf({
      'mimeport.json': '{ "loaders": ["./alias.mjs"] }',
      'alias.mjs': `
        export const schemes = ['alias:']
        export const resolveRelativePath = (specifier) => specifier
        export const resolve = (specifier) =>
          ({ statusCode: 307, headers: { location: new URL(specifier.slice(6), import.meta.url).href } })`,
      'c.cjs': 'exports.c = 1',
      'd.json': '{ "d": 2 }',
      'app.mjs': `
        import { createRequire } from 'node:module'
        import c from 'alias:c.cjs'
        import d from 'alias:d.json' with { type: 'json' }
        console.log(c.c, d.d, createRequire(import.meta.url)('alias:d.json').d)`,
    }),
    '1 2 2\n',
  )
})

test("the program's prepareStackTrace, and frozen intrinsics, leave the error as it is", async () => {
  const app = `
    const error = await import('gopher:x').catch((e) => e)
    console.log(error.code)`
  assert.is(
    await stdoutOf({
      'app.mjs': `Error.prepareStackTrace = (error) => error.message.toUpperCase()\n${app}`,
    }),
    'ERR_MODULE_NOT_FOUND\n',
  )
  const frozen = await runProject(
    { 'app.mjs': app },
    { nodeArgs: ['--frozen-intrinsics', '--import', loaderPath] },
  )
  assert.is(frozen.stdout, 'ERR_MODULE_NOT_FOUND\n')
})

test('a program that handles uncaught errors decides how it ends', async () => {
  const { status, stdout } = await runProject({
    'mimeport.json': '{ "loaders": ["./exits.mjs"] }',
    'exits.mjs': `
      export const schemes = ['exits:']
      export const resolveRelativePath = (specifier) => specifier
      export const resolve = () => process.exit(7)`,
    'app.mjs': `process.on('uncaughtException', (e) => console.log(e.code))\nimport('exits:x')`,
  })
  assert.is(stdout, 'ERR_MIMEPORT_LOADER_EXIT\n')
  assert.is(status, 0)
})

test('a file that is written anew between resolving and importing is imported anew', async () => {
  assert.is(
    await stdoutOf({
      'made.ts': 'export default "old" as string',
      'app.mjs': `
        import { writeFileSync } from 'node:fs'
        import.meta.resolve('./made.ts')
        writeFileSync('made.ts', 'export default "new" as string')
        console.log((await import('./made.ts')).default)`,
    }),
    'new\n',
  )
})

test('what the engine pushes after a preload is not lost', async () => {
  await server.set({
    '/after/a.mjs': `export default 'a'`,
    '/after/b.mjs': `import './c.mjs'; export default 'b'`,
    '/after/c.mjs': `import './d.mjs'; export default 'c'`,
    '/after/d.mjs': `export default 'd'`,
  })
  await stdoutOf(
    {
      'app.mjs': `
        const { preload } = await import(process.env.LOADER)
        const url = (name) => process.env.SERVER + '/after/' + name + '.mjs'
        await preload(url('a'))
        await import(url('b'))
        await new Promise((resolve) => setTimeout(resolve, 300))
        await import(url('c'))
        await import(url('d'))`,
    },
    { env: { SERVER: server.url, LOADER: loaderPath } },
  )
  for (const name of ['a', 'b', 'c', 'd']) {
    assert.is((await server.requests(`/after/${name}.mjs`)).length, 1, name)
  }
})

test('a hundred preloads at one time are no leak, and leave the process free to end', async () => {
  await server.set('/many.mjs', 'export default 1')
  const folder = makeProject({
    'app.mjs': `
      const { preload } = await import(process.env.LOADER)
      const urls = Array.from({ length: 100 }, (_, n) => process.env.SERVER + '/many.mjs?' + n)
      console.log(new Set(await Promise.all(urls.map((url) => preload(url)))).size)`,
  })
  const env = { SERVER: server.url, LOADER: loaderPath }
  const { stdout, stderr, status } = await run(['app.mjs'], { cwd: folder.path, env })
  folder.remove()
  assert.equal({ stdout, stderr, status }, { stdout: '100\n', stderr: '', status: 0 })
})

test.run()
