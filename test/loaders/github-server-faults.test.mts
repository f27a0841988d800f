import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { packLine } from '../../core/git-host/pkt-line.mts'
import { resolve } from '../../loaders/github/github.mts'
import { forgetRefs } from '../../core/git-host/resolution.mts'
import { startGitHub } from '../support/github.mts'
import { reset, startFixture } from '../support/github-fixture.mts'
import { rejects } from '../support/rejects.mts'
import type { GitHub } from '../support/github.mts'

const test = suite('github server faults')

const info = '/owner/repo.git/info/refs'
const advertised = { 'content-type': 'application/x-git-upload-pack-advertisement' }

let github: GitHub

test.before(async () => {
  ;({ github } = await startFixture())
})
test.before.each(async () => {
  await reset(github)
  await github.answer(info, undefined)
})
test.after(() => github.stop())

async function locate(specifier: string): Promise<string> {
  const answer = await resolve(specifier)
  assert.ok(answer && answer.statusCode === 307, specifier)
  return (answer.headers as Record<string, string>)['location'] ?? ''
}

test('what is no git server says so, with the beginning of what it said', async () => {
  const bodies: [Record<string, string>, string, RegExp][] = [
    [
      { 'content-type': 'text/html' },
      '<h1>\u001b[31mLogin</h1>',
      /its media type is not .*'<h1>\\u\{1b\}\[31mLogin<\/h1>'$/,
    ],
    [{}, '', /its media type is not/],
    [advertised, '', /it ends without a flush-pkt/],
    [advertised, 'hello', /at byte 0 there is no pkt-line/],
    [advertised, '00ff', /the pkt-line at byte 0 is cut off/],
    [advertised, `${packLine(`${'z'.repeat(40)} HEAD\0x\n`)}0000`, /a ref has no object id/],
  ]
  for (const [headers, body, message] of bodies) {
    await github.answer(info, { headers, body })
    const error = await rejects(resolve('github:owner/repo/a.mjs'), 'ERR_MIMEPORT_INVALID_BODY')
    assert.match(error.message, message)
    assert.match(error.message, /^Cannot list the branches and tags of 'owner\/repo': /)
  }
})

test("a server's own refusal is told", async () => {
  await github.answer(info, {
    headers: advertised,
    body: packLine('ERR upload-pack: not our ref\n'),
  })
  const error = await rejects(resolve('github:owner/repo/a.mjs'), 'ERR_MIMEPORT_STATUS')
  assert.match(error.message, /refused: 'upload-pack: not our ref'$/)
})

test('a repository that was renamed is followed within its origin', async () => {
  const old = (name: string) => new URL(`${github.url}/owner/${name}.git/info/refs`).pathname
  const service = '?service=git-upload-pack'
  for (const status of [301, 302, 307, 308]) {
    const location = `${github.url}${info}${service}`
    await github.answer(old('old'), { status, headers: { location } })
    forgetRefs()
    const id = await github.commit('main')
    assert.is(await locate('github:owner/old/a.mjs'), `github:owner/repo@${id}/a.mjs`)
  }
  for (let hop = 0; hop < 6; hop++) {
    const location = `/owner/hop${hop + 1}.git/info/refs${service}`
    await github.answer(old(`hop${hop}`), { status: 301, headers: { location } })
  }
  await github.answer(old('hop6'), { status: 301, headers: { location: `${info}${service}` } })
  assert.ok(await locate('github:owner/hop2/a.mjs'))
  await rejects(resolve('github:owner/hop1/a.mjs'), 'ERR_MIMEPORT_TOO_MANY_REDIRECTS')
})

test('a redirect to anywhere else is refused', async () => {
  const other = await startGitHub({ repos: {} })
  try {
    const service = '?service=git-upload-pack'
    for (const location of [
      `${other.url}${info}${service}`,
      `https://evil.example${info}${service}`,
      `//evil.example${info}${service}`,
      `http://user:pass@${new URL(github.url).host}${info}${service}`,
      'file:///etc/passwd',
      '/login',
      `${info}?service=git-receive-pack`,
      'http://[',
      '',
    ]) {
      await github.answer(info, { status: 302, headers: { location } })
      await rejects(resolve('github:owner/repo/a.mjs'), 'ERR_MIMEPORT_INVALID_REDIRECT')
    }
    assert.is((await other.requests()).length, 0)
  } finally {
    await other.stop()
  }
})

test.run()
