/** A program's second start: served from its pack, without an engine; and all that has it made anew. */

import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeProject, run } from '../support/spawn.mts'
import { startServer } from '../support/server.mts'
import type { Route, TestServer } from '../support/server.mts'
import type { Project } from '../support/spawn.mts'

/**
 * The last line that each program prints. Who made the modules: an engine; this thread, which has looked for oxc-transform for
 * that; or an earlier start.
 */
const said = `console.log(process.moduleLoadList.includes('NativeModule worker_threads') ? 'engine' : Object.keys(process.getBuiltinModule('module')._pathCache).some((each) => each.includes('@oxc-transform')) ? 'here' : 'no engine')
`

let folder: string
let project: Project
let server: TestServer

async function start(
  program = 'app.ts',
  env: Record<string, string> = {},
  nodeArgs?: readonly string[],
): Promise<string> {
  const result = await run([program], {
    cwd: project.path,
    env: { MIMEPORT_CACHE: folder, ...env },
    ...(nodeArgs !== undefined && { nodeArgs }),
  })
  assert.is(result.status, 0, result.stderr)
  return result.stdout.trim().replaceAll('\n', ' ')
}

async function fails(program: string, code: string, env: Record<string, string> = {}) {
  const result = await run([program], {
    cwd: project.path,
    env: { MIMEPORT_CACHE: folder, ...env },
  })
  assert.is(result.status, 1)
  assert.match(result.stderr, code)
}

const packs = () => join(folder, 'packs')
const packFile = () => join(packs(), readdirSync(packs())[0]!)
const js = (body: string, cacheControl: string): Route => ({
  body,
  headers: { 'content-type': 'text/javascript', 'cache-control': cacheControl },
})

function prepare(test: ReturnType<typeof suite>): void {
  test.before(async () => void (server = await startServer()))
  test.after(() => server.stop())
  test.before.each(async () => {
    await server.clear()
    folder = mkdtempSync(join(tmpdir(), 'mimeport-packs-'))
    project = makeProject({ 'package.json': '{ "type": "module" }' })
  })
  test.after.each(() => {
    project.remove()
    rmSync(folder, { recursive: true, force: true })
  })
}

const local = suite('local files')
prepare(local)

const files = {
  'app.ts': `import { Color } from './color.ts'\nimport { text } from './notes.mjs.md'\nimport { view } from './view.tsx'\nconsole.log(Color.Red, text, view.tag)\n${said}`,
  'color.ts': 'export enum Color { Red = 7 }\n',
  'notes.mjs.md': '# Notes\n\n```js\nexport const text = "from Markdown"\n```\n',
  'view.tsx': '/** @jsx h */\nconst h = (tag: string) => ({ tag })\nexport const view = <b />\n',
}

local('are made at the first start, and served at the second without an engine', async () => {
  project.writeOld(files)
  assert.is(await start(), '7 from Markdown b here')
  assert.not.ok(existsSync(join(folder, 'compiled')))
  assert.is(await start(), '7 from Markdown b no engine')
  assert.ok(existsSync(join(folder, 'compiled')))
})

local(
  'are made anew after an edit that keeps size and modification time: that one alone',
  async () => {
    project.writeOld(files)
    await start()
    const { size } = statSync(packFile())
    project.writeOld({ 'color.ts': files['color.ts'].replace('7', '8') })
    assert.is(await start(), '8 from Markdown b here')
    const added = readFileSync(packFile()).subarray(size).toString()
    assert.match(added, 'Red')
    assert.not.match(added, 'from Markdown')
    assert.is(await start(), '8 from Markdown b no engine')
  },
)

local('are served still when nothing but their times have changed', async () => {
  project.writeOld(files)
  await start()
  for (const name of Object.keys(files))
    utimesSync(join(project.path, name), new Date(), new Date())
  assert.is(await start(), '7 from Markdown b no engine')
})

local('are made anew when an edit follows the first start at once', async () => {
  project.write(files)
  await start()
  project.write({ 'color.ts': files['color.ts'].replace('7', '9') })
  assert.is(await start(), '9 from Markdown b here')
})

local(
  'are made anew when a tsconfig.json comes, changes, goes; a package.json changes',
  async () => {
    const fields = 'class A { a = 1 }\nclass B extends A { declare a: number; set b(x) {} }\n'
    project.writeOld({
      'app.ts': `class Base { set x(v: number) { console.log('set', v) } }\nclass Sub extends Base { x = 1 }\nnew Sub()\n${fields}enum E { A }\nvoid E.A\n${said}`,
    })
    assert.is(await start(), 'here')
    assert.is(await start(), 'no engine')
    project.writeOld({
      'tsconfig.json': '{ "compilerOptions": { "useDefineForClassFields": false } }',
    })
    assert.is(await start(), 'set 1 engine')
    assert.is(await start(), 'set 1 no engine')
    project.writeOld({
      'tsconfig.json': '{ "compilerOptions": { "useDefineForClassFields": true } }',
    })
    assert.is(await start(), 'here')
    rmSync(join(project.path, 'tsconfig.json'))
    assert.is(await start(), 'here')
    assert.is(await start(), 'no engine')
    project.writeOld({ 'package.json': '{ "type": "commonjs" }' })
    assert.match(await start(), /engine$/)
  },
)

local(
  'are not believed again after a tsconfig.json has changed while the program ran',
  async () => {
    project.writeOld({
      'app.ts': `import { writeFileSync } from 'node:fs'\nclass Base { set x(v: number) { console.log('set', v) } }\nclass Sub extends Base { x = 1 }\nnew Sub()\nenum E { A }\nvoid E.A\nif (process.argv[2]) writeFileSync('tsconfig.json', '{ "compilerOptions": { "useDefineForClassFields": false } }')\nif (process.argv[2]) await import('./late.ts')\n`,
      'late.ts': 'enum Late { A }\nvoid Late.A\n',
      'tsconfig.json': '{}',
    })
    const go = async (...args: string[]) => {
      const env = { MIMEPORT_CACHE: folder }
      const { stdout, stderr } = await run(['app.ts', ...args], { cwd: project.path, env })
      assert.is(stderr, '')
      return stdout
    }
    assert.is(await go(), '')
    assert.is(await go('change'), '')
    assert.is(await go(), 'set 1\n')
  },
)

local('are those of the folder that a link leads to now', async () => {
  project.writeOld({
    'one/lib.ts': 'export const n: number = 1\nenum E { A }\nvoid E\n',
    'two/lib.ts': 'export const n: number = 2\nenum E { A }\nvoid E\n',
    'app.ts': `import { n } from './current/lib.ts'\nconsole.log(n)\n${said}`,
  })
  const link = join(project.path, 'current')
  symlinkSync(join(project.path, 'one'), link)
  assert.is(await start(), '1 here')
  assert.is(await start(), '1 no engine')
  rmSync(link)
  symlinkSync(join(project.path, 'two'), link)
  assert.is(await start(), '2 here')
  rmSync(link)
  renameSync(join(project.path, 'two'), link)
  assert.match(await start(), '2 ')
})

local('that are missing fail, though the pack has them', async () => {
  project.writeOld(files)
  await start()
  rmSync(join(project.path, 'color.ts'))
  await fails('app.ts', 'ERR_MODULE_NOT_FOUND')
})

local('whose folder is gone are missing, in the words for that', async () => {
  project.writeOld({
    'app.ts': `try { await import('./sub/x.ts') } catch (error) { console.log(error.code) }\nenum E { A }\nvoid E.A\n`,
    'sub/x.ts': 'export enum X { A }\nconsole.log("there")\n',
  })
  assert.is(await start(), 'there')
  assert.is(await start(), 'there')
  rmSync(join(project.path, 'sub'), { recursive: true })
  assert.is(await start(), 'ERR_MODULE_NOT_FOUND')
})

local('have the same errors at the same places', async () => {
  project.writeOld({
    'app.ts': `enum E { A }\n\nfunction fail(): never {\n  throw new Error('of ' + E[0])\n}\nfail()\n`,
  })
  const stackOf = async () => {
    const result = await run(['app.ts'], { cwd: project.path, env: { MIMEPORT_CACHE: folder } })
    return /Error: of A\n.*\n/.exec(result.stderr)?.[0]
  }
  const first = await stackOf()
  assert.match(first ?? '', 'app.ts:4:9')
  assert.is(await stackOf(), first)
})

local('are asked for by the hooks of others, if there are any before ours', async () => {
  project.writeOld({
    ...files,
    'others.mjs': `import { registerHooks } from 'node:module'\nregisterHooks({ resolve: (s, c, next) => (s.includes('color') && console.log('asked'), next(s, c)) })\n`,
  })
  const { loaderPath } = await import('../support/spawn.mts')
  const both = ['--import', './others.mjs', '--import', loaderPath]
  assert.match(await start('app.ts', {}, both), /asked 7 .* engine/)
  assert.match(await start('app.ts', {}, both), /asked 7 .* no engine/)
})

local(
  'are not kept where that is switched off, nor where a loader of the project takes part',
  async () => {
    project.writeOld({
      ...files,
      'mimeport.json': '{ "cache": { "pack": false, "compile": false } }',
    })
    assert.match(await start(), /b here$/)
    assert.match(await start(), /b here$/)
    assert.not.ok(existsSync(packs()))
    assert.not.ok(existsSync(join(folder, 'compiled')))
    project.writeOld({
      'mimeport.json': '{ "loaders": ["./upper.mjs"] }',
      'upper.mjs': `export const accepts = ['text/x-upper']\nexport const extensionMimeMap = { upper: 'text/x-upper' }\nexport const transform = (_, body) => ({ source: body, format: 'module' })\n`,
    })
    assert.match(await start(), /b engine$/)
    assert.match(await start(), /b engine$/)
    assert.not.ok(existsSync(packs()))
  },
)

local('are made anew where somebody wants to see it: a log, a watch, MIMEPORT_RELOAD', async () => {
  project.writeOld(files)
  await start()
  assert.match(await start('app.ts', { MIMEPORT_LOG: 'debug' }), /b engine$/)
  assert.match(await start('app.ts', { MIMEPORT_RELOAD: '1' }), /b here$/)
  assert.match(await start('app.ts', { MIMEPORT_CACHE: 'off' }), /b here$/)
  assert.match(await start(), /b no engine$/)
})

local('survive a pack that is damaged, cut off, or removed', async () => {
  project.writeOld(files)
  await start()
  const whole = readFileSync(packFile())
  for (const at of [9, whole.length >> 1]) {
    const other = Buffer.from(whole)
    other[at]! ^= 0x10
    writeFileSync(packFile(), other)
    assert.match(await start(), '7 from Markdown b')
  }
  writeFileSync(packFile(), whole.subarray(0, whole.length - 5))
  assert.match(await start(), '7 from Markdown b')
  assert.is(await start(), '7 from Markdown b no engine')
  rmSync(packs(), { recursive: true })
  assert.is(await start(), '7 from Markdown b here')
  assert.is(await start(), '7 from Markdown b no engine')
})

local('are right for processes that start at the same time', async () => {
  project.writeOld(files)
  const all = await Promise.all(Array.from({ length: 6 }, () => start()))
  for (const each of all) assert.match(each, '7 from Markdown b')
  assert.is(await start(), '7 from Markdown b no engine')
})
local.run()

const remote = suite('modules of the network')
prepare(remote)

const app = () =>
  project.writeOld({
    'app.mjs': `import { a } from '${server.url}/a.mjs'\nconsole.log(a)\n${said}`,
  })

remote('are asked for no more while they are fresh', async () => {
  app()
  await server.set('/a.mjs', js(`export { b as a } from './b.mjs'`, 'max-age=3600'))
  await server.set('/b.mjs', js('export const b = 1', 'max-age=3600'))
  assert.is(await start('app.mjs'), '1 engine')
  await server.clear()
  assert.is(await start('app.mjs'), '1 no engine')
  assert.is((await server.requests()).length, 0)
})

remote('are asked for again when they are not, and offline are not', async () => {
  app()
  await server.set('/a.mjs', js('export const a = 1', 'no-cache'))
  assert.is(await start('app.mjs'), '1 engine')
  await server.set('/a.mjs', js('export const a = 2', 'no-cache'))
  assert.is(await start('app.mjs'), '2 engine')
  assert.is(await start('app.mjs', { MIMEPORT_OFFLINE: '1' }), '2 no engine')
})

remote('are what came when somebody asked for everything anew', async () => {
  app()
  await server.set('/a.mjs', js('export const a = 1', 'max-age=3600'))
  assert.is(await start('app.mjs'), '1 engine')
  await server.set('/a.mjs', js('export const a = 2', 'max-age=3600'))
  assert.is(await start('app.mjs'), '1 no engine')
  assert.is(await start('app.mjs', { MIMEPORT_RELOAD: '1' }), '2 engine')
  assert.is(await start('app.mjs'), '2 no engine')
})

remote('that were preloaded are in it, and preloading leaves what is there', async () => {
  const { loaderPath } = await import('../support/spawn.mts')
  project.writeOld({
    'app.mjs': `import { preload } from '${pathToFileURL(loaderPath)}'\nawait preload('${server.url}/a.mjs')\nif (process.argv[2] !== 'only') console.log((await import('${server.url}/a.mjs')).a)\n`,
    'other.mjs': `import '${server.url}/b.mjs'\nawait import('./app.mjs')\n`,
  })
  await server.set('/a.mjs', js('export const a = 1', 'max-age=3600'))
  await server.set('/b.mjs', js('export const b = 1', 'max-age=3600'))
  assert.is(await start('other.mjs'), '1')
  const before = readFileSync(packFile())
  assert.is(await start('other.mjs'), '1')
  const after = readFileSync(packFile())
  assert.ok(after.subarray(0, before.length).equals(before))
})

remote('that have to be imported with a type are not imported without', async () => {
  project.writeOld({
    'app.mjs': `import data from '${server.url}/d.json' with { type: 'json' }\nconsole.log(data.a, await import('${server.url}/d.json').catch((e) => e.code))\n${said}`,
  })
  const headers = { 'content-type': 'application/json', 'cache-control': 'max-age=3600' }
  await server.set('/d.json', { body: '{ "a": 1 }', headers })
  assert.is(await start('app.mjs'), '1 ERR_IMPORT_ATTRIBUTE_MISSING engine')
  assert.is(await start('app.mjs'), '1 ERR_IMPORT_ATTRIBUTE_MISSING no engine')
})

remote('keep their identity and their way: redirects, and one instance', async () => {
  project.writeOld({
    'app.mjs': `import * as a from '${server.url}/old.mjs'\nimport * as b from '${server.url}/new/a.mjs'\nconsole.log(a === b, a.url.slice(-10))\n${said}`,
  })
  await server.set('/old.mjs', {
    status: 308,
    headers: { location: '/new/a.mjs', 'cache-control': 'max-age=3600' },
  })
  await server.set('/new/a.mjs', js('export const { url } = import.meta', 'max-age=3600'))
  assert.is(await start('app.mjs'), 'true /new/a.mjs engine')
  assert.is(await start('app.mjs'), 'true /new/a.mjs no engine')
})

remote('that may not be stored, or came by credentials, are not in it', async () => {
  app()
  const inPack = (text: string) =>
    existsSync(packs()) &&
    readdirSync(packs()).some((name) => readFileSync(join(packs(), name)).includes(text))
  await server.set('/a.mjs', js('export const a = "canary-1"', 'no-store'))
  assert.is(await start('app.mjs'), 'canary-1 engine')
  assert.not.ok(inPack('canary-1'))
  await server.set('/a.mjs', js('export const a = "canary-2"', 'max-age=3600'))
  const { host } = new URL(server.url)
  const env = { MIMEPORT_AUTH_TOKENS: `s3cret@${host}` }
  assert.is(await start('app.mjs', env), 'canary-2 engine')
  assert.not.ok(inPack('canary-2'))
  assert.not.ok(inPack('s3cret'))
  assert.is(await start('app.mjs'), 'canary-2 engine')
  assert.ok(inPack('canary-2'))
})

remote('whose URLs grant access are neither in it nor in what V8 keeps', async () => {
  project.writeOld({
    'app.mjs': `import { a } from '${server.url}/a.mjs'\nconst t = 'token'\nconst { b } = await import(\`${server.url}/b.mjs?\${t}=can\${'ary'}-3\`)\nconsole.log(a + b)\n${said}`,
  })
  await server.set('/a.mjs', js('export const a = 1', 'max-age=3600'))
  await server.set('/b.mjs', js('export const b = 2', 'max-age=3600'))
  for (let count = 0; count < 3; count++) assert.is(await start('app.mjs'), '3 engine')
  const all = readdirSync(folder, { recursive: true, withFileTypes: true })
  const found = all.filter((each) => each.isFile())
  assert.ok(found.length > 1)
  for (const { parentPath, name } of found) {
    assert.not.ok(readFileSync(join(parentPath, name)).includes('canary-3'), name)
  }
  await server.clear()
  assert.is((await server.requests('/a.mjs')).length, 0)
})

remote('are refused when the policy refuses them by now', async () => {
  app()
  await server.set('/a.mjs', js('export const a = 1', 'max-age=3600'))
  await start('app.mjs')
  project.writeOld({ 'mimeport.json': `{ "deny": ["${server.url}/"] }` })
  await fails('app.mjs', 'ERR_MIMEPORT_NOT_ALLOWED')
  project.writeOld({ 'mimeport.json': '{}' })
  assert.match(await start('app.mjs'), /^1 /)
})

remote('are what the lock has: it is written, holds, and is changed', async () => {
  app()
  const lock = join(project.path, 'mimeport.lock')
  writeFileSync(lock, '{\n  "version": 1\n}\n')
  await server.set('/a.mjs', js('export const a = 1', 'max-age=3600'))
  assert.is(await start('app.mjs'), '1 engine')
  const text = readFileSync(lock, 'utf8')
  assert.match(text, 'sha256-')
  assert.is(await start('app.mjs'), '1 no engine')
  writeFileSync(lock, text.replace(/sha256-[^"]{8}/, 'sha256-AAAAAAAA'))
  await fails('app.mjs', 'ERR_MIMEPORT_INTEGRITY')
  writeFileSync(lock, text)
  assert.is(await start('app.mjs'), '1 no engine')
})

remote('of a frozen lock are verified byte by byte at each start', async () => {
  app()
  writeFileSync(join(project.path, 'mimeport.lock'), '{\n  "version": 1\n}\n')
  await server.set('/a.mjs', js('export const a = 1', 'max-age=3600'))
  await start('app.mjs')
  for (const env of [{ MIMEPORT_FROZEN: '1' }, { CI: 'true' }]) {
    assert.is(await start('app.mjs', env), '1 engine')
    assert.is(await start('app.mjs', env), '1 engine')
  }
})
remote.run()
