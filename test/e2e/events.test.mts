/** What a program that watches itself, as an APM does, is told of its imports. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'
import type { RunOptions } from '../support/spawn.mts'

const test = suite('events')
let server: TestServer
test.before(async () => void (server = await startServer()))
test.after(() => server.stop())

/** Makes a span of each message, as an APM does, and prints all at the end. */
const apm = `
import { channel, tracingChannel } from 'node:diagnostics_channel'
import { AsyncLocalStorage } from 'node:async_hooks'
const spans = []
const storage = new AsyncLocalStorage()
const wanted = (process.env.APM ?? 'resolve,fetch,transform').split(',')
const note = (name) => (message) => spans.push({ name, ...message, error: message.error && { code: message.error.code, message: message.error.message } })
const resolve = tracingChannel('mimeport:resolve')
if (wanted.includes('resolve')) {
  resolve.start.bindStore(storage, (message) => message.specifier)
  resolve.subscribe({
    start: (message) => spans.push({ name: 'start', specifier: message.specifier, keys: Object.keys(message), within: storage.getStore() }),
    end: note('end'),
    asyncEnd: note('asyncEnd'),
    error: (message) => spans.push({ name: 'error', specifier: message.specifier }),
  })
}
for (const name of ['fetch', 'transform']) if (wanted.includes(name)) channel('mimeport:' + name).subscribe(note(name))
process.on('exit', () => console.log(JSON.stringify(spans)))
`

interface Span {
  readonly name: string
  readonly type?: string
  readonly [name: string]: any
}

async function spansOf(
  files: Readonly<Record<string, string>>,
  options: RunOptions = {},
): Promise<{ spans: Span[]; stderr: string; runAgain: () => Promise<Span[]> }> {
  const project = makeProject({ 'apm.mjs': apm, ...files })
  const once = async () => {
    const nodeArgs = ['--import', loaderPath, '--import', './apm.mjs']
    const { stdout, stderr } = await run(['app.mjs'], { cwd: project.path, nodeArgs, ...options })
    return { spans: JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Span[], stderr }
  }
  test.after(() => project.remove())
  return { ...(await once()), runAgain: async () => (await once()).spans }
}

const named = (spans: readonly Span[], name: string) => spans.filter((span) => span.name === name)

test('tells of a module over http: the import, its request, its transform', async () => {
  await server.set({
    '/a.ts': `import './b.md'\nexport const a: number = 1`,
    '/b.md': '# b\n\n```js\nexport default 1\n```\n',
  })
  const before = Date.now()
  const { spans, stderr } = await spansOf({ 'app.mjs': `import '${server.url}/a.ts'` })
  const after = Date.now()
  assert.is(stderr, '')
  const [first, ...rest] = named(spans, 'end')
  assert.is(first!['specifier'], `${server.url}/a.ts`)
  assert.match(first!['parentURL'], /app\.mjs$/)
  assert.is(first!['url'], `${server.url}/a.ts`)
  assert.is(first!['format'], 'module')
  assert.is(first!['loader'], 'http')
  assert.is(first!['by'], 'import')
  assert.is(first!['from'], 'engine')
  assert.is(first!['native'], false)
  assert.equal(
    rest.map(({ specifier, url }) => [specifier, url]),
    [['./b.md', `${server.url}/b.md`]],
  )
  const starts = named(spans, 'start')
  assert.is(starts.length, 2)
  assert.equal(starts[0]!['keys'], ['specifier', 'parentURL', 'type', 'by', 'start'])
  assert.is(starts[0]!['within'], `${server.url}/a.ts`, 'a store can be bound to it')
  const requests = named(spans, 'fetch').filter(({ type }) => type === 'request')
  assert.equal(
    requests.map(({ url, statusCode, attempt, method }) => [url, statusCode, attempt, method]),
    [
      [`${server.url}/a.ts`, 200, 1, 'GET'],
      [`${server.url}/b.md`, 200, 1, 'GET'],
    ],
  )
  assert.is(requests[0]!['bytes'], `import './b.md'\nexport const a: number = 1`.length)
  assert.is(requests[0]!['protocol'], 'http/1.1')
  assert.is(requests[0]!['address'], '127.0.0.1')
  const transforms = named(spans, 'transform')
  assert.equal(
    transforms.map(({ url, loader, from, to }) => [url, loader, from, to]),
    [
      [`${server.url}/a.ts`, 'typescript', 'application/typescript', 'text/javascript'],
      [`${server.url}/b.md`, 'fenced-md', 'text/markdown', 'text/javascript'],
    ],
  )
  for (const { start, duration } of [first!, ...requests, ...transforms]) {
    assert.ok(start >= before - 1 && start <= after + 1, `${start} is a time of the epoch`)
    assert.ok(duration >= 0 && duration <= after - before + 1, `${duration} ms`)
  }
})

test('tells of redirects, of what the cache did, and of what failed', async () => {
  await server.set({
    '/old.mjs': { status: 302, headers: { location: '/new.mjs' } },
    '/new.mjs': 'export default 1',
    '/bad.ts': 'export const = 1',
  })
  const code = `await import('${server.url}/old.mjs')
for (const each of ['gone.mjs', 'bad.ts']) await import('${server.url}/' + each).catch(() => {})`
  const { spans } = await spansOf({ 'app.mjs': code })
  const redirects = named(spans, 'fetch').filter(({ type }) => type === 'redirect')
  assert.equal(
    redirects.map(({ url, statusCode, location }) => [url, statusCode, location]),
    [[`${server.url}/old.mjs`, 302, `${server.url}/new.mjs`]],
  )
  assert.ok(spans.some(({ type, outcome }) => type === 'cache' && outcome === 'miss'))
  const failed = named(spans, 'end').filter(({ error }) => error !== undefined)
  assert.equal(
    failed.map(({ error }) => error.code),
    ['ERR_MODULE_NOT_FOUND', 'ERR_MIMEPORT_INVALID_BODY'],
  )
  assert.equal(
    named(spans, 'error').map(({ specifier }) => specifier),
    [`${server.url}/gone.mjs`, `${server.url}/bad.ts`],
  )
  const [transform] = named(spans, 'transform')
  assert.is(transform!['to'], undefined)
  assert.ok(transform!['error'].message.length > 0)
})

test('tells from where an import was served, also on a second start', async () => {
  await server.set({
    '/x.mjs': {
      body: 'export default 1',
      headers: { 'content-type': 'text/javascript', 'cache-control': 'max-age=3600' },
    },
  })
  const cache = makeProject({})
  test.after(() => cache.remove())
  const code = `import('${server.url}/x.mjs').then(() => import('${server.url}/x.mjs#again'))
import './notes.md'`
  const files = { 'app.mjs': code, 'notes.md': '```js\nexport default 1\n```\n' }
  const { spans, runAgain } = await spansOf(files, { env: { MIMEPORT_CACHE: cache.path } })
  const served = (all: readonly Span[]) => new Set(named(all, 'end').map(({ from }) => from))
  assert.ok(served(spans).has('engine'))
  const again = await runAgain()
  assert.equal([...served(again)], ['pack'])
  assert.equal(named(again, 'fetch'), [], 'nothing was fetched')
  assert.equal(named(again, 'transform'), [], 'nothing was transformed')
})

test('tells of local files that this thread transforms itself', async () => {
  const files = { 'app.mjs': `import './a.ts'`, 'a.ts': 'export const a: number = 1' }
  const project = makeProject({ 'apm.mjs': apm, ...files })
  test.after(() => project.remove())
  // The only preload: then no hook of others can see what is loaded here.
  const code = `import './apm.mjs'\nawait import('./a.ts')`
  project.write({ 'app.mjs': code })
  const { stdout } = await run(['app.mjs'], { cwd: project.path })
  const spans = JSON.parse(stdout) as Span[]
  assert.equal(
    named(spans, 'end').map(({ from, format }) => [from, format]),
    [['local', 'module']],
  )
  assert.equal(
    named(spans, 'transform').map(({ loader, to, bytesBefore }) => [loader, to, bytesBefore]),
    [['typescript', 'text/javascript', files['a.ts'].length]],
  )
})

test('preload is told of as what it is, with its asynchronous end', async () => {
  await server.set({ '/p.mjs': 'export default 1' })
  const code = `import { preload } from ${JSON.stringify(loaderPath)}\nawait preload('${server.url}/p.mjs')`
  const { spans } = await spansOf({ 'app.mjs': code })
  const [span] = named(spans, 'asyncEnd')
  assert.is(span!['by'], 'preload')
  assert.is(span!['url'], `${server.url}/p.mjs`)
})

test('who subscribes later is told from the next import on, and no more after the end of it', async () => {
  await server.set({ '/1.mjs': '', '/2.mjs': '', '/3.mjs': '' })
  const code = `import { channel } from 'node:diagnostics_channel'
const urls = []
const note = ({ type, url }) => type === 'request' && urls.push(url)
await import('${server.url}/1.mjs')
channel('mimeport:fetch').subscribe(note)
await import('${server.url}/2.mjs')
channel('mimeport:fetch').unsubscribe(note)
await import('${server.url}/3.mjs')
console.log(JSON.stringify(urls))`
  const { spans } = await spansOf({ 'app.mjs': code, 'apm.mjs': '' })
  assert.equal(spans as unknown, [`${server.url}/2.mjs`])
})

test('what the engine does while the program is busy elsewhere is told of without an import', async () => {
  await server.set({
    '/now.mjs': `import './slow.mjs'`,
    '/slow.mjs': {
      body: 'export default 1',
      headers: { 'content-type': 'text/javascript' },
      delay: 300,
    },
  })
  const code = `import { preload } from ${JSON.stringify(loaderPath)}
import { channel } from 'node:diagnostics_channel'
const urls = []
channel('mimeport:fetch').subscribe(({ type, url }) => type === 'request' && urls.push(new URL(url).pathname))
const preloading = preload('${server.url}/now.mjs')
const waited = setInterval(() => {
  if (urls.length === 0) return
  clearInterval(waited)
  console.log(urls[0])
}, 10)
await preloading
process.on('exit', () => console.log(JSON.stringify(urls)))`
  const { spans } = await spansOf({ 'app.mjs': code, 'apm.mjs': '' })
  assert.equal(spans as unknown, ['/now.mjs', '/slow.mjs'])
})

test('no secret is in any of it', async () => {
  await server.set({ '/s.mjs': 'export default 1' })
  const origin = server.url
  const { spans } = await spansOf({
    'app.mjs': `await import('${origin}/s.mjs?token=abcdefgh12345678')\nawait import('${origin}/none.mjs?sig=abcdefgh12345678').catch(() => {})`,
    'mimeport.json': JSON.stringify({ headers: { [origin]: { 'x-own': 'abcdefgh12345678' } } }),
  })
  assert.ok(named(spans, 'end').length === 2 && named(spans, 'fetch').length >= 2)
  assert.not.match(JSON.stringify(spans), 'abcdefgh12345678')
  assert.match(JSON.stringify(spans), 'token=***')
})

test('a subscriber that imports, and one that throws, harm nobody', async () => {
  await server.set({ '/t.mjs': 'export default 7', '/u.mjs': 'export default 8' })
  const code = `import { channel, tracingChannel } from 'node:diagnostics_channel'
import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
process.on('uncaughtException', (error) => console.log('thrown', error.message))
let isFirst = true
tracingChannel('mimeport:resolve').subscribe({ end() { throw new Error('mine') } })
channel('mimeport:fetch').subscribe(() => {
  if (!isFirst) return
  isFirst = false
  console.log('inner', require('${server.url}/u.mjs').default)
})
console.log('outer', (await import('${server.url}/t.mjs')).default)`
  const project = makeProject({ 'app.mjs': code })
  test.after(() => project.remove())
  const { stdout, status } = await run(['app.mjs'], { cwd: project.path })
  assert.is(status, 0)
  assert.match(stdout, 'inner 8')
  assert.match(stdout, 'outer 7')
  assert.match(stdout, 'thrown mine')
})

test('without subscribers this thread looks for nothing', async () => {
  await server.set({ '/q.mjs': 'export default 1' })
  const code = `await import('${server.url}/q.mjs')
// Whoever owes the disk something has a listener as well, for a moment.
console.log(process.listeners('exit').filter((each) => String(each).includes('flush()')).length)`
  const watched = `import { channel } from 'node:diagnostics_channel'\nchannel('mimeport:fetch').subscribe(() => {})\n`
  const project = makeProject({
    'app.mjs': code,
    'watched.mjs': watched + code,
    // What is kept at the end has a listener of that kind, too.
    'mimeport.json': '{ "cache": false }',
  })
  test.after(() => project.remove())
  const options = { cwd: project.path }
  const [plain, listening] = [await run(['app.mjs'], options), await run(['watched.mjs'], options)]
  assert.is(plain.stdout, '0\n')
  assert.is(listening.stdout, '1\n', 'the control: one listener')
})

test.run()
