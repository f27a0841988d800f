import { randomInt } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseDirectives, secondsOf } from '../../core/cache/cache-control.mts'
import { parseDate } from '../../core/cache/http-date.mts'
import { LoaderError } from '../../core/errors.mts'
import { dateAt, makeCache } from '../support/disk-cache.mts'
import { rejects } from '../support/rejects.mts'
import { denied, passed } from '../threats/record.mts'
import type { Answer, DiskCache } from '../support/disk-cache.mts'

const test = suite<{ disk: DiskCache }>('cache rules')

test.before.each((context) => {
  context.disk = makeCache()
})
test.after.each(({ disk }) => {
  assert.equal(disk.warnings, [])
  disk.remove()
})

const HOUR = 3600
const unreachable = new LoaderError('ERR_MIMEPORT_NETWORK', 'nothing listens there')
const text = (body: string, cacheControl?: string, more = {}): Answer => ({
  body,
  headers: { ...(cacheControl !== undefined && { 'cache-control': cacheControl }), ...more },
})

/** Asks with `first`, lets `seconds` pass, and asks again. */
async function twice(disk: DiskCache, first: Answer, seconds: number, second = text('new')) {
  await disk.get(first)
  disk.time += seconds * 1000
  return disk.get(second)
}

test('directives are read strictly', () => {
  const read = (value: string) => Object.fromEntries(parseDirectives(value))
  assert.equal(read('Max-Age=60, no-store'), { 'max-age': '60', 'no-store': undefined })
  assert.equal(read('a="b, max-age=9", max-age="7"'), { a: 'b, max-age=9', 'max-age': '7' })
  assert.equal(read('a="\\"", b'), { a: '"', b: undefined })
  assert.equal(read(',, ;x, a'), { a: undefined })
  assert.equal(read('max-age=1, max-age=2'), { 'max-age': '1' })
  assert.equal(read(''), {})
  for (const value of [
    'max-age',
    'max-age=',
    'max-age =5',
    'max-age= 5',
    "max-age='5'",
    'max-age=5;',
    'max-age=-5',
    'max-age=5.0',
  ]) {
    assert.ok(Number.isNaN(secondsOf(parseDirectives(value), 'max-age')), value)
  }
  assert.is(secondsOf(parseDirectives('max-age=0005'), 'max-age'), 5)
  assert.is(secondsOf(parseDirectives(`max-age=${'9'.repeat(400)}`), 'max-age'), 2 ** 31)
  assert.is(secondsOf(parseDirectives(undefined), 'max-age'), undefined)
})

test('directives are read in linear time', () => {
  // A parser that went back would not end.
  for (const hostile of ['"', 'a=', ',', 'a="', '\\', '=', ' ', 'a,', 'a=",']) {
    parseDirectives(hostile.repeat(2 ** 16))
    parseDirectives(`a="${hostile.repeat(2 ** 16)}`)
  }
})

test('dates are read in the three forms of HTTP, and in no other', () => {
  const now = Date.UTC(2026, 0)
  const time = Date.UTC(1994, 10, 6, 8, 49, 37)
  for (const date of [
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
  ]) {
    assert.is(parseDate(date, now), time, date)
  }
  assert.is(parseDate('Thursday, 18-Aug-50 02:01:18 GMT', now), Date.UTC(2050, 7, 18, 2, 1, 18))
  for (const date of [
    '',
    '0',
    '-1',
    '1994-11-06',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 06 Nov 1994 8:49:37 GMT',
    'Sun, 31 Feb 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 24:49:37 GMT',
    'Sun, 06 Nov 94 08:49:37 GMT',
    ' Sun, 06 Nov 1994 08:49:37 GMT',
  ]) {
    assert.is(parseDate(date, now), undefined, date)
  }
})

test('a response is fresh for as long as it says, and no longer', async ({ disk }) => {
  const first = await twice(disk, text('old', 'max-age=60'), 59)
  assert.is(first?.text, 'old')
  assert.is(first?.outcome, 'hit')
  assert.is(first?.headers['age'], '59')
  disk.time += 1_000
  assert.is((await disk.get(text('new')))?.text, 'new')
})

test('Expires counts from Date, and max-age goes before it', async ({ disk }) => {
  const { time } = disk
  const fields = { date: dateAt(time, -100), expires: dateAt(time, -40) }
  // Fresh for 60 s, and 100 s old.
  assert.is((await twice(disk, text('old', undefined, fields), 0))?.text, 'new')
  assert.is((await twice(disk, text('old', 'max-age=200', fields), 0))?.text, 'old')
})

test('Age counts', async ({ disk }) => {
  assert.is((await twice(disk, text('old', 'max-age=60', { age: '50' }), 9))?.text, 'old')
  disk.time += 1_000
  assert.is((await disk.get(text('new')))?.text, 'new')
})

test('a lifetime that is no number is none', async ({ disk }) => {
  for (const value of ["max-age='60'", 'max-age=a', 'max-age']) {
    assert.is((await twice(disk, text('old', value), 0))?.text, 'new', value)
  }
  assert.is((await twice(disk, text('old', undefined, { expires: '0' }), 0))?.text, 'new')
})

test('a tenth of the time since it was modified is guessed, a day at the most', async ({
  disk,
}) => {
  const modified = { 'last-modified': dateAt(disk.time, -10 * HOUR) }
  assert.is((await twice(disk, text('old', undefined, modified), HOUR - 1))?.text, 'old')
  disk.time += 1_000
  assert.is((await disk.get(text('new', undefined, { 'last-modified': dateAt(0) })))?.text, 'new')
  disk.time += (24 * HOUR - 1) * 1000
  assert.is((await disk.get(text('newer')))?.text, 'new')
  disk.time += 1_000
  assert.is((await disk.get(text('newer')))?.text, 'newer')
})

test('nothing is guessed of a server of this machine', async ({ disk }) => {
  const modified = text('old', undefined, { 'last-modified': dateAt(disk.time, -1000 * HOUR) })
  const local = { url: 'http://localhost/a.mjs' }
  await disk.get(modified, local)
  assert.is((await disk.get(text('new'), local))?.text, 'new')
  assert.ok(disk.asked.at(-1)?.['if-modified-since'])
})

test('nothing is fresh for ever but what says so of its URL', async ({ disk }) => {
  const commit = { immutable: true }
  await disk.get(text('old', 'no-cache, max-age=0'), commit)
  disk.time += 1e12
  assert.is((await disk.get(text('new'), commit))?.outcome, 'hit')
  assert.is((await disk.get(text('new'), commit, 'no-cache'))?.outcome, 'hit')
  disk.time = 0
  assert.is((await disk.get(text('new'), commit))?.outcome, 'hit')
  assert.is((await disk.get(text('new'), commit, 'reload'))?.text, 'new')
  // What is missing may come.
  await disk.get({ statusCode: 404 }, { url: 'https://example.com/b', immutable: true })
  const later = await disk.get(text('b'), { url: 'https://example.com/b', immutable: true })
  assert.is(later?.text, 'b')
})

test('what says that it is immutable is not even validated while it is fresh', async ({ disk }) => {
  await disk.get(text('old', 'max-age=60, immutable'))
  assert.is((await disk.get(text('new'), {}, 'no-cache'))?.outcome, 'hit')
  disk.time += 60_000
  assert.is((await disk.get(text('new'), {}, 'no-cache'))?.text, 'new')
})

test('a stale response is validated, and the 304 makes it fresh', async ({ disk }) => {
  const modified = dateAt(disk.time, -HOUR)
  const first = text('old', 'max-age=60', { etag: '"1"', 'last-modified': modified, x: '1' })
  await disk.get(first)
  disk.time += 61_000
  const fields = { 'cache-control': 'max-age=600', etag: 'W/"1"', x: '2', 'content-length': '0' }
  const valid = await disk.get({ statusCode: 304, headers: fields })
  assert.equal(disk.asked.at(-1), { 'if-none-match': '"1"', 'if-modified-since': modified })
  assert.is(valid?.outcome, 'revalidated')
  assert.is(valid?.statusCode, 200)
  assert.is(valid?.text, 'old')
  assert.is(valid?.headers['x'], '2')
  disk.time += 599_000
  const hit = await disk.get(text('new'))
  assert.is(hit?.outcome, 'hit')
  assert.is(hit?.headers['x'], '2')
})

test('a 304 does not say what the stored bytes are', async ({ disk }) => {
  const type = { 'content-type': 'text/javascript' }
  await disk.get(text('old', 'max-age=0', { etag: '"1"', ...type }))
  const page = { 'content-type': 'text/html', 'content-range': 'bytes 0-1/2' }
  const valid = await disk.get({ statusCode: 304, headers: { etag: '"1"', ...page } })
  assert.is(valid?.headers['content-type'], 'text/javascript')
  assert.is(valid?.headers['content-range'], undefined)
})

test('a 304 decides anew whether and for whom it is stored', async ({ disk }) => {
  const ask = (answer: Answer, accept = 'a') => disk.get(answer, { headers: { accept } })
  const modified = { 'last-modified': dateAt(disk.time, -365 * 24 * HOUR) }
  await ask(text('old', 'max-age=0', { etag: '"1"', ...modified }))
  const varied = { etag: '"1"', vary: 'accept', 'cache-control': 'max-age=60' }
  assert.is((await ask({ statusCode: 304, headers: varied }))?.text, 'old')
  assert.is((await ask(text('new')))?.outcome, 'hit')
  const another = text('another', 'max-age=60', { vary: 'accept' })
  assert.is((await ask(another, 'b'))?.text, 'another')
  disk.time += 61_000
  const forbidden = { etag: '"1"', 'cache-control': 'no-store' }
  assert.is((await ask({ statusCode: 304, headers: forbidden }))?.text, 'old')
  assert.is((await ask(text('new')))?.text, 'new')
})

test('what a response varies by is not of one connection', async ({ disk }) => {
  const ask = (answer: Answer, accept: string) => disk.get(answer, { headers: { accept } })
  const fields = { etag: '"1"', vary: 'accept', connection: 'vary' }
  await ask(text('for a', 'max-age=0', fields), 'a')
  await ask({ statusCode: 304, headers: { ...fields, 'cache-control': 'max-age=60' } }, 'a')
  assert.is((await ask(text('for b'), 'b'))?.text, 'for b')
})

test('a 304 without a Date is as new as its coming', async ({ disk }) => {
  const date = dateAt(disk.time, 0)
  await disk.get(text('old', 'max-age=60', { etag: '"1"', date }))
  disk.time += 3600_000
  await disk.get({ statusCode: 304, headers: { etag: '"1"' } })
  disk.time += 59_000
  assert.is((await disk.get(text('new')))?.outcome, 'hit')
})

test('what was served in the second of its modification is not taken for unmodified', async ({
  disk,
}) => {
  // The ETag of nginx: the time, in seconds, and the size. Both are the same after another edit.
  const validators = (seconds: number) => ({
    'last-modified': dateAt(disk.time, -seconds),
    etag: '"65a7b1c0-10"',
  })
  for (const date of [{ date: dateAt(disk.time, 0) }, {}]) {
    for (const [seconds, isAsked] of [
      [-5, false],
      [0, false],
      [1, true],
    ] as const) {
      await disk.get(text('old', 'max-age=0', { ...validators(seconds), ...date }), {}, 'reload')
      await disk.get(text('new'))
      assert.is('if-none-match' in (disk.asked.at(-1) ?? {}), isAsked, `${seconds}`)
      assert.is('if-modified-since' in (disk.asked.at(-1) ?? {}), isAsked, `${seconds}`)
    }
  }
})

test('a 304 about something else, or for no condition, is asked again without one', async ({
  disk,
}) => {
  for (const fields of [{ etag: '"1"' }, {}]) {
    await disk.get(text('old', 'max-age=0', fields), {}, 'reload')
    const answers: Answer[] = [{ statusCode: 304, headers: { etag: '"2"' } }, text('new')]
    const before = disk.asked.length
    const forward = async (conditional: Record<string, string>) => {
      disk.asked.push(conditional)
      const { statusCode = 200, headers = {}, body = '' } = answers.shift() ?? {}
      return { statusCode, headers, body: Buffer.from(body) }
    }
    const request = { method: 'GET', url: 'https://example.com/a.mjs', headers: {}, identity: '' }
    const found = await disk.cache.answer(request, 'default', forward)
    assert.is(String(found?.response.body), 'new')
    assert.is(disk.asked.length - before, 2)
    assert.equal(disk.asked.at(-1), {})
  }
})

test('no-store is stored nowhere, no-cache is asked for each time', async ({ disk }) => {
  assert.is((await twice(disk, text('old', 'no-store, max-age=60'), 0))?.text, 'new')
  assert.is(
    await disk.get(text('x'), { url: 'https://example.com/b' }, 'only-if-cached'),
    undefined,
  )
  await disk.get(text('old', 'no-store'), { url: 'https://example.com/c' })
  assert.is(
    await disk.get(text('x'), { url: 'https://example.com/c' }, 'only-if-cached'),
    undefined,
  )
  await disk.get(text('old', 'no-cache, max-age=60', { etag: '"1"' }), {}, 'reload')
  assert.is((await disk.get({ statusCode: 304 }))?.outcome, 'revalidated')
  assert.is((await disk.get(text('x'), {}, 'only-if-cached'))?.text, 'old')
})

test('a no-cache that cannot be read is one for the whole response', async ({ disk }) => {
  for (const value of ['no-cache=', 'no-cache=""', 'no-cache;', 'no-cache ="x"', 'NO-CACHE']) {
    await disk.get(text('old', `max-age=60, ${value}`), {}, 'reload')
    assert.is((await disk.get(text('new')))?.text, 'new', value)
  }
  await disk.get(text('old', 'max-age=60, no-cache="x"'), {}, 'reload')
  assert.is((await disk.get(text('new')))?.text, 'old')
})

test('what is private is stored: this cache is', async ({ disk }) => {
  assert.is((await twice(disk, text('old', 'private, max-age=60, s-maxage=0'), 1))?.text, 'old')
})

test('responses that vary are kept side by side', async ({ disk }) => {
  const accept = (value: string) => ({ headers: { accept: value } })
  const vary = { vary: 'Accept' }
  await disk.get(text('js', 'max-age=60', vary), accept('text/javascript'))
  await disk.get(text('ts', 'max-age=60', vary), accept('application/typescript'))
  assert.is((await disk.get(text('x'), accept('text/javascript')))?.text, 'js')
  assert.is((await disk.get(text('x'), accept('application/typescript')))?.text, 'ts')
  passed('T31', 'what was stored for these fields', 2)
  assert.is(
    (await disk.get(text('json', 'max-age=60', vary), accept('application/json')))?.text,
    'json',
  )
  assert.is((await disk.get(text('none', 'max-age=60', vary)))?.text, 'none')
  assert.is((await disk.get(text('x')))?.text, 'none')
  assert.is((await disk.get(text('x'), accept('text/javascript'), 'only-if-cached'))?.text, 'js')
})

test('of responses that vary only some are kept, the newest', async ({ disk }) => {
  const by = (number: number) => ({ headers: { accept: `text/${number}` } })
  for (let number = 0; number < 20; number++) {
    await disk.get(text(`${number}`, 'max-age=60', { vary: 'accept' }), by(number))
  }
  assert.is((await disk.get(text('x'), by(19), 'only-if-cached'))?.text, '19')
  assert.is((await disk.get(text('x'), by(12), 'only-if-cached'))?.text, '12')
  assert.is(await disk.get(text('x'), by(11), 'only-if-cached'), undefined)
})

test('a server may name as field names what every object has', async ({ disk }) => {
  const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty']
  for (const name of names) {
    const url = { url: `https://example.com/${name}` }
    const fields = Object.fromEntries([
      ['vary', name],
      ['cache-control', `max-age=60, ${name}=${name}`],
      [name, 'x'],
      ['connection', names.filter((other) => other !== name).join()],
    ])
    await disk.get({ headers: fields, body: 'old' }, url)
    const hit = await disk.get(text('new'), url)
    assert.is(hit?.text, 'old')
    assert.equal(
      Object.keys(hit?.headers ?? {}).sort(),
      ['age', 'cache-control', 'vary', name].sort(),
    )
  }
  assert.is(Object.getPrototypeOf({}), Object.prototype)
})

test('what varies by everything is not stored', async ({ disk }) => {
  for (const vary of ['*', 'accept, *', ' , *']) {
    assert.is((await twice(disk, text('old', 'max-age=60', { vary }), 0))?.text, 'new', vary)
    disk.store.remove(['GET', 'https://example.com/a.mjs', '', ''])
  }
})

test('a failure is not remembered', async ({ disk }) => {
  for (const statusCode of [400, 401, 403, 429, 500, 502, 503, 504]) {
    const url = `https://example.com/${statusCode}`
    await disk.get({ statusCode, headers: { 'cache-control': 'max-age=60' } }, { url })
    assert.is((await disk.get(text('new'), { url }))?.text, 'new')
  }
})

test('what is missing is remembered when the server says so, for a minute, for nobody in particular', async ({
  disk,
}) => {
  for (const statusCode of [404, 410]) {
    const missing = (cacheControl?: string): Answer => ({ ...text('no', cacheControl), statusCode })
    const url = { url: `https://example.com/${statusCode}` }
    await disk.get(missing(), url)
    assert.is((await disk.get(missing('max-age=9999'), url))?.outcome, 'miss')
    disk.time += 59_000
    assert.is((await disk.get(text('new'), url))?.statusCode, statusCode)
    disk.time += 1_000
    assert.is((await disk.get(text('new'), url))?.text, 'new')
    const someone = { ...url, identity: 'someone' }
    await disk.get(missing('max-age=9999'), someone)
    assert.is((await disk.get(text('theirs'), someone))?.text, 'theirs')
  }
})

test('what a server refuses at the moment does not take away what it gave', async ({ disk }) => {
  await disk.get(text('old', 'max-age=0'))
  assert.is((await disk.get({ statusCode: 503 }))?.statusCode, 503)
  assert.is((await disk.get(text('x'), {}, 'only-if-cached'))?.text, 'old')
  assert.is((await disk.get({ statusCode: 404 }))?.statusCode, 404)
  assert.is(await disk.get(text('x'), {}, 'only-if-cached'), undefined)
})

test('stale-if-error gives the stale response when the server fails, while it lasts', async ({
  disk,
}) => {
  await disk.get(text('old', 'max-age=10, stale-if-error=100'))
  disk.time += 109_000
  assert.is((await disk.get({ statusCode: 503 }))?.outcome, 'stale')
  assert.is((await disk.get(unreachable))?.text, 'old')
  const cut = new LoaderError('ERR_MIMEPORT_CONTENT_CODING', 'cut off', { cause: new Error() })
  assert.is((await disk.get(cut))?.text, 'old')
  await rejects(
    disk.get(new LoaderError('ERR_MIMEPORT_CONTENT_CODING', 'nobody knows it')),
    'ERR_MIMEPORT_CONTENT_CODING',
  )
  assert.is((await disk.get({ statusCode: 403 }))?.statusCode, 403)
  disk.time += 1_000
  assert.is((await disk.get({ statusCode: 503 }))?.statusCode, 503)
  await disk.get(text('old', 'max-age=10, stale-if-error=100, must-revalidate'), {}, 'reload')
  disk.time += 11_000
  assert.is((await disk.get({ statusCode: 503 }))?.statusCode, 503)
  await disk.get(text('old', 'max-age=10'), {}, 'reload')
  disk.time += 11_000
  assert.is((await disk.get({ statusCode: 503 }))?.statusCode, 503)
})

test('stale-while-revalidate gives the stale response at once, and gets the new one', async ({
  disk,
}) => {
  await disk.get(text('old', 'max-age=10, stale-while-revalidate=100'))
  disk.time += 109_000
  assert.is((await disk.get(text('new', 'max-age=10')))?.outcome, 'stale')
  await new Promise((resolve) => setImmediate(resolve))
  assert.is((await disk.get(text('x')))?.text, 'new')
})

test('a revalidation that nobody waits for fails without a word', async ({ disk }) => {
  await disk.get(text('old', 'max-age=10, stale-while-revalidate=100'))
  disk.time += 50_000
  assert.is((await disk.get(unreachable))?.text, 'old')
  await new Promise((resolve) => setImmediate(resolve))
  assert.is((await disk.get(text('new')))?.text, 'old')
})

test('each mode does what Fetch says', async ({ disk }) => {
  assert.is(await disk.get(text('x'), {}, 'only-if-cached'), undefined)
  await disk.get(text('1', 'max-age=60', { etag: '"1"' }))
  assert.is((await disk.get(text('x'), {}, 'only-if-cached'))?.text, '1')
  assert.is((await disk.get(text('2'), {}, 'no-store'))?.text, '2')
  assert.is((await disk.get(text('x')))?.text, '1')
  assert.is((await disk.get({ statusCode: 304 }, {}, 'no-cache'))?.outcome, 'revalidated')
  assert.equal(disk.asked.at(-1), { 'cache-control': 'max-age=0', 'if-none-match': '"1"' })
  assert.is((await disk.get(text('3', 'max-age=60'), {}, 'reload'))?.text, '3')
  assert.equal(disk.asked.at(-1), { 'cache-control': 'no-cache', pragma: 'no-cache' })
  assert.is((await disk.get(text('x')))?.text, '3')
  disk.time += 1e12
  assert.is((await disk.get(text('x'), {}, 'only-if-cached'))?.text, '3')
})

test('a redirect that may not be reused is kept for when nobody may be asked', async ({ disk }) => {
  for (const statusCode of [302, 303, 307]) {
    const url = { url: `https://example.com/${statusCode}` }
    const redirect = { statusCode, headers: { location: '/b' } }
    await disk.get(redirect, url)
    assert.is((await disk.get(redirect, url))?.outcome, 'miss')
    assert.is((await disk.get(text('x'), url, 'only-if-cached'))?.headers['location'], '/b')
  }
  const stated = { statusCode: 302, headers: { location: '/b', 'cache-control': 'max-age=60' } }
  await disk.get(stated)
  assert.is((await disk.get(text('x')))?.statusCode, 302)
})

test('the response to a POST is kept for its content, when it is asked for', async ({ disk }) => {
  const post = (content: string, keep = true) => ({ method: 'POST', content, keep })
  await disk.get(text('one'), post('1'))
  await disk.get(text('two'), post('2'))
  await disk.get(text('three'), post('3', false))
  assert.is((await disk.get(text('again'), post('1')))?.text, 'again')
  assert.is((await disk.get(text('x'), post('1'), 'only-if-cached'))?.text, 'again')
  assert.is((await disk.get(text('x'), post('2'), 'only-if-cached'))?.text, 'two')
  assert.is(await disk.get(text('x'), post('3'), 'only-if-cached'), undefined)
  assert.is(await disk.get(text('x'), {}, 'only-if-cached'), undefined)
})

test('what changes something makes invalid what is stored, at its own origin', async ({ disk }) => {
  const urls = ['https://example.com/a.mjs', 'https://example.com/b', 'https://other.example/c']
  for (const url of urls) await disk.get(text('old', 'max-age=60'), { url })
  const kept = (url: string) => disk.get(text('x'), { url }, 'only-if-cached')
  await disk.get({ statusCode: 500 }, { method: 'DELETE' })
  await disk.get({}, { method: 'HEAD' })
  assert.ok(await kept(urls[0]!))
  const headers = { location: '/b', 'content-location': 'https://other.example/c' }
  await disk.get({ statusCode: 201, headers }, { method: 'PUT' })
  assert.is(await kept(urls[0]!), undefined)
  assert.is(await kept(urls[1]!), undefined)
  assert.ok(await kept(urls[2]!))
})

test('what one is answered is not for another', async ({ disk }) => {
  await disk.get(text('for a', 'max-age=60'), { identity: 'a' })
  assert.is((await disk.get(text('for b', 'max-age=60'), { identity: 'b' }))?.text, 'for b')
  assert.is((await disk.get(text('for all', 'max-age=60')))?.text, 'for all')
  denied('T13', "another's answer", 2)
  assert.is((await disk.get(text('x'), { identity: 'a' }))?.text, 'for a')
  assert.is((await disk.get(text('x'), { identity: 'b' }))?.text, 'for b')
  passed('T13', "one's own answer", 2)
  assert.is((await disk.get(text('x')))?.text, 'for all')
})

test('what a response says of one connection, or of fields not to be kept, is not stored', async ({
  disk,
}) => {
  const fields = { connection: 'x-a, close', 'x-a': '1', 'x-b': '2', 'x-c': '3', 'keep-alive': '5' }
  const hit = await twice(disk, text('old', 'max-age=60, no-cache="x-b"', fields), 1)
  assert.is(hit?.outcome, 'hit')
  assert.equal(Object.keys(hit?.headers ?? {}).sort(), ['age', 'cache-control', 'x-c'])
})

test('the clock goes back, or a response comes from the future: it is stale', async ({ disk }) => {
  await disk.get(text('old', `max-age=${HOUR}`))
  disk.time -= 1
  assert.is((await disk.get(text('new', `max-age=${HOUR}`)))?.text, 'new')
  disk.time += 10 * 365 * 24 * HOUR * 1000
  assert.is((await disk.get(text('newer', `max-age=${HOUR}`)))?.text, 'newer')
  disk.time -= 10 * 365 * 24 * HOUR * 1000
  assert.is((await disk.get(text('newest', `max-age=${HOUR}`)))?.text, 'newest')
})

test("a server's clock is years off: its lifetimes are right all the same", async ({ disk }) => {
  const ahead = { date: dateAt(disk.time, 1e8), expires: dateAt(disk.time, 1e8 + 60) }
  assert.is((await twice(disk, text('old', undefined, ahead), 59))?.text, 'old')
  disk.time += 1_000
  assert.is((await disk.get(text('new')))?.text, 'new')
})

test('directives of the request are honoured', async ({ disk }) => {
  const asking = (value: string) => ({ headers: { 'cache-control': value } })
  await disk.get(text('old', 'max-age=100'))
  disk.time += 50_000
  assert.is((await disk.get(text('new'), asking('max-age=50')))?.text, 'old')
  assert.is((await disk.get(text('new'), asking('min-fresh=49')))?.text, 'old')
  assert.is((await disk.get(text('new'), asking('no-store')))?.text, 'new')
  assert.is((await disk.get(text('new'), asking('only-if-cached')))?.text, 'old')
  disk.time += 60_000
  assert.is((await disk.get(text('new'), asking('max-stale=11')))?.text, 'old')
  assert.is((await disk.get(text('new'), asking('only-if-cached')))?.statusCode, 504)
  const fresh = text('new', 'max-age=100')
  assert.is((await disk.get(fresh, asking('max-stale=10')))?.text, 'new')
  disk.time += 2_000
  for (const value of ['max-age=1', 'min-fresh=99', 'no-cache']) {
    assert.is((await disk.get(fresh, asking(value)))?.outcome, 'miss', value)
    disk.time += 2_000
  }
})

test('the conditions of the request are answered from what is stored', async ({ disk }) => {
  await disk.get(text('old', 'max-age=60', { etag: '"1"', 'last-modified': dateAt(disk.time) }))
  const given = (name: string, value: string) => disk.get(text('x'), { headers: { [name]: value } })
  assert.is((await given('if-none-match', '"0", W/"1"'))?.statusCode, 304)
  assert.is((await given('if-none-match', '*'))?.statusCode, 304)
  assert.is((await given('if-none-match', '"2"'))?.text, 'old')
  assert.is((await given('if-modified-since', dateAt(disk.time, 1)))?.statusCode, 304)
  assert.is((await given('if-modified-since', dateAt(disk.time, -1)))?.text, 'old')
  assert.is((await given('range', 'bytes=0-1'))?.outcome, 'bypass')
})

test('a part of a body is not stored', async ({ disk }) => {
  const part = { statusCode: 206, headers: { 'cache-control': 'max-age=60' }, body: 'o' }
  await disk.get(part, { headers: { range: 'bytes=0-0' } })
  await disk.get(part)
  assert.is((await disk.get(text('whole')))?.text, 'whole')
})

test('whatever servers and requests say: what is given was for that URL, that identity and those fields', async ({
  disk,
}) => {
  const of = <T,>(values: readonly T[]): T => values[randomInt(values.length)]!
  const dates = [
    dateAt(disk.time),
    dateAt(disk.time, -9_999),
    dateAt(disk.time, 9_999),
    '0',
    'x',
    '',
  ]
  const controls = [
    '',
    'max-age=5',
    'max-age=x',
    'no-cache',
    'no-store',
    'immutable',
    '"',
    'a="',
    'max-age=5, max-age=0',
    'stale-if-error=9',
    'stale-while-revalidate=9, max-age=1',
    'must-understand',
    'public',
    ',,=,"\\',
  ]
  const some = (fields: Record<string, readonly string[]>) =>
    Object.fromEntries(
      Object.entries(fields)
        .filter(() => randomInt(3) === 0)
        .map(([name, values]) => [name, of(values)]),
    )
  for (let round = 0; round < 1_500; round++) {
    const [url, identity, accept] = [of(['/a', '/b', '/c?']), of(['', 'x']), of(['js', 'ts'])]
    const vary = of(['accept', 'Accept, x', 'accept'])
    const name = `${url} ${identity} ${accept}`
    const headers = some({
      'cache-control': controls,
      date: dates,
      expires: dates,
      'last-modified': dates,
      age: ['0', '9', '-1', 'x', '9, 0', ''],
      etag: [`"${name}"`, `W/"${name}"`, name, ''],
      connection: ['etag', 'vary, etag', ','],
    })
    const own = some({
      'cache-control': [...controls, 'max-stale', 'min-fresh=2', 'only-if-cached'],
    })
    const asking = { url: `https://example.com${url}`, identity, immutable: randomInt(9) === 0 }
    const statusCode = of([200, 200, 200, 200, 203, 204, 302, 304, 404, 500, 503])
    const before = disk.asked.length
    const found = await disk
      .get(
        of([{ statusCode, headers: { ...headers, vary }, body: `${name} ${round}` }, unreachable]),
        { ...asking, headers: { accept, ...own } },
        of(['default', 'default', 'default', 'no-cache', 'reload', 'no-store', 'only-if-cached']),
      )
      .catch((error: Error) => assert.is(error, unreachable))
    disk.time += randomInt(3_000) - 200
    await new Promise((resolve) => setImmediate(resolve))
    if (found === undefined || found === null || found.text === '') continue
    assert.is(found.text.replace(/ \d+$/, ''), name)
    if (disk.asked.length === before) assert.ok(['hit', 'stale', 'miss'].includes(found.outcome))
  }
})

test.run()
