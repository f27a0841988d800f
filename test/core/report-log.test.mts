import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isWatched, tell } from '../../core/http/activity.mts'
import { learnSecret } from '../../core/resource/credentials/secrets.mts'
import { configureHeaders } from '../../core/resource/credentials/origin-headers.mts'
import { LoaderError } from '../../core/errors.mts'
import { DebugLog } from '../../core/report/debug-log.mts'
import { jsonLine } from '../../core/report/json-log.mts'
import { LogEntries } from '../../core/report/log-entry.mts'
import { configureReport } from '../../core/report/report.mts'
import type { Activity } from '../../core/http/activity.mts'

const test = suite('the log')

const url = 'https://h.test/x.mjs?v=1'
const origin = { pid: 7, thread: 1 }

const activities: readonly Activity[] = [
  {
    type: 'request',
    id: 1,
    method: 'GET',
    url,
    headers: { accept: '*/*', authorization: 'Bearer canary-in-a-field', 'x-own': 'canary-own' },
    attempt: 1,
  },
  {
    type: 'connection',
    id: 1,
    address: '127.0.0.1',
    port: 443,
    protocol: 'h2',
    reused: false,
    proxy: 'http://proxy.test:3128',
  },
  {
    type: 'response',
    id: 1,
    statusCode: 200,
    headers: { 'content-type': 'text/javascript', 'set-cookie': 'sid=canary-in-a-cookie' },
    protocol: 'h2',
    time: 12.4,
  },
  { type: 'data', id: 1, bytes: 1500 },
  { type: 'end', id: 1, bytes: 1500, time: 13.6 },
  {
    type: 'request',
    id: 2,
    method: 'GET',
    url: 'http://127.0.0.1:81/y',
    headers: { host: 'y.test' },
    attempt: 2,
  },
  {
    type: 'error',
    id: 2,
    error: new LoaderError('ERR_MIMEPORT_NETWORK', 'Cannot load it: no\nhaste'),
    time: 3,
  },
  { type: 'retry', id: 2, url: 'http://127.0.0.1:81/y', reason: 'no haste', delay: 200 },
  { type: 'redirect', url: 'github:o/r/x.mjs', statusCode: 307, location: 'github:o/r@1/x.mjs' },
  { type: 'cache', url, outcome: 'revalidated' },
]

function logged<T>(write: (entry: NonNullable<ReturnType<LogEntries['entryOf']>>) => T): T[] {
  configureHeaders({ 'https://h.test': { 'X-Own': 'canary-own' } }, 'mimeport.json')
  const entries = new LogEntries()
  return activities.flatMap((activity) => {
    const entry = entries.entryOf(activity)
    return entry === undefined ? [] : [write(entry)]
  })
}

test('debug shows what curl shows', () => {
  const log = new DebugLog(1)
  assert.is(
    logged((entry) => log.linesOf(entry)).join(''),
    `[1] * GET https://h.test/x.mjs?v=1
[1] * Connected to 127.0.0.1 port 443 (proxy http://proxy.test:3128)
[1] > GET /x.mjs?v=1 HTTP/2
[1] > host: h.test
[1] > accept: */*
[1] > authorization: ***
[1] > x-own: ***
[1] >
[1] < HTTP/2 200
[1] < content-type: text/javascript
[1] < set-cookie: ***
[1] <
[1] * 1.5 kB in 14 ms
[2] * GET http://127.0.0.1:81/y, attempt 2
[2] * Failed after 3 ms: ERR_MIMEPORT_NETWORK: Cannot load it: no\\nhaste
[2] * Again in 200 ms: no haste (http://127.0.0.1:81/y)
* Redirect: 307 to github:o/r@1/x.mjs (github:o/r/x.mjs)
* Cache: revalidated (https://h.test/x.mjs?v=1)
`,
  )
})

test('debug tells the requests of one thread from those of another', () => {
  const lines = (thread: number) =>
    new DebugLog(thread).linesOf(new LogEntries().entryOf(activities[0]!)!)
  assert.is(lines(1), `[1] * GET ${url}\n`)
  assert.is(lines(5), `[5.1] * GET ${url}\n`)
})

test('debug shows a request whose connection it was not told of when the response is there', () => {
  const log = new DebugLog(1)
  const entries = new LogEntries()
  const show = (activity: Activity): string => log.linesOf(entries.entryOf(activity)!)
  show({ type: 'request', id: 9, method: 'GET', url: 'http://h.test/', headers: {}, attempt: 1 })
  const lines = show({
    type: 'response',
    id: 9,
    statusCode: 404,
    headers: {},
    protocol: 'http/1.1',
    time: 1,
  })
  assert.match(lines, /^\[9\] > GET \/ HTTP\/1\.1\n\[9\] > host: h\.test\n\[9\] >\n/)
  assert.match(lines, /\[9\] < HTTP\/1\.1 404 Not Found\n\[9\] <\n$/)
})

/** The table of docs/log.md: by type of entry, its fields, and of what type of JSON each is. */
function documented(): Map<string, Map<string, { json: string; optional: boolean }>> {
  const page = readFileSync(new URL('../../docs/log.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `(\w+)` +\| ([\w, ?]+?) +\| (\w+) +\|/gm)]
  const [, types = ''] = /^\| `type` .*\| ([^|]+) \|$/m.exec(page) ?? []
  const all = [...types.matchAll(/`(\w+)`/g)].map(([, type]) => type!)
  const found = new Map(all.map((type) => [type, new Map()]))
  for (const [, field, places = '', json] of rows) {
    for (const place of places === 'all' ? all : places.split(', ')) {
      const type = place.replace('?', '')
      assert.ok(found.has(type), `${type} is no type`)
      found.get(type)!.set(field, { json, optional: place.endsWith('?') })
    }
  }
  return found
}

test('json has the fields that the documentation has, and no other', () => {
  const table = documented()
  const lines = logged((entry) => jsonLine(entry, origin))
  lines.push(jsonLine({ type: 'warning', message: 'beware' }, origin))
  const seen = new Set<string>()
  for (const line of lines) {
    const entry = JSON.parse(line) as Record<string, unknown>
    const type = String(entry['type'])
    seen.add(type)
    const fields = table.get(type)
    assert.ok(fields, type)
    for (const [field, value] of Object.entries(entry)) {
      assert.is(fields.get(field)?.json, typeof value, `${field} of ${type}`)
    }
    for (const [field, { optional }] of fields) assert.ok(optional || field in entry, field)
  }
  assert.equal([...seen].sort(), [...table.keys()].sort())
})

test('each outcome of the cache is explained', () => {
  const read = (path: string): string =>
    readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
  const [, union = ''] = /type CacheOutcome =([^;]*?)\n\n/.exec(
    read('core/cache/cache-request.mts'),
  )!
  const outcomes = [...union.matchAll(/'([\w-]+)'/g)].map(([, outcome]) => outcome)
  const [, row = ''] = /^\| `outcome` (.*)$/m.exec(read('docs/log.md'))!
  assert.ok(outcomes.length > 0)
  assert.equal(
    [...row.matchAll(/`([\w-]+)`/g)].map(([, outcome]) => outcome),
    outcomes,
  )
})

test('json is one line of ASCII, and gives back what was put in', () => {
  const message = 'a\u001b[31m\n\u202e\u009b"\\ 日本 😀 \ud800'
  const line = jsonLine({ type: 'warning', message }, origin)
  assert.match(line, /^[ -~]+\n$/)
  assert.is(JSON.parse(line).message, message)
})

test('no secret is in either', () => {
  learnSecret('canary-sent')
  const entries = new LogEntries()
  const log = new DebugLog(1)
  const secret = 'canary-sent'
  const echoes: readonly Activity[] = [
    {
      type: 'request',
      id: 1,
      method: 'GET',
      url: `https://h.test/${secret}?token=canary-query`,
      headers: {
        cookie: 'canary',
        'proxy-authorization': 'Basic canary',
        'x-auth-token': 'canary',
      },
      attempt: 1,
    },
    {
      type: 'response',
      id: 1,
      statusCode: 403,
      headers: { 'x-echo': `you sent ${secret}`, location: '/y?sig=canary-signature' },
      protocol: 'http/1.1',
      time: 1,
    },
    { type: 'error', id: 1, error: new Error(`said: ${secret}`), time: 1 },
    { type: 'retry', id: 1, url: `https://h.test/${secret}`, reason: secret, delay: 1 },
    { type: 'redirect', url: `a:${secret}`, statusCode: 301, location: `b:${secret}` },
    { type: 'cache', url: `https://h.test/${secret}`, outcome: 'miss' },
  ]
  for (const activity of echoes) {
    const entry = entries.entryOf(activity)!
    const shown = jsonLine(entry, origin) + log.linesOf(entry)
    assert.not.match(shown, /canary/)
    assert.match(shown, /\*\*\*/)
  }
})

test('a header cannot begin a line of its own, nor command the terminal', () => {
  const log = new DebugLog(1)
  const lines = log.linesOf({
    type: 'response',
    id: 1,
    url,
    status: 200,
    protocol: 'http/1.1',
    headers: { 'x-evil': 'a\r\n[9] * forged\u001b]0;title\u0007\u202e' },
    duration: 1,
  })
  assert.match(
    lines,
    /^\[1\] < x-evil: a\\u\{d\}\\n\[9\] \* forged\\u\{1b\}\]0;title\\u\{7\}\\u\{202e\}$/m,
  )
  assert.ok(
    lines
      .trimEnd()
      .split('\n')
      .every((line) => line.startsWith('[1] ')),
  )
})

function report(environment: Record<string, string>): {
  printed: string[]
  done: Promise<unknown>
} {
  const printed: string[] = []
  const done = configureReport({
    environment,
    thread: 1,
    ownsTerminal: true,
    print: (text) => printed.push(text),
    redraw: (text) => printed.push(text),
    work: () => ({ made: 0, known: 0 }),
    onLine: () => {},
  })
  return { printed, done }
}

test('another value of MIMEPORT_LOG is refused, and the two that there are are named', async () => {
  for (const value of ['1', 'Debug', 'json,debug', 'a\u001b[2J']) {
    try {
      await report({ MIMEPORT_LOG: value }).done
    } catch (error) {
      const { code, message } = error as LoaderError
      assert.is(code, 'ERR_MIMEPORT_CONFIG')
      assert.match(message, /^Cannot use MIMEPORT_LOG='.*': there are 'debug'.* and 'json'/)
      assert.not.match(message, /\u001b/)
      continue
    }
    assert.unreachable(value)
  }
})

// The next ones listen from here on: their order is theirs.
test('without a log nobody listens, and each warning is printed once', async () => {
  const { printed, done } = report({ MIMEPORT_LOG: '' })
  await done
  assert.not(isWatched())
  tell({ type: 'warning', message: 'the folder\nis full \u001b[31m' })
  tell({ type: 'warning', message: 'the folder\nis full \u001b[31m' })
  tell({ type: 'warning', message: 'canary-sent is not writable' })
  tell({ type: 'cache', url, outcome: 'hit' })
  assert.equal(printed, [
    'mimeport: warning: the folder\\nis full \\u{1b}[31m\n',
    'mimeport: warning: *** is not writable\n',
  ])
})

test('with json a warning is a line of JSON, once', async () => {
  const { printed, done } = report({ MIMEPORT_LOG: 'json' })
  await done
  assert.ok(isWatched())
  tell({ type: 'warning', message: 'beware' })
  tell({ type: 'warning', message: 'beware' })
  assert.is(printed.length, 1)
  const { type, message } = JSON.parse(printed[0]!)
  assert.equal([type, message], ['warning', 'beware'])
})

test('with debug a warning is the line that it is without', async () => {
  const { printed, done } = report({ MIMEPORT_LOG: 'debug' })
  await done
  tell({ type: 'warning', message: 'beware of the log' })
  assert.equal(printed, ['mimeport: warning: beware of the log\n'])
})

test('a listener that throws fails nobody, and the next one is told', async () => {
  const { printed, done } = report({ MIMEPORT_LOG: 'debug' })
  await done
  const hostile = new Proxy<Record<string, string>>(
    {},
    {
      ownKeys: () => {
        throw new Error('no keys')
      },
    },
  )
  tell({ type: 'request', id: 1, method: 'GET', url, headers: hostile, attempt: 1 })
  tell({ type: 'cache', url, outcome: 'hit' })
  assert.equal(printed, [`* Cache: hit (${url})\n`])
})

test.run()
