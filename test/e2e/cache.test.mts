import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeProject, run } from '../support/spawn.mts'
import { startServer } from '../support/server.mts'
import type { Route, TestServer } from '../support/server.mts'
import type { Project, Run } from '../support/spawn.mts'

interface Context {
  server: TestServer
  project: Project
  folder: string
}

const test = suite<Context>('cache')

test.before(async (context) => {
  context.server = await startServer()
})
test.after(({ server }) => server.stop())
test.before.each(async (context) => {
  await context.server.clear()
  context.folder = mkdtempSync(join(tmpdir(), 'mimeport-cache-'))
  context.project = makeProject({
    'app.mjs': `console.log((await import('${context.server.url}/a.mjs')).default)\n`,
  })
})
test.after.each(({ project, folder }) => {
  project.remove()
  rmSync(folder, { recursive: true, force: true })
})

const js = (body: string, headers: Record<string, string> = {}): Route => ({
  body,
  headers: { 'content-type': 'text/javascript', ...headers },
})
const forAnHour = { 'cache-control': 'max-age=3600' }

/** Runs the program with the cache of this test, and expects it to print `expected`. */
async function prints(
  { project, folder }: Context,
  expected: string,
  env: Record<string, string> = {},
  nodeArgs?: readonly string[],
): Promise<Run> {
  const options = nodeArgs === undefined ? {} : { nodeArgs }
  const result = await run(['app.mjs'], {
    cwd: project.path,
    env: { MIMEPORT_CACHE: folder, ...env },
    ...options,
  })
  assert.is(result.stdout, `${expected}\n`, result.stderr)
  assert.is(result.status, 0)
  return result
}

const stored = (folder: string): string[] =>
  existsSync(join(folder, 'responses'))
    ? readdirSync(join(folder, 'responses')).filter((name) => /^[0-9a-f]{64}/.test(name))
    : []

test('a warm program asks no server: it runs when the server is gone', async (context) => {
  const { folder } = context
  const server = await startServer()
  await server.set({
    '/a.mjs': js("import b from './b.mjs'\nexport default 'a' + b", forAnHour),
    '/b.mjs': { status: 302, headers: { location: './lib/c.mjs', ...forAnHour } },
    '/lib/c.mjs': js("export { default } from './d.mts'", forAnHour),
    '/lib/d.mts': {
      body: "export default 'd' as string",
      headers: { 'content-type': 'application/typescript', ...forAnHour },
    },
  })
  context.project.write({
    'app.mjs': `console.log((await import('${server.url}/a.mjs')).default)\n`,
  })
  await prints(context, 'ad')
  const asked = (await server.requests()).length
  await prints(context, 'ad')
  assert.is((await server.requests()).length, asked)
  assert.is(stored(folder).length, 4)
  await server.stop()
  const { stderr } = await prints(context, 'ad')
  assert.is(stderr, '')
})

test("a developer's server that says nothing is asked each time", async (context) => {
  const { server } = context
  const old = { 'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT', etag: '"1"' }
  await server.set('/a.mjs', js('export default 1', old))
  await prints(context, '1')
  await server.set('/a.mjs', js('export default 2', old))
  await prints(context, '2')
  const { headers } = (await server.requests('/a.mjs'))[1]!
  assert.is(headers['if-none-match'], '"1"')
  assert.is(headers['if-modified-since'], old['last-modified'])
})

test('a module that did not change is not sent again', async (context) => {
  const { server } = context
  await server.set('/a.mjs', [
    js('export default 1', { etag: '"1"' }),
    { status: 304, headers: { etag: '"1"' } },
  ])
  await prints(context, '1')
  await prints(context, '1')
  await prints(context, '1')
  assert.is((await server.requests('/a.mjs')).length, 3)
})

test('a 304 that speaks of a content coding is one all the same', async (context) => {
  const { server } = context
  const headers = { etag: '"1"', 'content-encoding': 'gzip' }
  await server.set('/a.mjs', [js('export default 1', { etag: '"1"' }), { status: 304, headers }])
  await prints(context, '1')
  await prints(context, '1')
})

test('a server that goes by User-Agent is asked again by another Node', async (context) => {
  const { server, folder } = context
  await server.set('/a.mjs', js('export default 1', { ...forAnHour, vary: 'User-Agent' }))
  await prints(context, '1')
  const [name = ''] = stored(folder)
  const file = readFileSync(join(folder, 'responses', name), 'latin1')
  // What is stored says by which value.
  assert.match(file, /"vary":\[\["user-agent","[\w-]{43}"\]\]/)
  await prints(context, '1')
  assert.is((await server.requests()).length, 1)
})

test('a whole program runs with MIMEPORT_OFFLINE, though its server forbids to reuse anything unasked', async (context) => {
  const { server } = context
  await server.set({
    '/a.mjs': js("export { default } from './b.mjs'", { 'cache-control': 'no-cache' }),
    '/b.mjs': { status: 302, headers: { location: './c.mjs' } },
    '/c.mjs': js('export default 1'),
  })
  await prints(context, '1')
  const before = (await server.requests()).length
  await prints(context, '1', { MIMEPORT_OFFLINE: '1' })
  assert.is((await server.requests()).length, before)
})

test('what fails is asked for again by the next import', async (context) => {
  const { server, project } = context
  await server.set('/a.mjs', [
    { status: 404, headers: { 'content-type': 'text/plain' } },
    js('export default 1'),
  ])
  project.write({
    'app.mjs': `
      const url = '${server.url}/a.mjs'
      const code = await import(url).catch((error) => error.code)
      console.log(code, (await import(url)).default)\n`,
  })
  await prints(context, 'ERR_MODULE_NOT_FOUND 1')
})

test('MIMEPORT_CACHE=off stores nothing, and cache: false of the configuration neither', async (context) => {
  const { server, project, folder } = context
  await server.set('/a.mjs', js('export default 1', forAnHour))
  const home = { HOME: folder, XDG_CACHE_HOME: folder, LOCALAPPDATA: folder }
  await prints(context, '1', { ...home, MIMEPORT_CACHE: 'off' })
  project.write({ 'mimeport.json': '{ "cache": false }' })
  await prints(context, '1', { ...home, MIMEPORT_CACHE: '' })
  assert.is((await server.requests()).length, 2)
  assert.equal(readdirSync(folder), [])
  project.write({ 'mimeport.json': '{}' })
  await prints(context, '1', { ...home, MIMEPORT_CACHE: '' })
  assert.is(readdirSync(folder).length, 1)
})

test('a folder that the configuration names is used, and relative to it', async (context) => {
  const { server, project } = context
  await server.set('/a.mjs', js('export default 1', forAnHour))
  project.write({ 'mimeport.json': '{ "cache": { "folder": "./kept", "size": 1000000 } }' })
  await prints(context, '1', { MIMEPORT_CACHE: '' })
  await prints(context, '1', { MIMEPORT_CACHE: '' })
  assert.is(stored(join(project.path, 'kept')).length, 1)
  assert.is((await server.requests()).length, 1)
})

test('a cache that cannot be is one warning, and no more', async (context) => {
  const { server, folder } = context
  await server.set({
    '/a.mjs': js("import './b.mjs'\nexport default 1", forAnHour),
    '/b.mjs': js('', forAnHour),
  })
  const file = join(folder, 'file')
  writeFileSync(file, '')
  for (const MIMEPORT_CACHE of [file, join(file, 'below')]) {
    const { stderr } = await prints(context, '1', { MIMEPORT_CACHE })
    assert.match(
      stderr,
      /^mimeport: warning: The cache in '[^\n]*file[^\n]*' is not used: [^\n]*\n$/,
    )
  }
  assert.is(statSync(file).size, 0)
})

test('a damaged cache is a cold one', async (context) => {
  const { server, folder, project } = context
  project.write({ 'mimeport.json': '{ "cache": { "pack": false } }' })
  await server.set('/a.mjs', js('export default 1', forAnHour))
  await prints(context, '1')
  for (const content of ['', 'mimeport 1\n', 'export default 2']) {
    for (const name of stored(folder)) writeFileSync(join(folder, 'responses', name), content)
    const { stderr } = await prints(context, '1')
    assert.is(stderr, '')
    await prints(context, '1')
  }
  assert.is((await server.requests()).length, 4)
})

test('processes that start at once share the cache, and each asks no more than once', async (context) => {
  const { server } = context
  const count = 20
  const names = Array.from({ length: count }, (_, index) => `/m${index}.mjs`)
  const routes = Object.fromEntries(names.map((name) => [name, js('export default 1', forAnHour)]))
  const imports = names.map((name, index) => `import m${index} from '.${name}'`).join('\n')
  const sum = names.map((_, index) => `m${index}`).join(' + ')
  await server.set({ ...routes, '/a.mjs': js(`${imports}\nexport default ${sum}`, forAnHour) })
  await Promise.all(Array.from({ length: 6 }, () => prints(context, String(count))))
  for (const name of names) {
    const asked = (await server.requests(name)).length
    assert.ok(asked >= 1 && asked <= 6, `${name}: ${asked}`)
  }
  const before = (await server.requests()).length
  await prints(context, String(count))
  assert.is((await server.requests()).length, before)
})

test('the cache is removed while the program runs', async (context) => {
  const { server, project, folder } = context
  await server.set({
    '/a.mjs': js('export default 1', forAnHour),
    '/b.mjs': js('export default 2', forAnHour),
  })
  project.write({
    'app.mjs': `
      import { existsSync, readdirSync, rmSync } from 'node:fs'
      import a from '${server.url}/a.mjs'
      const folder = process.env.MIMEPORT_CACHE
      const responses = folder + '/responses'
      const isStored = () =>
        existsSync(responses) && readdirSync(responses).some((name) => /^[0-9a-f]{64}$/.test(name))
      while (!isStored()) await new Promise((resolve) => setTimeout(resolve, 1))
      rmSync(folder, { recursive: true, maxRetries: 20, retryDelay: 20 })
      console.log(a + (await import('${server.url}/b.mjs')).default)\n`,
  })
  const { stderr } = await prints(context, '3')
  assert.is(stderr, '')
  assert.is(stored(folder).length, 1)
})

test('a stale module is given at once while its server is asked, and the program ends', async (context) => {
  const { server, project } = context
  const lasting = { 'cache-control': 'max-age=0, stale-while-revalidate=3600' }
  await server.set('/a.mjs', [js('export default 1', lasting), { hang: 'headers' }])
  await prints(context, '1')
  // Were it waited for, the program would be killed.
  project.write({ 'mimeport.json': '{ "timeout": { "total": 60000, "headers": 60000 } }' })
  await prints(context, '1')
})

test.run()
