import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { resolve } from '../../loaders/github/github.mts'
import { forgetRefs } from '../../core/git-host/resolution.mts'
import { answer, load, reset, startFixture } from '../support/github-fixture.mts'
import { rejects } from '../support/rejects.mts'
import type { GitHub } from '../support/github.mts'

const test = suite('github token')

let github: GitHub
let ids: Record<string, string>

test.before(async () => {
  ;({ github, ids } = await startFixture())
})
test.before.each(() => reset(github))
test.after(() => github.stop())

const canary = 'ghp_canary0123456789'
const hidden = [canary, Buffer.from(`x-access-token:${canary}`).toString('base64')]

/** Everything that an error could show. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { message, stack, cause, ...rest } = error as Error & Record<string, unknown>
  return `${message}\n${stack}\n${JSON.stringify(rest)}\n${cause === undefined ? '' : textOf(cause)}`
}

test('a private repository is read with a token, by either name', async () => {
  await github.requireToken(canary)
  for (const variable of ['GITHUB_TOKEN', 'GH_TOKEN']) {
    forgetRefs()
    process.env[variable] = `${canary}\n`
    const { specifier, text } = await load('github:owner/repo@v2.0.0/index.mjs')
    assert.is(text, 'feature/x')
    const { headers } = await answer(specifier)
    assert.is(headers['cache-control'], 'private, max-age=31536000, immutable')
    delete process.env[variable]
  }
})

test('GITHUB_TOKEN goes before GH_TOKEN, and an empty one is none', async () => {
  await github.requireToken(canary)
  Object.assign(process.env, { GITHUB_TOKEN: canary, GH_TOKEN: 'other' })
  assert.is((await load('github:owner/repo/index.mjs')).text, 'main')
  Object.assign(process.env, { GITHUB_TOKEN: ' ', GH_TOKEN: canary })
  assert.is((await load('github:owner/repo/index.mjs')).text, 'main')
})

test('without a token, or with a wrong one, a private repository is not there', async () => {
  await github.requireToken(canary)
  const anonymous = await rejects(resolve('github:owner/repo/index.mjs'), 'ERR_MODULE_NOT_FOUND')
  assert.match(anonymous.message, /no token was sent: if it is private, set GITHUB_TOKEN$/)
  process.env['GITHUB_TOKEN'] = 'wrong-canary'
  const wrong = [
    resolve('github:owner/repo/index.mjs'),
    resolve(`github:owner/repo@${ids['main']}/index.mjs`),
  ]
  for (const failure of wrong) {
    const error = await rejects(failure, 'ERR_MODULE_NOT_FOUND')
    assert.match(error.message, /the token in GITHUB_TOKEN was sent/)
    assert.not.match(textOf(error), /wrong-canary/)
  }
})

test('a token shows in no error, not even when the server repeats it', async () => {
  process.env['GITHUB_TOKEN'] = canary
  const info = '/owner/repo.git/info/refs'
  const raw = `/raw/owner/repo/${ids['main']}/index.mjs`
  const echo = `<p>${hidden.join(' ')} ${'x'.repeat(190)}${canary}`
  const type = { 'content-type': 'application/x-git-upload-pack-advertisement' }
  const packet = `ERR ${echo}`
  const answers = [
    ...[400, 401, 403, 404, 429, 500].map((status) => ({ status, body: echo })),
    { status: 200, body: echo },
    { status: 200, headers: type, body: echo },
    {
      status: 200,
      headers: type,
      body: (packet.length + 4).toString(16).padStart(4, '0') + packet,
    },
    { status: 302, headers: { location: `https://evil.example/${canary}` } },
  ]
  for (const canned of answers) {
    await github.answer(info, canned)
    const error = await rejects(resolve('github:owner/repo@main/index.mjs'))
    for (const secret of hidden) assert.not.ok(textOf(error).includes(secret), textOf(error))
  }
  for (const status of [401, 403, 429, 404]) {
    await github.answer(raw, { status, body: echo })
    const error = await rejects(resolve(`github:owner/repo@${ids['main']}/index.mjs`))
    for (const secret of hidden) assert.not.ok(textOf(error).includes(secret), textOf(error))
  }
  // What the framework would show is not given to it.
  await github.answer(raw, { status: 502, body: echo })
  const given = await resolve(`github:owner/repo@${ids['main']}/index.mjs`)
  assert.equal(given, { statusCode: 502, headers: {}, body: '' })
  await github.answer(info, undefined)
  await github.answer(raw, undefined)
  process.env['MIMEPORT_GITHUB_URL'] = 'http://127.0.0.1:1'
  const refused = await rejects(resolve('github:owner/repo@main/index.mjs'), 'ERR_MIMEPORT_NETWORK')
  for (const secret of hidden) assert.not.ok(textOf(refused).includes(secret))
})

test('a token that is none is refused, and not shown', async () => {
  for (const value of ['two words canary', 'canary\r\nx-evil: 1', 'canary\u007f', 'canäry']) {
    process.env['GITHUB_TOKEN'] = value
    const error = await rejects(resolve('github:owner/repo/index.mjs'), 'ERR_MIMEPORT_CONFIG')
    assert.is(
      error.message,
      "Cannot use the environment's 'GITHUB_TOKEN': it has characters that no token has",
    )
  }
})

test('a token is sent to the two endpoints, as each of them takes it', async () => {
  process.env['GITHUB_TOKEN'] = canary
  const before = (await github.requests()).length
  await load('github:owner/repo@both/index.mjs')
  const sent = (await github.requests())
    .slice(before)
    .map(({ headers }) => headers['authorization'])
  assert.equal(sent, [`Basic ${hidden[1]}`, `Basic ${hidden[1]}`, `Bearer ${canary}`])
})

test.run()
