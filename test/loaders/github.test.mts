import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { moduleURL } from '../../core/engine/module-url.mts'
import { name, resolve, schemes } from '../../loaders/github/github.mts'
import { startGitHub } from '../support/github.mts'
import {
  answer,
  binary,
  load,
  odd,
  repos,
  reset,
  startFixture,
} from '../support/github-fixture.mts'
import type { GitHub } from '../support/github.mts'

const test = suite('github')

let github: GitHub
let ids: Record<string, string>

test.before(async () => {
  ;({ github, ids } = await startFixture())
})
test.before.each(() => reset(github))
test.after(() => github.stop())

test('it is called github and answers for github: alone', () => {
  assert.is(name, 'github')
  assert.equal(schemes, ['github:'])
})

test('every form leads to the commit', async () => {
  const table: [string, string, string, string][] = [
    ['/index.mjs', 'main', 'index.mjs', 'main'],
    ['/dir/file.mjs.md', 'main', 'dir/file.mjs.md', '# main'],
    ['/index.mjs#main', 'main', 'index.mjs', 'main'],
    ['@main/index.mjs', 'main', 'index.mjs', 'main'],
    ['@HEAD/index.mjs', 'main', 'index.mjs', 'main'],
    ['@one/index.mjs', 'main', 'index.mjs', 'main'],
    ['@v1.0.0/index.mjs', 'main', 'index.mjs', 'main'],
    ['@v2.0.0/index.mjs', 'feature/x', 'index.mjs', 'feature/x'],
    ['/index.mjs#v2.0.0', 'feature/x', 'index.mjs', 'feature/x'],
    ['@feature/x/index.mjs', 'feature/x', 'index.mjs', 'feature/x'],
    ['@feature%2Fx/index.mjs', 'feature/x', 'index.mjs', 'feature/x'],
    ['/index.mjs#feature/x', 'feature/x', 'index.mjs', 'feature/x'],
    ['/index.mjs#feature%2Fx', 'feature/x', 'index.mjs', 'feature/x'],
    ['@feature/x.y/z/index.mjs', 'feature/x.y', 'z/index.mjs', 'z at feature/x.y'],
    ['@@scope/pkg@1.0.0/z/index.mjs', 'feature/x.y', 'z/index.mjs', 'z at feature/x.y'],
    ['@heads/main/index.mjs', 'main', 'index.mjs', 'main'],
    ['@refs/heads/main/index.mjs', 'main', 'index.mjs', 'main'],
    ['@tags/v2.0.0/index.mjs', 'feature/x', 'index.mjs', 'feature/x'],
    ['@refs/tags/v2.0.0/index.mjs', 'feature/x', 'index.mjs', 'feature/x'],
    ['/index.mjs#refs/heads/feature/x', 'feature/x', 'index.mjs', 'feature/x'],
    // A tag goes before a branch of its name, and `tags/…` before a branch that is called so.
    ['@twice/index.mjs', 'feature/x', 'index.mjs', 'feature/x'],
    ['/index.mjs#twice', 'feature/x', 'index.mjs', 'feature/x'],
    ['@heads/twice/index.mjs', 'twice', 'index.mjs', 'branch twice'],
    ['@tags/twice/index.mjs', 'feature/x', 'index.mjs', 'feature/x'],
    ['@heads/tags/twice/index.mjs', 'tags/twice', 'index.mjs', 'branch tags/twice'],
    // A branch may look like an abbreviated commit id.
    ['@deadbee/index.mjs', 'deadbee', 'index.mjs', 'branch deadbee'],
    // The older form, when the default branch has no such file.
    ['/main/index.mjs', 'main', 'index.mjs', 'main'],
    ['/v2.0.0/index.mjs', 'feature/x', 'index.mjs', 'feature/x'],
    ['/feature/x.y/z/index.mjs', 'feature/x.y', 'z/index.mjs', 'z at feature/x.y'],
    ['/both/new.mjs', 'both', 'new.mjs', 'new'],
    ['/both/file.mjs', 'main', 'both/file.mjs', 'the directory both at main'],
  ]
  for (const [rest, ref, path, text] of table) {
    const specifier = `github:owner/repo@${ids[ref]}/${path}`
    assert.equal(await load(`github:owner/repo${rest}`), { specifier, text }, rest)
  }
})

test('a commit id needs no listing, whatever the form', async () => {
  const id = ids['feature/x'] ?? ''
  const before = (await github.requests('/info/refs')).length
  const specifier = `github:owner/repo@${id}/index.mjs`
  for (const form of [
    specifier,
    `github:owner/repo@${id.toUpperCase()}/index.mjs`,
    `github:owner/repo/index.mjs#${id}`,
    `GITHUB:owner/repo@${id}/%69ndex.mjs`,
  ]) {
    assert.equal(await load(form), { specifier, text: 'feature/x' })
  }
  // The framework's own URL is answered as it is: a redirect would be a hop for nothing.
  assert.is((await answer(`github://owner/repo@${id}/index.mjs`)).statusCode, 200)
  assert.is((await github.requests('/info/refs')).length, before)
  // In the older form nothing tells it from a folder of that name.
  assert.equal(await load(`github:owner/repo/${id}/index.mjs`), { specifier, text: 'feature/x' })
})

test('odd file names are found, and their specifiers are stable as URLs', async () => {
  for (const file of odd) {
    const encoded = encodeURIComponent(file)
    const { specifier, text } = await load(`github:owner/repo/odd/${encoded}`)
    assert.is(text, file)
    assert.is(moduleURL(specifier), specifier.replace(':', '://'))
    assert.equal(await load(moduleURL(specifier)), { specifier: moduleURL(specifier), text })
  }
  assert.is((await load('github:owner/repo/odd/a b.mjs')).text, 'a b.mjs')
  assert.is((await load('github:owner/repo/run.sh')).text, '#!/bin/sh\n')
})

test('a query stays in the specifier and is not sent', async () => {
  const { specifier, text } = await load('github:owner/repo@main/index.mjs?a=1')
  assert.is(specifier, `github:owner/repo@${ids['main']}/index.mjs?a=1`)
  assert.is(text, 'main')
  assert.is((await github.requests()).at(-1)?.url, `/raw/owner/repo/${ids['main']}/index.mjs`)
})

test('the media type of the raw host is not believed, and the body never changes', async () => {
  for (const file of ['index.mjs', 'x.wasm']) {
    const { statusCode, headers, body } = await answer(`github:owner/repo@${ids['main']}/${file}`)
    assert.is(statusCode, 200)
    assert.is(headers['content-type'], undefined)
    assert.is(headers['x-content-type-options'], 'nosniff')
    assert.is(headers['cache-control'], 'public, max-age=31536000, immutable')
    assert.match(headers['etag'] ?? '', /^W\/"/)
    if (file === 'x.wasm') assert.equal([...body], [...binary])
  }
})

test('a media type that says something is kept', async () => {
  const path = `/raw/owner/repo/${ids['main']}/index.mjs`
  await github.answer(path, { headers: { 'content-type': 'image/png; q=1' }, body: 'x' })
  const { headers } = await answer(`github:owner/repo@${ids['main']}/index.mjs`)
  assert.is(headers['content-type'], 'image/png; q=1')
  await github.answer(path, undefined)
})

test("the raw host is asked with the import's Accept", async () => {
  const specifier = `github:owner/repo@${ids['main']}/index.mjs`
  const context = {
    url: moduleURL(specifier),
    specifier,
    parentURL: undefined,
    importAttributes: {},
    conditions: [],
    accept: 'text/javascript, */*;q=0.1',
    signal: new AbortController().signal,
  }
  await resolve(specifier, context)
  assert.is((await github.requests()).at(-1)?.headers['accept'], context.accept)
})

test("a company's own server may have a path, and its URL a slash at the end", async () => {
  const own = await startGitHub({ repos, prefix: '/enterprise/git hub'.replace(' ', '%20') })
  try {
    process.env['MIMEPORT_GITHUB_URL'] = `${own.url}/`
    process.env['MIMEPORT_GITHUB_RAW_URL'] = `${own.rawURL}/`
    const specifier = `github:owner/repo@${ids['feature/x']}/index.mjs`
    assert.equal(await load('github:owner/repo@v2.0.0/index.mjs'), { specifier, text: 'feature/x' })
    const targets = (await own.requests()).map(({ url }) => url.split('?')[0])
    assert.equal(targets, [
      '/enterprise/git%20hub/owner/repo.git/info/refs',
      '/enterprise/git%20hub/owner/repo.git/git-upload-pack',
      `/enterprise/git%20hub/raw/owner/repo/${ids['feature/x']}/index.mjs`,
    ])
  } finally {
    await own.stop()
  }
})

test.run()
