/** Every status code that a server may answer, what an import says of it, and what to do. docs/responses.md has the table. */

import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startServer } from '../support/server.mts'
import { runProject } from '../support/spawn.mts'
import type { Route, TestServer } from '../support/server.mts'

const test = suite('status')

let server: TestServer
test.before(async () => {
  server = await startServer()
})
test.after(() => server.stop())

const once = { 'mimeport.json': '{ "limits": { "tries": 1 } }' }

/** What a program prints that imports each path: its default export, or code, status and message. */
async function imported(
  paths: readonly string[],
  files: Readonly<Record<string, string>> = once,
): Promise<unknown[]> {
  const app = `
    const all = []
    for (const path of ${JSON.stringify(paths)}) {
      all.push(await import('${server.url}' + path).then(
        (module) => module.default ?? null,
        ({ code, statusCode, message }) => [code, statusCode, message],
      ))
    }
    process.stdout.write(JSON.stringify(all))`
  const { stdout, stderr, path } = await runProject({ ...files, 'app.mjs': app })
  assert.is(stderr, '')
  const plain = stdout.replaceAll(path, '/project').replaceAll(server.url, 'http://server')
  return JSON.parse(plain.replaceAll(server.url.slice(7), 'server')) as unknown[]
}

/** What follows `it answered` in the message of each status. */
async function told(routes: Readonly<Record<string, Route>>): Promise<[number, string][]> {
  await server.set(routes)
  const results = (await imported(Object.keys(routes))) as [string, number, string][]
  return results.map(([code, statusCode, message], index) => {
    const path = Object.keys(routes)[index]
    const isMissing = statusCode === 404 || statusCode === 410
    assert.is(code, isMissing ? 'ERR_MODULE_NOT_FOUND' : 'ERR_MIMEPORT_STATUS', message)
    const start = `Cannot ${isMissing ? 'find' : 'load'} 'http://server${path}' imported from 'file:///project/app.mjs': it answered ${statusCode}`
    assert.is(message.slice(0, start.length), start)
    return [statusCode, message.slice(start.length)]
  })
}

const code = { 'content-type': 'text/javascript' }

test('200, 201, 203 and a success that nobody knows are content', async () => {
  for (const status of [200, 201, 203, 299]) {
    await server.set(`/${status}.mjs`, { status, headers: code, body: `export default ${status}` })
  }
  assert.equal(
    await imported(['/200.mjs', '/201.mjs', '/203.mjs', '/299.mjs']),
    [200, 201, 203, 299],
  )
})

const without = ', which has no content; a module needs some'
const later = 'import it again later'
const tooLarge = 'the request is too large for it: are the headers of the configuration too long?'
const fault = 'it finds fault with the request: is the URL right?'
const failed = 'the server failed: ask whoever runs it, or import it again later'
const auth = "(MIMEPORT_AUTH_TOKENS='TOKEN@server')"

/** What is said of a status whose response has no more than that. */
const table: readonly [status: number, said: string][] = [
  [202, `; it is not ready: ${later}`],
  [204, without],
  [205, without],
  [206, ', which is a part; nobody asked for a range'],
  [207, '; it is many answers in one; name the one'],
  [208, '; it is told of elsewhere in the same answer; name that'],
  [226, ', which is a difference; nobody asked for one'],
  [300, '; it offers several; name one'],
  [304, ', though nobody asked whether it had changed'],
  [305, '; that is used no more'],
  [306, '; that is used no more'],
  [399, '; it leads nowhere'],
  [400, `; ${fault}`],
  [401, `; it wants credentials, or others than it was given ${auth}`],
  [402, '; it is for those who pay'],
  [403, `; it keeps programs out, or wants credentials ${auth}`],
  [404, '; is its name spelt right?'],
  [405, '; it takes no GET, and an import is one'],
  [406, '; it has it in no media type that this import can use'],
  [407, '; the proxy wants credentials: write them into its URL, USER:PASSWORD@ before the host'],
  [408, '; it waited too long for the request: import it again'],
  [409, `; its state forbids it for now: ${later}`],
  [410, '; it is gone for good; what imports it needs another'],
  [411, `; ${fault}`],
  [413, `; ${tooLarge}`],
  [414, '; the URL is too long for it'],
  [415, `; ${fault}`],
  [421, '; the server does not answer for this host: is the URL right?'],
  [423, `; it is locked: ${later}`],
  [425, '; it takes no request that may be a repetition: import it again'],
  [426, '; it wants another protocol'],
  [429, '; too many requests came from here: import it again in some minutes'],
  [431, `; ${tooLarge}`],
  [451, '; the law forbids to show it'],
  [499, `; ${fault}`],
  [500, `; ${failed}`],
  [501, '; it does not know how to answer a GET'],
  [502, `; what stands before the server got no good answer from it: ${later}`],
  [503, '; it is overloaded, or down for a while: import it again in some minutes'],
  [504, `; what stands before the server got no answer from it in time: ${later}`],
  [505, '; it does not speak HTTP/1.1'],
  [508, '; it went round in a circle: ask whoever runs it'],
  [511, '; this network wants a login first: open a page in a browser'],
  [599, `; ${failed}`],
  [600, '; that is no status of HTTP: ask whoever runs the server'],
  [999, '; that is no status of HTTP: ask whoever runs the server'],
]

test('every other status is an error that has it, and says what to do', async () => {
  // By hand: node:http sends no content with some of these, and knows of none above 599.
  const routes = table.map(([status]) => [
    `/${status}.mjs`,
    { raw: `HTTP/1.1 ${status} X\r\ncontent-length: 0\r\n\r\n` },
  ])
  assert.equal(await told(Object.fromEntries(routes)), table)
})

test('docs/responses.md has each of them', () => {
  const page = readFileSync(new URL('../../docs/responses.md', import.meta.url), 'utf8')
  const rows = page.matchAll(/^\| (\d{3}) +\| .+? +\| (.+?) +\|$/gm)
  const documented = Array.from(rows, ([, status, said]) => [Number(status), said])
  const rest = table.filter(([status]) => status !== 600)
  assert.equal(
    documented,
    rest.map(([status, said]) => [status, said.slice(2).replace('@server', '@host')]),
  )
})

test('fields of the response say more, where there are any', async () => {
  const soon = new Date(Date.now() + 3_599_000).toUTCString()
  const past = new Date(Date.now() - 10_000).toUTCString()
  const routes: Readonly<Record<string, Route>> = {
    '/300': { status: 300, headers: { location: '/300.mjs' } },
    '/401': { status: 401, headers: { 'www-authenticate': 'Negotiate, Basic realm="x"' } },
    '/405': { status: 405, headers: { allow: 'POST, PUT' } },
    '/426': { status: 426, headers: { upgrade: 'HTTP/3.0' } },
    '/429/seconds': { status: 429, headers: { 'retry-after': '30' } },
    '/429/zero': { status: 429, headers: { 'retry-after': '0' } },
    '/429/minutes': { status: 429, headers: { 'retry-after': '600' } },
    '/429/hours': { status: 429, headers: { 'retry-after': '7201' } },
    '/429/days': { status: 429, headers: { 'retry-after': '172800' } },
    '/429/never': { status: 429, headers: { 'retry-after': '9'.repeat(40) } },
    '/429/negative': { status: 429, headers: { 'retry-after': '-5' } },
    '/503/date': { status: 503, headers: { 'retry-after': soon } },
    '/503/past': { status: 503, headers: { 'retry-after': past } },
  }
  const many = 'too many requests came from here'
  assert.equal(
    (await told(routes)).map(([, said]) => said),
    [
      "; it offers several; name one, such as '/300.mjs'",
      "; it wants credentials, or others than it was given (MIMEPORT_AUTH_TOKENS='USER:PASSWORD@server')",
      '; it takes no GET, but POST, PUT, and an import is one',
      '; it wants another protocol, HTTP/3.0',
      `; ${many}: import it again in 30 s`,
      `; ${many}: import it again`,
      `; ${many}: import it again in 10 min`,
      `; ${many}: import it again in 3 h`,
      `; ${many}: import it again in 2 days`,
      `; ${many}: it says not to come back`,
      `; ${many}: import it again in some minutes`,
      '; it is overloaded, or down for a while: import it again in 60 min',
      '; it is overloaded, or down for a while: import it again',
    ],
  )
})

const html = { 'content-type': 'text/html; charset=utf-8' }

test('the body of a failure is told, a page by its title', async () => {
  const routes: Readonly<Record<string, Route>> = {
    '/text': { status: 500, headers: { 'content-type': 'text/plain' }, body: 'no\n\tspace  left' },
    '/title': {
      status: 403,
      headers: html,
      body: '<!DOCTYPE html><html><head><TITLE lang="en">\n Just a\u001b[31m moment... </TITLE><body>Verify that you are human',
    },
    '/untitled': { status: 503, headers: html, body: '<h1>Closed</h1>' },
    '/long': { status: 500, headers: html, body: `<title>${'x'.repeat(101)}</title>` },
    '/coded': {
      status: 404,
      headers: { ...html, 'content-encoding': 'gzip' },
      body: gzipSync('<title>Nothing here</title>'),
    },
    '/binary': { status: 500, body: new Uint8Array([0, 1, 2]) },
  }
  assert.equal(
    (await told(routes)).map(([, said]) => said.replace(/; .*/, '')),
    [
      ": 'no space left'",
      " with the HTML page 'Just a\\u{1b}[31m moment...'",
      ": '<h1>Closed</h1>'",
      ` with the HTML page '${'x'.repeat(100)}…'`,
      " with the HTML page 'Nothing here'",
      ': 3 bytes of binary data',
    ],
  )
  const [[, human] = []] = await told({ '/title': routes['/title']! })
  assert.match(human!, /; such a page is for humans: it keeps programs out, or wants credentials/)
})

test('a body that cannot be read leaves the status as the news', async () => {
  const coded = { 'content-encoding': 'gzip' }
  assert.equal(
    (
      await told({
        '/broken': { status: 404, headers: coded, body: 'no gzip' },
        '/empty': { status: 500, headers: coded, body: '' },
      })
    ).map(([status, said]) => [status, said.replace(/; .*/, '')]),
    [
      [404, ''],
      [500, ''],
    ],
  )
})

test('an HTML page where code was expected is told by its title', async () => {
  await server.set({
    '/login.mjs': { headers: html, body: '<title>Sign in to Wi-Fi</title><form>' },
    '/page': { headers: { 'content-type': 'application/xhtml+xml' }, body: '<html/>' },
    '/other': { headers: { 'content-type': 'application/pdf' }, body: '%PDF' },
  })
  const where = (path: string) =>
    `Cannot load 'http://server${path}' imported from 'file:///project/app.mjs': no loader accepts`
  const question = 'is the URL right, or does a login or a check for humans stand before it?'
  const unsupported = 'ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE'
  assert.equal(await imported(['/login.mjs', '/page', '/other']), [
    [
      unsupported,
      415,
      `${where('/login.mjs')} 'text/html': it is the HTML page 'Sign in to Wi-Fi', and no module; ${question}`,
    ],
    [
      unsupported,
      415,
      `${where('/page')} 'application/xhtml+xml': it is an HTML page, and no module; ${question}`,
    ],
    [unsupported, 415, `${where('/other')} 'application/pdf'`],
  ])
})

test('interim responses are passed over, but for those that answer what nobody said', async () => {
  const ok =
    'HTTP/1.1 200 OK\r\ncontent-type: text/javascript\r\ncontent-length: 16\r\n\r\nexport default 1'
  await server.set({
    '/103': { raw: `HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${ok}` },
    '/100': { raw: `HTTP/1.1 100 Continue\r\n\r\n${ok}` },
    '/199': { raw: `HTTP/1.1 199 X\r\n\r\n${ok}` },
    '/101': { raw: `HTTP/1.1 101 X\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n${ok}` },
  })
  const all = await imported(['/103', '/199', '/100', '/101'])
  assert.equal(
    all.map((each) => (Array.isArray(each) ? each[0] : each)),
    [1, 1, 'ERR_MIMEPORT_NETWORK', 'ERR_MIMEPORT_NETWORK'],
  )
})

test('redirecting statuses without a Location are refused', async () => {
  const statuses = [301, 302, 303, 307, 308]
  for (const status of statuses) await server.set(`/${status}`, { status })
  assert.equal(
    await imported(statuses.map((status) => `/${status}`)),
    statuses.map((status) => [
      'ERR_MIMEPORT_INVALID_REDIRECT',
      502,
      `Cannot follow the ${status} from 'http://server/${status}' imported from 'file:///project/app.mjs': it has no Location`,
    ]),
  )
})

test('a failure that was tried several times says so, and one that heals is none', async () => {
  await server.set({
    '/down': { status: 503, body: 'no' },
    '/heals': [{ status: 503 }, { headers: code, body: 'export default "here"' }],
  })
  const [down, heals] = await imported(['/down', '/heals'], {})
  assert.is(heals, 'here')
  assert.match(
    (down as string[])[2]!,
    /: it answered 503 \(tried 3 times\): 'no'; it is overloaded/,
  )
  assert.is((await server.requests('/down')).length, 3)
})

test.run()
