import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { delimiter, flush, readPackets } from '../../core/git-host/pkt-line.mts'
import { resolve } from '../../loaders/github/github.mts'
import { forgetRefs } from '../../core/git-host/resolution.mts'
import { startGitHub } from '../support/github.mts'
import { rejects } from '../support/rejects.mts'
import type { GitHub } from '../support/github.mts'

const test = suite('github refs')

const tags = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`t/${i}`, 'main']))
const repos = {
  'owner/repo': {
    files: { 'a.mjs': '1', 'b.mjs': '2' },
    branches: { 'feature/x': { 'a.mjs': 'x' }, feature2: { 'a.mjs': 'f2' } },
    tags: { v1: 'main', v2: { of: 'feature/x', message: 'Two\n' } },
  },
  'owner/big': { files: { 'a.mjs': '1' }, tags },
  'owner/empty': { files: { 'a.mjs': '1' }, defaultBranch: 'trunk' },
}
const info = '/owner/repo.git/info/refs'
const post = '/owner/repo.git/git-upload-pack'
let github: GitHub

async function locate(specifier: string): Promise<string> {
  const answer = await resolve(specifier)
  assert.ok(answer && answer.statusCode === 307, specifier)
  return (answer.headers as Record<string, string>)['location'] ?? ''
}

test.before(async () => {
  github = await startGitHub({ repos })
  Object.assign(process.env, github.env, { MIMEPORT_CACHE: 'off' })
  delete process.env['GITHUB_TOKEN']
  delete process.env['GH_TOKEN']
})
test.before.each(async () => {
  forgetRefs()
  await github.answer(info, undefined)
  await github.answer(post, undefined)
})
test.after(() => github.stop())

/** How many requests for a path were made meanwhile. */
async function counted(path: string, work: () => Promise<unknown>): Promise<number> {
  const before = (await github.requests(path)).length
  await work()
  return (await github.requests(path)).length - before
}

test('concurrent imports of one repository share one listing', async () => {
  const specifiers = Array.from({ length: 50 }, (_, i) => {
    return [
      `github:owner/repo/${i}.mjs`,
      `github:owner/repo@v2/${i}.mjs`,
      `github:owner/repo/d/${i}#v1`,
    ]
  }).flat()
  const count = await counted(info, () => Promise.all(specifiers.map((each) => resolve(each))))
  assert.is(count, 1)
  assert.is(await counted(post, () => resolve('github:owner/repo@feature/x/a.mjs')), 0)
})

test('the listing is asked for as git does it', async () => {
  await resolve('github:owner/repo/a.mjs')
  const [first, second] = (await github.requests()).slice(-2)
  assert.is(first?.url, `${info}?service=git-upload-pack`)
  assert.is(first?.headers['git-protocol'], 'version=2')
  assert.is(second?.method, 'POST')
  assert.is(second?.headers['content-type'], 'application/x-git-upload-pack-request')
  assert.equal(
    [...readPackets(Buffer.from(second?.body ?? ''))],
    [
      'command=ls-refs',
      'object-format=sha1',
      delimiter,
      'peel',
      'symrefs',
      'ref-prefix HEAD',
      'ref-prefix refs/heads/',
      'ref-prefix refs/tags/',
      flush,
    ],
  )
})

test('a branch that moves is where it was, until the refs are forgotten', async () => {
  const before = await github.commit('main')
  assert.is(await locate('github:owner/repo/a.mjs'), `github:owner/repo@${before}/a.mjs`)
  const after = await github.push({ 'a.mjs': '3' })
  assert.is.not(after, before)
  assert.is(await locate('github:owner/repo/a.mjs'), `github:owner/repo@${before}/a.mjs`)
  assert.is(await locate('github:owner/repo@main/b.mjs'), `github:owner/repo@${before}/b.mjs`)
  forgetRefs()
  assert.is(await locate('github:owner/repo/a.mjs'), `github:owner/repo@${after}/a.mjs`)
})

test('a branch that is new is found, and what was known stays', async () => {
  const before = await github.commit('main')
  await locate('github:owner/repo/a.mjs')
  await github.push({ 'a.mjs': '4' })
  await rejects(resolve('github:owner/repo@fresh/a.mjs'), 'ERR_MODULE_NOT_FOUND')
  const fresh = await github.push({ 'a.mjs': '5' }, 'fresh')
  assert.is(await locate('github:owner/repo@fresh/a.mjs'), `github:owner/repo@${fresh}/a.mjs`)
  assert.is(await locate('github:owner/repo@main/a.mjs'), `github:owner/repo@${before}/a.mjs`)
  assert.is(await locate('github:owner/repo/a.mjs'), `github:owner/repo@${before}/a.mjs`)
})

test('concurrent imports of a name that is not known list once more, together', async () => {
  await locate('github:owner/repo/a.mjs')
  const work = () =>
    Promise.allSettled(Array.from({ length: 20 }, () => resolve('github:owner/repo@nope/a.mjs')))
  assert.is(await counted(info, work), 1)
})

test('a failure is not remembered', async () => {
  await github.answer(info, { status: 500 })
  const failures = [resolve('github:owner/repo@main/a.mjs'), resolve('github:owner/repo/b.mjs#v1')]
  for (const failure of failures) {
    const error = await rejects(failure, 'ERR_MIMEPORT_STATUS')
    assert.is(error['statusCode'], 500)
    assert.match(
      error.message,
      /^Cannot list the branches and tags of 'owner\/repo': .* answered 500/,
    )
  }
  await github.answer(info, undefined)
  assert.ok(await locate('github:owner/repo/a.mjs'))
  await github.answer(info, { status: 500 })
  await rejects(resolve('github:owner/repo@nope/a.mjs'), 'ERR_MIMEPORT_STATUS')
  assert.ok(await locate('github:owner/repo/b.mjs'))
})

test('ten thousand refs are listed', async () => {
  const id = await github.commit('HEAD', 'owner/big')
  assert.is(await locate('github:owner/big@t/9999/a.mjs'), `github:owner/big@${id}/a.mjs`)
  assert.is(await locate('github:owner/big@t/0/a.mjs'), `github:owner/big@${id}/a.mjs`)
  assert.is(await locate('github:owner/big/a.mjs#t/1234'), `github:owner/big@${id}/a.mjs`)
  await rejects(resolve('github:owner/big@t/10000/a.mjs'), 'ERR_MODULE_NOT_FOUND')
})

test('servers that speak versions 0 and 1 are read as well', async () => {
  for (const protocol of [0, 1] as const) {
    const old = await startGitHub({ repos: { 'owner/repo': repos['owner/repo'] }, protocol })
    try {
      process.env['MIMEPORT_GITHUB_URL'] = old.url
      const main = await old.commit('main')
      const feature = await old.commit('feature/x')
      assert.is(await locate('github:owner/repo/a.mjs'), `github:owner/repo@${main}/a.mjs`)
      assert.is(await locate('github:owner/repo@v2/a.mjs'), `github:owner/repo@${feature}/a.mjs`)
      assert.is(await locate('github:owner/repo@v1/a.mjs'), `github:owner/repo@${main}/a.mjs`)
      assert.is((await old.requests('/git-upload-pack')).length, 0)
    } finally {
      Object.assign(process.env, github.env)
      await old.stop()
    }
  }
})

test('the default branch may have any name', async () => {
  const id = await github.commit('trunk', 'owner/empty')
  assert.is(await locate('github:owner/empty/a.mjs'), `github:owner/empty@${id}/a.mjs`)
})

test.run()
