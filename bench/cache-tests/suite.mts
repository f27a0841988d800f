/**
 * Runs http-cache-tests (https://cache-tests.fyi) against a cache: the suite's own client and server, every test of it,
 * those for shared caches and for CDNs included.
 */

import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { request } from 'undici'
import { LoaderError } from '../../core/errors.mts'
import type {
  CachedAnswer,
  CacheMode,
  CacheRequest,
  Forward,
} from '../../core/cache/http-cache.mts'
import type { Dispatcher } from 'undici'
import type { LoadResponse } from '../../core/types.mts'

/** What is tested: `PrivateCache`, or another with a door of the same form. */
export interface Cache {
  answer(
    request: CacheRequest,
    mode: CacheMode,
    forward: Forward,
  ): Promise<CachedAnswer | undefined>
}

interface SuiteTest {
  readonly id: string
  readonly kind?: 'required' | 'optimal' | 'check'
  readonly depends_on?: readonly string[]
  browser_only?: boolean
  browser_skip?: boolean
  cdn_only?: boolean
}

export interface Figures {
  readonly total: number
  readonly passed: number
  /** Of these, by name: what is tested does not hold. */
  readonly failed: readonly string[]
}

export interface SuiteResult {
  /** What HTTP requires, what is better, and what is only looked at. */
  readonly required: Figures
  readonly optimal: Figures
  readonly check: Figures
  /** Required tests that passed, but prove nothing, since the ones that they build on did not. */
  readonly unproven: readonly string[]
  /** Required tests that only a shared cache can pass, or only a CDN. */
  readonly shared: readonly string[]
}

const serverFile = fileURLToPath(new URL('suite-server.mts', import.meta.url))

const folder = new URL('../../test/corpora/http-cache-tests/', import.meta.url)

interface Init {
  readonly method?: string
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: string
  readonly cache?: string
  readonly dispatcher?: Dispatcher
}

/** What a cache answers when the server fails, and it has nothing that it may give. RFC 9111 §5.2.2.2. */
const failed: LoadResponse = { statusCode: 504, headers: {}, body: new Uint8Array() }

/** `fetch`, as far as the suite uses it. */
function clientFor(cache: Cache) {
  return async (url: string, init: Init = {}): Promise<Response> => {
    const headers: Record<string, string> = {}
    for (const [name, value] of init.headers ?? []) {
      const before = headers[name.toLowerCase()]
      headers[name.toLowerCase()] = before === undefined ? value : `${before}, ${value}`
    }
    const method = init.method ?? 'GET'
    const forward: Forward = async (conditional) => {
      const received = await request(url, {
        method: method as 'GET',
        headers: { ...headers, ...conditional },
        ...(init.body !== undefined && { body: init.body }),
        ...(init.dispatcher !== undefined && { dispatcher: init.dispatcher }),
      }).catch((cause: Error) => {
        throw new LoaderError('ERR_MIMEPORT_NETWORK', cause.message, { url, cause })
      })
      const pairs = Object.entries(received.headers).map(([name, value]) => [
        name.toLowerCase(),
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ])
      return {
        statusCode: received.statusCode,
        headers: Object.fromEntries(pairs) as Record<string, string>,
        body: await received.body.bytes(),
      }
    }
    const mode = (init.cache ?? 'default') as CacheMode
    // The suite's own questions go past the cache.
    if (!url.includes('/test/')) return responseOf(await forward({}))
    // What is an error to us is an error response to a client of HTTP.
    const found = await cache
      .answer({ method, url, headers, identity: '' }, mode, forward)
      .catch(() => undefined)
    return responseOf(found?.response ?? failed)
  }
}

function responseOf({ statusCode, headers, body }: LoadResponse): Response {
  const bodiless = statusCode === 204 || statusCode === 304
  // `Response` knows no code above 599, which the suite's server has for what should not have been.
  const response = new Response(bodiless ? null : (body as Uint8Array<ArrayBuffer>), { headers })
  return Object.defineProperty(response, 'status', { value: statusCode })
}

async function startServer() {
  const child = fork(serverFile, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(message as number))
    child.once('exit', () => reject(new Error('The server of the suite ended')))
  })
  return { url: `http://127.0.0.1:${port}`, stop: () => child.kill() }
}

/** Runs the suite. Once a process: it keeps its results. */
export async function runSuite(cache: Cache): Promise<SuiteResult> {
  const suites = (await import(new URL('tests/index.mjs', folder).href)).default as {
    tests: SuiteTest[]
  }[]
  const all = suites.flatMap(({ tests }) => tests)
  const shared = all.filter((test) => test.browser_skip === true || test.cdn_only === true)
  const sharedNames = shared.filter(isRequired).map(({ id }) => id)
  for (const test of all) {
    delete test.browser_only
    delete test.browser_skip
    delete test.cdn_only
  }
  const { runTests, getResults } = await import(
    new URL('test-engine/client/runner.mjs', folder).href
  )
  const server = await startServer()
  const fetch = globalThis.fetch
  globalThis.fetch = clientFor(cache) as unknown as typeof fetch
  try {
    await runTests(suites, true, server.url, all.length)
  } finally {
    globalThis.fetch = fetch
    server.stop()
  }
  return judge(all, getResults() as Record<string, unknown>, sharedNames)
}

const isRequired = ({ kind }: SuiteTest) => kind === undefined || kind === 'required'

function judge(
  all: readonly SuiteTest[],
  results: Readonly<Record<string, unknown>>,
  shared: readonly string[],
): SuiteResult {
  const passes = ({ id }: SuiteTest) => results[id] === true
  const figures = (tests: readonly SuiteTest[]): Figures => ({
    total: tests.length,
    passed: tests.filter(passes).length,
    failed: tests.filter((test) => !passes(test)).map(({ id }) => `${id}: ${results[id]}`),
  })
  const byId = new Map(all.map((test) => [test.id, test]))
  const isProven = ({ depends_on: needed = [] }: SuiteTest): boolean =>
    needed.every((id) => {
      const test = byId.get(id)
      return test !== undefined && passes(test) && isProven(test)
    })
  const required = all.filter(isRequired)
  return {
    required: figures(required),
    optimal: figures(all.filter(({ kind }) => kind === 'optimal')),
    check: figures(all.filter(({ kind }) => kind === 'check')),
    unproven: required.filter((test) => passes(test) && !isProven(test)).map(({ id }) => id),
    shared,
  }
}
