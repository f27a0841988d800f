import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { noteEnd, endOf } from '../../core/deadline.mts'
import { elapsed } from '../../core/elapsed.mts'
import { LoaderError } from '../../core/errors.mts'
import { networkError } from '../../core/http/network-error.mts'
import { attemptsOf, noteAttempts, withRetries } from '../../core/resource/retry.mts'
import { retryAfter } from '../../core/resource/retry-after.mts'
import { configureLimits } from '../../core/limits.mts'
import { rejects } from '../support/rejects.mts'
import type { Attempts } from '../../core/resource/retry.mts'
import type { LoadResponse } from '../../core/types.mts'

const test = suite('retry')

test.after.each(() => configureLimits({}, {}))

const url = 'https://host/x.mjs'
const refused = () =>
  networkError(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), url, 'connect')
const response = (statusCode: number, headers = {}): LoadResponse => ({
  statusCode,
  headers,
  body: new Uint8Array(3),
})

/** Plays attempts: the outcome of each, and the delays between them. */
async function play(
  outcomes: readonly (LoadResponse | Error)[],
  more: Partial<Attempts> = {},
): Promise<{
  delays: number[]
  reasons: string[]
  result: LoadResponse | LoaderError
  made: number
}> {
  const delays: number[] = []
  const reasons: string[] = []
  let made = 0
  const result = await withRetries({
    url,
    method: 'GET',
    signal: undefined,
    timeLeft: () => 30_000,
    attempt: async (number) => {
      assert.is(number, ++made)
      const outcome = outcomes[made - 1] ?? outcomes.at(-1)!
      if (outcome instanceof Error) throw outcome
      return outcome
    },
    onRetry: (reason, delay) => {
      reasons.push(reason)
      delays.push(delay)
    },
    random: () => 0.5,
    now: () => Date.UTC(2026, 10, 20, 12),
    sleep: async () => {},
    ...more,
  }).catch((error: LoaderError) => error)
  return { delays, reasons, result, made }
}

test('what may pass is tried three times, and the last outcome counts', async () => {
  for (const status of [408, 425, 429, 500, 502, 503, 504]) {
    const { made, result } = await play([response(status)])
    assert.equal([made, result.statusCode], [3, status])
  }
  assert.equal((await play([response(503), response(502), response(200)])).result.statusCode, 200)
})

test('what would only be answered again is final', async () => {
  for (const status of [200, 204, 301, 400, 401, 403, 404, 409, 410, 451, 501, 505, 511]) {
    assert.is((await play([response(status), response(200)])).made, 1, String(status))
  }
})

test('a connection that failed is tried again, and the error says how often', async () => {
  assert.is((await play([refused(), response(200)])).result.statusCode, 200)
  const { made, result } = await play([refused()])
  assert.is(made, 3)
  assert.is((result as LoaderError).code, 'ERR_MIMEPORT_NETWORK')
  assert.match((result as LoaderError).message, /\(ECONNREFUSED\); it was tried 3 times$/)
  assert.is((result as LoaderError).url, url)
  assert.is(((result as LoaderError).cause as { code: string }).code, 'ECONNREFUSED')
})

test('a deadline that passed and a certificate are final, and one attempt is not counted', async () => {
  const timeout = new LoaderError('ERR_MIMEPORT_TIMEOUT', 'Cannot load: late')
  const expired = networkError(
    Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' }),
    url,
    'connect',
  )
  for (const error of [timeout, expired, new TypeError('bug')]) {
    const { made, result } = await play([error])
    assert.is(made, 1)
    assert.is(result, error)
  }
})

test('what fails otherwise at last says how often it was tried', async () => {
  const timeout = new LoaderError('ERR_MIMEPORT_TIMEOUT', 'Cannot load: late')
  const { made, result } = await play([refused(), timeout])
  assert.is(made, 2)
  assert.is((result as LoaderError).message, 'Cannot load: late; it was tried 2 times')
})

test('a body that was cut off is asked for again, and a coding that nobody knows is not', async () => {
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
  const coded = (cause?: Error) =>
    new LoaderError('ERR_MIMEPORT_CONTENT_CODING', 'x', cause === undefined ? {} : { cause })
  assert.is((await play([networkError(reset, url, 'body'), response(200)])).made, 2)
  assert.is((await play([coded(new Error('unexpected end of file')), response(200)])).made, 2)
  assert.is((await play([coded(), response(200)])).made, 1)
})

test('limits.tries is how often, and 1 is once', async () => {
  for (const tries of [1, 2, 5]) {
    configureLimits({ tries }, {})
    assert.is((await play([refused()])).made, tries)
  }
})

test('a POST is repeated only where its caller says that it changes nothing', async () => {
  assert.is((await play([response(503)], { method: 'POST' })).made, 1)
  assert.is((await play([response(503)], { method: 'POST', idempotent: true })).made, 3)
})

test('a random share of a time that doubles is waited', async () => {
  configureLimits({ tries: 4 }, {})
  assert.equal((await play([refused()])).delays, [100, 200, 400])
  assert.equal((await play([refused()], { random: () => 0 })).delays, [0, 0, 0])
  const { reasons } = await play([response(503), refused(), response(200)])
  assert.match(
    reasons.join('\n'),
    /^it answered 503\nCannot load 'https:\/\/host\/x\.mjs': nothing/,
  )
})

test('Retry-After is waited for, in seconds or until a date, and not by all alike', async () => {
  for (const [value, delay] of [
    ['2', 2100],
    ['0', 100],
    [' 3 ', 3100],
    ['Fri, 20 Nov 2026 12:00:05 GMT', 5100],
    ['Friday, 20-Nov-26 12:00:05 GMT', 5100],
    ['Fri Nov 20 12:00:05 2026', 5100],
    ['Fri, 20 Nov 2026 11:00:00 GMT', 100],
  ] as const) {
    const wait = response(429, { 'retry-after': value })
    assert.equal((await play([wait, response(200)])).delays, [delay], value)
  }
})

test('a Retry-After that is malformed is none', async () => {
  for (const value of [
    '-5',
    '1.5',
    '1e3',
    'soon',
    '',
    '5, 10',
    '0x10',
    '٣',
    '2026-11-20T13:00:00Z',
  ]) {
    const wait = response(503, { 'retry-after': value })
    assert.equal((await play([wait, response(200)])).delays, [100], value)
  }
})

test("a date is compared with the server's own clock", () => {
  const now = Date.UTC(2026, 10, 20, 12)
  const headers = {
    'retry-after': 'Fri, 20 Nov 2026 13:00:10 GMT',
    date: 'Fri, 20 Nov 2026 13:00:00 GMT',
  }
  assert.is(retryAfter(headers, now), 10_000)
  assert.is(retryAfter({ ...headers, date: 'yesterday' }, now), 3_610_000)
})

test('a Retry-After beyond the deadline is final at once; one within it is waited for', async () => {
  for (const value of [
    '31',
    '99999999999999999999',
    '9'.repeat(400),
    'Fri, 20 Nov 2099 12:00:00 GMT',
  ]) {
    const { made, result } = await play([response(429, { 'retry-after': value })])
    assert.equal([made, result.statusCode], [1, 429], value)
  }
  const wait = response(503, { 'retry-after': '29' })
  assert.is((await play([wait, response(200)])).made, 2)
  assert.is((await play([wait, response(200)], { timeLeft: () => 29_000 })).made, 1)
  assert.is((await play([refused()], { timeLeft: () => 0 })).made, 1)
})

test('an abort ends the wait between two attempts', async () => {
  const controller = new AbortController()
  const error = await rejects(
    withRetries({
      url,
      method: 'GET',
      signal: controller.signal,
      timeLeft: () => 60_000,
      attempt: async () => response(503, { 'retry-after': '30' }),
      onRetry: () => controller.abort(),
    }),
    'ERR_MIMEPORT_TIMEOUT',
  )
  assert.match(error.message, /^Cannot load 'https:\/\/host\/x\.mjs': it was aborted$/)
})

test('a signal may say when it will abort', () => {
  const { signal } = new AbortController()
  assert.is(endOf(signal), undefined)
  assert.is(endOf(undefined), undefined)
  noteEnd(signal, 1000)
  const left = endOf(signal)! - elapsed()
  assert.ok(left > 0 && left <= 1000)
})

test('a response tells how many attempts there were', () => {
  const once = response(503)
  noteAttempts(once, 1)
  assert.is(attemptsOf(once.body), undefined)
  noteAttempts(once, 3)
  assert.is(attemptsOf(once.body), 3)
  for (const other of [undefined, null, 'text', new Uint8Array()])
    assert.is(attemptsOf(other), undefined)
})

test.run()
