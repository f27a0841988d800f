import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { resolve } from '../../loaders/github/github.mts'
import { load, reset, startFixture } from '../support/github-fixture.mts'
import { rejects } from '../support/rejects.mts'
import type { GitHub } from '../support/github.mts'

const test = suite('github abbreviated ids')

let github: GitHub
let ids: Record<string, string>
/** A commit that no ref is at. */
let past: string

test.before(async () => {
  ;({ github, ids } = await startFixture())
  past = await github.push({ 'index.mjs': 'past' }, 'moving')
  await github.push({ 'index.mjs': 'now' }, 'moving')
})
test.before.each(() => reset(github))
test.after(() => github.stop())

const patches = async () => (await github.requests('.patch')).map(({ url }) => url)

test('the beginning of an id that a ref is at needs nothing but the listing', async () => {
  const main = ids['main'] ?? ''
  const before = (await patches()).length
  const specifier = `github:owner/repo@${main}/index.mjs`
  for (const form of [
    `@${main.slice(0, 7)}/index.mjs`,
    `@${main.slice(0, 39)}/index.mjs`,
    `@${main.slice(0, 12).toUpperCase()}/index.mjs`,
    `/index.mjs#${main.slice(0, 7)}`,
  ]) {
    assert.equal(await load(`github:owner/repo${form}`), { specifier, text: 'main' }, form)
  }
  assert.is((await patches()).length, before)
})

test("another commit's beginning is completed by its patch, asked for once and without a token", async () => {
  process.env['GITHUB_TOKEN'] = 'ghp_canary0123456789'
  const short = past.slice(0, 8)
  const before = (await patches()).length
  const specifier = `github:owner/repo@${past}/index.mjs`
  const forms = [`@${short}/index.mjs`, `/index.mjs#${short}`, `@${short}/index.mjs`]
  for (const form of forms) {
    assert.equal(await load(`github:owner/repo${form}`), { specifier, text: 'past' }, form)
  }
  assert.equal((await patches()).slice(before), [`/owner/repo/commit/${short}.patch`])
  const [page] = await github.requests('.patch')
  assert.is(page?.headers['authorization'], undefined)
})

test('the redirect says what became which commit', async () => {
  const short = past.slice(0, 9)
  const table: [string, string, string][] = [
    [`@${short}/index.mjs`, short, past],
    ['@v2.0.0/index.mjs', 'refs/tags/v2.0.0', ids['feature/x'] ?? ''],
    ['/index.mjs#one', 'refs/heads/one', ids['main'] ?? ''],
    ['/index.mjs', 'refs/heads/main', ids['main'] ?? ''],
    ['/v1.0.0/index.mjs', 'refs/tags/v1.0.0', ids['main'] ?? ''],
  ]
  for (const [form, ref, commit] of table) {
    const answer = await resolve(`github:owner/repo${form}`)
    const location = `github:owner/repo@${commit}/index.mjs`
    assert.equal(answer, {
      statusCode: 307,
      headers: { location, 'git-ref': ref, 'git-commit': commit },
    })
  }
})

test('what does not begin so is not believed', async () => {
  const short = past.slice(0, 10)
  const page = `/owner/repo/commit/${short}.patch`
  const answers = [
    // A merge: the patch is that of another commit.
    { body: `From ${'0'.repeat(40)} Mon Sep 17 00:00:00 2001\n` },
    { body: `From ${past.slice(0, 39)} Mon Sep 17 00:00:00 2001\n` },
    { body: `<html>From ${past} Mon` },
    { body: '' },
    { status: 404, body: `From ${past} Mon Sep 17 00:00:00 2001\n` },
    { status: 302, headers: { location: '/login' } },
  ]
  for (const answer of answers) {
    await github.answer(page, answer)
    const error = await rejects(
      resolve(`github:owner/repo@${short}/index.mjs`),
      'ERR_MODULE_NOT_FOUND',
    )
    assert.match(
      error.message,
      /give its whole id, since the host did not tell which one begins so/,
    )
  }
  await github.answer(page, { body: `From ${past} Mon Sep 17 00:00:00 2001\n` })
  assert.is((await load(`github:owner/repo@${short}/index.mjs`)).text, 'past')
  await github.answer(page, undefined)
})

test('seven digits will do, and six will not', async () => {
  assert.is((await load(`github:owner/repo@${past.slice(0, 7)}/index.mjs`)).text, 'past')
  const before = (await patches()).length
  const error = await rejects(
    resolve(`github:owner/repo@${past.slice(0, 6)}/index.mjs`),
    'ERR_MODULE_NOT_FOUND',
  )
  assert.match(error.message, /give 7 digits of its id at least/)
  assert.is((await patches()).length, before)
})

test.run()
