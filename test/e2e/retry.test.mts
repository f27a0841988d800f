import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startServer } from '../support/server.mts'
import { runProject } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('retry')

let server: TestServer

test.before(async () => {
  server = await startServer()
})
test.before.each(() => server.clear())
test.after(() => server.stop())

/** Imports each, one after another, and prints what came of it. */
const program = `
  for (const specifier of process.argv.slice(2)) {
    try {
      const { default: value } = await import(specifier)
      console.log('loaded', value)
    } catch ({ code, statusCode, message }) {
      console.log(code, statusCode, message)
    }
  }
`

async function importAll(paths: readonly string[], configuration: object = {}): Promise<string[]> {
  const urls = paths.map((path) => server.url + path)
  const files = { 'app.mjs': program, 'mimeport.json': JSON.stringify(configuration) }
  const { stdout, stderr } = await runProject(
    {
      ...files,
      'main.mjs': `process.argv.push(...${JSON.stringify(urls)}); await import('./app.mjs')`,
    },
    { main: 'main.mjs' },
  )
  assert.is(stderr, '')
  return stdout.replaceAll(server.url, '<server>').trim().split('\n')
}

const count = async (path: string) => (await server.requests(path)).length

test('a program whose server fails twice does not notice', async () => {
  await server.set({
    '/status.mjs': [
      { status: 503 },
      { status: 500 },
      "import './part.mjs'\nexport default 'status'",
    ],
    '/part.mjs': [{ status: 429 }, { hangUp: 'end' }, "export default 'part'"],
    '/cut.mjs': [
      { body: "export default 'cut'", cutAfter: 18 },
      { body: "export default 'cut'", cutAfter: 18, framing: 'chunked' },
      "export default 'cut'",
    ],
  })
  assert.equal(await importAll(['/status.mjs', '/cut.mjs']), ['loaded status', 'loaded cut'])
  assert.is(await count('/status.mjs'), 3)
  assert.is(await count('/cut.mjs'), 3)
})

test('a failure for good names the attempts; the next import makes its own', async () => {
  await server.set({
    '/closed.mjs': { status: 503, body: 'closed for today' },
    '/cut.mjs': { body: 'export default 1', cutAfter: 3 },
    '/gone.mjs': { status: 410 },
  })
  const lines = await importAll(['/closed.mjs', '/cut.mjs', '/gone.mjs', '/closed.mjs'])
  assert.match(
    lines[0]!,
    /^ERR_MIMEPORT_STATUS 503 Cannot load '<server>\/closed\.mjs' .*answered 503 \(tried 3 times\)/,
  )
  assert.match(
    lines[1]!,
    /^ERR_MIMEPORT_NETWORK 502 Cannot load .*cut off.*; it was tried 3 times$/,
  )
  assert.match(lines[2]!, /^ERR_MODULE_NOT_FOUND 410 /)
  assert.not.match(lines[2]!, 'tried')
  assert.is(lines[3], lines[0])
  assert.equal(
    [await count('/closed.mjs'), await count('/cut.mjs'), await count('/gone.mjs')],
    [6, 3, 1],
  )
})

test('limits.tries is 1: nothing is repeated', async () => {
  await server.set({ '/x.mjs': [{ status: 503 }, 'export default 1'] })
  const lines = await importAll(['/x.mjs', '/x.mjs'], { limits: { tries: 1 } })
  assert.match(lines[0]!, /^ERR_MIMEPORT_STATUS 503 /)
  assert.not.match(lines[0]!, 'tried')
  assert.is(lines[1], 'loaded 1')
})

test('Retry-After is waited for; beyond the deadline the error says when to try again', async () => {
  const wait = (value: string) => ({ status: 429, headers: { 'retry-after': value } })
  await server.set({
    '/soon.mjs': [wait('1'), "export default 'soon'"],
    '/late.mjs': [wait('3600'), "export default 'late'"],
  })
  const lines = await importAll(['/soon.mjs', '/late.mjs'], { timeout: { total: 10_000 } })
  assert.is(lines[0], 'loaded soon')
  assert.match(
    lines[1]!,
    /^ERR_MIMEPORT_STATUS 429 Cannot load .*answered 429.*again.*(?:3600 s|1 h|60 min)/,
  )
  assert.is(await count('/late.mjs'), 1)
  const [first, second] = await server.requests('/soon.mjs')
  assert.ok(second!.time - first!.time >= 990)
})

test('no deadline is passed for an attempt, and one that was is final', async () => {
  await server.set({
    '/silent.mjs': { hang: 'headers' },
    '/slow.mjs': { status: 503, delay: 500 },
  })
  const timeout = { headers: 400, total: 6000 }
  const lines = await importAll(['/silent.mjs'], { timeout })
  assert.match(lines[0]!, /^ERR_MIMEPORT_TIMEOUT 504 .*within 400 ms/)
  assert.is(await count('/silent.mjs'), 1)
  const other = await importAll(['/slow.mjs'], {
    timeout: { total: 1200 },
    limits: { tries: 1000 },
  })
  assert.match(other[0]!, /^ERR_MIMEPORT_(?:TIMEOUT|STATUS) 50[34] /)
  assert.ok((await count('/slow.mjs')) <= 3)
})

test.run()
