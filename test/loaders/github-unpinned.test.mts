import { once } from 'node:events'
import { createServer } from 'node:http'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchActivity } from '../../core/http/activity.mts'
import { resolve, resolveRelativePath } from '../../loaders/github/github.mts'
import { forgetRefs } from '../../core/git-host/resolution.mts'
import { answer, load, reset, startFixture } from '../support/github-fixture.mts'
import { rejects } from '../support/rejects.mts'
import { configureLimits } from '../../core/limits.mts'
import type { AddressInfo } from 'node:net'
import type { GitHub } from '../support/github.mts'

const test = suite('github unpinned')

const info = '/owner/repo.git/info/refs'
let github: GitHub
let ids: Record<string, string>
const warnings: string[] = []
watchActivity((activity) => {
  if (activity.type === 'warning') warnings.push(activity.message)
})

test.before(async () => {
  ;({ github, ids } = await startFixture())
})
test.before.each(async () => {
  await reset(github)
  await github.answer(info, undefined)
  warnings.length = 0
})
test.after(() => github.stop())

test('where git does not answer, the default branch comes from the raw host, with one warning', async () => {
  const specifier = 'github:owner/repo@HEAD/index.mjs'
  for (const url of ['http://127.0.0.1:1', github.url]) {
    forgetRefs()
    warnings.length = 0
    process.env['MIMEPORT_GITHUB_URL'] = url
    if (url === github.url) await github.answer(info, { status: 503, body: 'down' })
    const forms = ['/index.mjs', '@HEAD/index.mjs', '/index.mjs#HEAD']
    for (const form of forms) {
      assert.equal(await load(`github:owner/repo${form}`), { specifier, text: 'main' }, form)
    }
    const odd = await load('github:owner/repo/odd/a%20b.mjs?x')
    assert.equal(odd, { specifier: 'github:owner/repo@HEAD/odd/a%20b.mjs?x', text: 'a b.mjs' })
    assert.is(warnings.length, 1)
    assert.match(
      warnings[0] ?? '',
      /^'owner\/repo' is pinned to no commit: what 127\.0\.0\.1:\d+ has for its default branch is taken, file by file/,
    )
    assert.match(warnings[0] ?? '', /Cannot l[^]*'http:\/\/127\.0\.0\.1:/)
  }
})

test('what it serves is not called immutable, and relative imports stay unpinned', async () => {
  await github.answer(info, { status: 500 })
  await load('github:owner/repo/index.mjs')
  const { statusCode, headers } = await answer('github://owner/repo@HEAD/index.mjs')
  assert.is(statusCode, 200)
  assert.is(headers['cache-control'], 'max-age=300')
  const parent = 'github:owner/repo@HEAD/dir/file.mjs.md'
  const relative = await resolveRelativePath('../index.mjs', parent)
  assert.is(relative, 'github:owner/repo@HEAD/index.mjs')
  await rejects(resolveRelativePath('../../index.mjs', parent), 'ERR_MIMEPORT_OUTSIDE_ORIGIN')
})

test('it stays so while the process runs, and git is asked once', async () => {
  await github.answer(info, { status: 500 })
  const before = (await github.requests(info)).length
  await Promise.all(['index', 'x', 'y'].map((each) => resolve(`github:owner/repo/${each}.mjs`)))
  const asked = (await github.requests(info)).length - before
  await github.answer(info, undefined)
  assert.is(
    (await load('github:owner/repo/index.mjs')).specifier,
    'github:owner/repo@HEAD/index.mjs',
  )
  assert.is((await load('github:owner/repo@HEAD/index.mjs')).text, 'main')
  assert.is((await github.requests(info)).length - before, asked)
  assert.is(warnings.length, 1)
  // The next process, and what has a name of its own, are another matter.
  assert.is(
    (await load('github:owner/repo@main/index.mjs')).specifier,
    `github:owner/repo@${ids['main']}/index.mjs`,
  )
  forgetRefs()
  assert.is(
    (await load('github:owner/repo/index.mjs')).specifier,
    `github:owner/repo@${ids['main']}/index.mjs`,
  )
})

test('where nobody answers, nothing is remembered and nobody is warned', async () => {
  process.env['MIMEPORT_GITHUB_URL'] = 'http://127.0.0.1:1'
  process.env['MIMEPORT_GITHUB_RAW_URL'] = 'http://127.0.0.1:1'
  await rejects(load('github:owner/repo/index.mjs'), 'ERR_MIMEPORT_NETWORK')
  assert.equal(warnings, [])
  Object.assign(process.env, github.env)
  const id = ids['main']
  const specifier = `github:owner/repo@${id}/index.mjs`
  assert.equal(await load('github:owner/repo/index.mjs'), { specifier, text: 'main' })
  // The same, by status.
  forgetRefs()
  const raw = '/raw/owner/repo/HEAD/index.mjs'
  await github.answer(info, { status: 503 })
  await github.answer(raw, { status: 503 })
  await load('github:owner/repo/index.mjs')
  await github.answer(info, undefined)
  await github.answer(raw, undefined)
  assert.equal(await load('github:owner/repo/index.mjs'), { specifier, text: 'main' })
  assert.equal(warnings, [])
})

test('what the raw host fails at is no silence of git', async () => {
  // The path begins with a branch: the raw host is asked whether the default branch has it.
  process.env['MIMEPORT_GITHUB_RAW_URL'] = 'http://127.0.0.1:1'
  await rejects(resolve('github:owner/repo/both/file.mjs'), 'ERR_MIMEPORT_NETWORK')
  Object.assign(process.env, github.env)
  const { specifier } = await load('github:owner/repo/both/file.mjs')
  assert.is(specifier, `github:owner/repo@${ids['main']}/both/file.mjs`)
  assert.equal(warnings, [])
})

test('a refusal is no silence: 401, 404, a refusal of git, and what is no git', async () => {
  const answers: [number, Record<string, string>, string, string][] = [
    [401, {}, '', 'ERR_MODULE_NOT_FOUND'],
    [403, {}, '', 'ERR_MIMEPORT_STATUS'],
    [404, {}, '', 'ERR_MODULE_NOT_FOUND'],
    [410, {}, '', 'ERR_MODULE_NOT_FOUND'],
    [200, { 'content-type': 'text/html' }, '<h1>Login', 'ERR_MIMEPORT_INVALID_BODY'],
    [
      200,
      { 'content-type': 'application/x-git-upload-pack-advertisement' },
      '000aERR no',
      'ERR_MIMEPORT_STATUS',
    ],
    [302, { location: 'https://elsewhere.example/' }, '', 'ERR_MIMEPORT_INVALID_REDIRECT'],
  ]
  for (const [status, headers, body, code] of answers) {
    await github.answer(info, { status, headers, body })
    await rejects(resolve('github:owner/repo/index.mjs'), code)
  }
  assert.equal(warnings, [])
})

test('a name other than the default branch needs git', async () => {
  await github.answer(info, { status: 502 })
  for (const form of ['@v1.0.0/index.mjs', '/index.mjs#main', '@HEAD~1/index.mjs']) {
    const failure = resolve(`github:owner/repo${form}`)
    const code = form.includes('~') ? 'ERR_MIMEPORT_INVALID_SPECIFIER' : 'ERR_MIMEPORT_STATUS'
    await rejects(failure, code)
  }
  assert.equal(warnings, [])
  assert.is((await load(`github:owner/repo@${ids['main']}/index.mjs`)).text, 'main')
})

test('a git that never answers is given half of the time', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  process.env['MIMEPORT_GITHUB_URL'] = `http://127.0.0.1:${port}`
  configureLimits({}, { total: 1000 })
  const specifier = 'github:owner/repo@HEAD/index.mjs'
  assert.equal(await load('github:owner/repo/index.mjs'), { specifier, text: 'main' })
  assert.match(warnings[0] ?? '', /its deadline passed/)
  configureLimits({}, {})
  silent.close()
  silent.closeAllConnections()
})

test('what the default branch does not have is not found', async () => {
  await github.answer(info, { status: 500 })
  const error = await rejects(load('github:owner/repo/none.mjs'), 'ERR_MODULE_NOT_FOUND')
  assert.is(
    error.message,
    "Cannot find 'github:owner/repo@HEAD/none.mjs': 'owner/repo' has no 'none.mjs' on its default branch, or is not there; no token was sent: if it is private, set GITHUB_TOKEN",
  )
})

test.run()
