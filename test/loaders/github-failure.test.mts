import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { moduleURL } from '../../core/engine/module-url.mts'
import { readEndpoints } from '../../core/git-host/endpoints.mts'
import { answerOf } from '../../core/git-host/file.mts'
import { parseSpecifier } from '../../core/git-host/specifier.mts'
import { host, resolve } from '../../loaders/github/github.mts'
import { forgetRefs } from '../../core/git-host/resolution.mts'
import { answer, load, reset, startFixture } from '../support/github-fixture.mts'
import { rejects } from '../support/rejects.mts'
import type { RepositoryFile } from '../../core/git-host/specifier.mts'
import type { GitHub } from '../support/github.mts'

const test = suite('github failure')

let github: GitHub
let ids: Record<string, string>

test.before(async () => {
  ;({ github, ids } = await startFixture())
})
test.before.each(() => reset(github))
test.after(() => github.stop())

const canary = 'ghp_canary0123456789'

test('what is not there is named: file, commit and ref', async () => {
  const main = ids['main']
  const { specifier } = await load('github:owner/repo/index.mjs')
  const missing = specifier.replace('index', 'missing')
  const error = await rejects(resolve(missing), 'ERR_MODULE_NOT_FOUND')
  assert.is(
    error.message,
    `Cannot find '${missing}': 'owner/repo' has no 'missing.mjs' at commit ${main} ('main')`,
  )
  assert.is(error['statusCode'], 404)
  const folder = await rejects(resolve(`github:owner/repo@${main}/dir`), 'ERR_MODULE_NOT_FOUND')
  assert.match(folder.message, /has no 'dir' at commit/)
  forgetRefs()
  const unlisted = await rejects(resolve(missing), 'ERR_MODULE_NOT_FOUND')
  assert.match(
    unlisted.message,
    /or no such commit, or is not there; no token was sent: if it is private, set GITHUB_TOKEN$/,
  )
})

test('a ref that is not there is named, with one like it', async () => {
  const message = async (rest: string) =>
    (await rejects(resolve(`github:owner/repo${rest}`), 'ERR_MODULE_NOT_FOUND')).message
  assert.is(
    await message('@maim/index.mjs'),
    "Cannot find 'github:owner/repo@maim/index.mjs': 'owner/repo' has no branch or tag 'maim'; did you mean 'main'?",
  )
  assert.match(
    await message('/index.mjs#v2.0.1'),
    /no branch or tag 'v2\.0\.1'; did you mean 'v[12]\.0\.0'\?$/,
  )
  assert.match(await message('@unlike/index.mjs'), /no branch or tag 'unlike'$/)
  assert.match(
    await message('@feature/z/lib/index.mjs'),
    /no branch or tag 'feature', nor a longer name up to 'feature\/z\/lib'; did you mean 'feature\/x'\?$/,
  )
  assert.match(
    await message('@0123456/index.mjs'),
    /no branch or tag '0123456'; if it is a commit, give its whole id, since the host did not tell/,
  )
  assert.match(await message('/index.mjs#abcdef0'), /give its whole id/)
  assert.match(await message('/index.mjs#abcdef'), /give 7 digits of its id at least$/)
})

test('the importing module is named', async () => {
  const specifier = 'github:owner/repo@nope/index.mjs'
  const error = await rejects(
    resolve(specifier, {
      url: moduleURL(specifier),
      specifier,
      parentURL: 'file:///app/\u001b[31m.mjs',
      importAttributes: {},
      conditions: [],
      accept: '*/*',
      signal: new AbortController().signal,
    }),
    'ERR_MODULE_NOT_FOUND',
  )
  assert.match(
    error.message,
    /^Cannot find '.*' imported from 'file:\/\/\/app\/\\u\{1b\}\[31m\.mjs': /,
  )
  assert.is(error['url'], 'github://owner/repo@nope/index.mjs')
})

test('a repository that is not there may be private', async () => {
  const error = await rejects(resolve('github:owner/none/x.mjs'), 'ERR_MODULE_NOT_FOUND')
  assert.is(
    error.message,
    `Cannot find repository 'owner/none' at '${github.url}/owner/none.git': there is none, or it is private; no token was sent: if it is private, set GITHUB_TOKEN`,
  )
  process.env['GH_TOKEN'] = 'some-token'
  const asked = await rejects(resolve('github:owner/none/x.mjs'), 'ERR_MODULE_NOT_FOUND')
  assert.match(
    asked.message,
    /the token in GH_TOKEN was sent: if it is private, does that token reach it\?$/,
  )
})

test('401, 403 and 429 say what to do', async () => {
  const path = `/raw/owner/repo/${ids['main']}/index.mjs`
  const specifier = `github:owner/repo@${ids['main']}/index.mjs`
  const table: [number, Record<string, string>, RegExp, RegExp][] = [
    [401, {}, /answered 401; set GITHUB_TOKEN$/, /the token in GITHUB_TOKEN was refused: renew it/],
    [403, {}, /set GITHUB_TOKEN, or wait$/, /the token in GITHUB_TOKEN may lack access/],
    [429, {}, /wait some minutes, or set GITHUB_TOKEN/, /too many requests: wait some minutes$/],
    [429, { 'retry-after': '60' }, /wait 60 s, or set/, /too many requests: wait 60 s$/],
    [
      429,
      {
        'retry-after': 'Fri, 20 Nov 2026 12:05:00 GMT',
        date: 'Fri, 20 Nov 2026 12:00:00 GMT',
      },
      /wait 300 s, or set/,
      /too many requests: wait 300 s$/,
    ],
    [429, { 'retry-after': 'soon' }, /wait some minutes, or/, /wait some minutes$/],
  ]
  for (const [status, headers, anonymous, known] of table) {
    for (const [token, message] of [
      ['', anonymous],
      [canary, known],
    ] as const) {
      process.env['GITHUB_TOKEN'] = token
      await github.answer(path, { status, headers })
      const error = await rejects(resolve(specifier), 'ERR_MIMEPORT_STATUS')
      assert.is(error['statusCode'], status)
      assert.match(error.message, message)
      assert.match(error.message, new RegExp(`^Cannot load '${specifier}': 'http`))
    }
  }
  await github.answer(path, undefined)
  await github.answer('/owner/repo.git/info/refs', { status: 401 })
  const error = await rejects(resolve('github:owner/repo/index.mjs'), 'ERR_MIMEPORT_STATUS')
  assert.match(
    error.message,
    /answered 401; the token in GITHUB_TOKEN was refused: renew it, or unset it/,
  )
  await github.answer('/owner/repo.git/info/refs', undefined)
})

test('another failure of the raw host is left to the framework', async () => {
  const path = `/raw/owner/repo/${ids['main']}/index.mjs`
  await github.answer(path, { status: 503, body: 'busy' })
  const { statusCode, headers } = await answer(`github:owner/repo@${ids['main']}/index.mjs`)
  assert.is(statusCode, 503)
  assert.not.match(headers['cache-control'] ?? '', /immutable/)
  await github.answer(path, undefined)
})

test("the raw host's redirects lead to a repository's specifier, or away without a token", async () => {
  const main = ids['main'] ?? ''
  const path = `/raw/owner/repo/${main}/index.mjs`
  const specifier = `github:owner/repo@${main}/index.mjs?q`
  const other = ids['feature/x'] ?? ''
  const table: [string, string][] = [
    [`/raw/new/name/${main}/in%20dex.mjs`, `github:new/name@${main}/in%20dex.mjs?q`],
    [`${github.rawURL}/new/name/${main}/a/b.mjs`, `github:new/name@${main}/a/b.mjs?q`],
    // Another commit is another module: whoever says so is not believed to speak for this repository.
    [`/raw/new/name/${other}/index.mjs`, `${github.rawURL}/new/name/${other}/index.mjs`],
    ['/sign/in', `${new URL(github.url).origin}/sign/in`],
    ['https://cdn.example/x.mjs', 'https://cdn.example/x.mjs'],
    ['//cdn.example/x.mjs', 'http://cdn.example/x.mjs'],
  ]
  for (const [location, expected] of table) {
    await github.answer(path, { status: 302, headers: { location } })
    const { statusCode, headers } = await answer(specifier)
    assert.is(statusCode, 302)
    assert.equal(headers, { location: expected })
  }
  for (const location of ['file:///etc/passwd', 'data:text/javascript,1', 'http://[', '']) {
    await github.answer(path, { status: 302, headers: { location } })
    await rejects(resolve(specifier), 'ERR_MIMEPORT_INVALID_REDIRECT')
  }
  await github.answer(path, undefined)
})

test('a redirect from https: to http: is not followed, and the other ways are', () => {
  const file = parseSpecifier(host, `github:o/r@${'a'.repeat(40)}/x.mjs`) as RepositoryFile
  const endpoints = { ...readEndpoints(host), files: 'https://raw.example' }
  const redirect = (url: string, location: string) =>
    answerOf(
      { url, response: { statusCode: 302, headers: { location }, body: new Uint8Array() } },
      file,
      'a'.repeat(40),
      endpoints,
    )
  const raw = 'https://raw.example/o/r/x.mjs'
  assert.throws(
    () => redirect(raw, 'http://127.0.0.1:1/x.mjs'),
    (error: { code?: string }) => error.code === 'ERR_MIMEPORT_INSECURE_URL',
  )
  for (const [url, location] of [
    [raw, 'https://cdn.example/x.mjs'],
    ['http://127.0.0.1:2/x.mjs', 'http://127.0.0.1:1/x.mjs'],
    ['http://127.0.0.1:2/x.mjs', 'https://cdn.example/x.mjs'],
  ] as const) {
    assert.equal(redirect(url, location), { statusCode: 302, headers: { location } })
  }
})

test('an endpoint that cannot be used is refused, and not shown', async () => {
  for (const value of [
    'github.com',
    'ftp://x',
    `https://${canary}@ghe.example`,
    'https://a?b',
    'https://a#b',
    'http://[',
  ]) {
    process.env['MIMEPORT_GITHUB_URL'] = value
    const error = await rejects(resolve('github:owner/repo/index.mjs'), 'ERR_MIMEPORT_CONFIG')
    assert.match(error.message, /^Cannot use the environment's 'MIMEPORT_GITHUB_URL': /)
    assert.not.match(error.message, new RegExp(canary))
  }
  process.env['MIMEPORT_GITHUB_URL'] = 'http://ghe.example'
  await rejects(resolve('github:owner/repo/index.mjs'), 'ERR_MIMEPORT_INSECURE_URL')
})

test.run()
