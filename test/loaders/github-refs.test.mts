import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readAdvertisement, readLsRefs } from '../../loaders/github/listing.mts'
import { packLine, readPackets } from '../../loaders/github/pkt-line.mts'
import { resolve } from '../../loaders/github/github.mts'
import { forgetRefs } from '../../loaders/github/refs.mts'
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
  Object.assign(process.env, github.env)
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
  assert.is(first?.headers['accept-encoding'], 'identity')
  assert.is(second?.method, 'POST')
  assert.is(second?.headers['content-type'], 'application/x-git-upload-pack-request')
  const lines = [...readPackets(Buffer.from(second?.body ?? ''))].map((packet) =>
    typeof packet === 'string' ? packet : Buffer.from(packet).toString(),
  )
  assert.equal(
    lines,
    [
      'command=ls-refs\n',
      'object-format=sha1',
      'delimiter',
      'peel\n',
      'symrefs\n',
      'ref-prefix HEAD\n',
      'ref-prefix refs/heads/\n',
      'ref-prefix refs/tags/\n',
      'flush',
    ].map((line) => (line === 'object-format=sha1' ? `${line}\n` : line)),
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
  const failures = [resolve('github:owner/repo/a.mjs'), resolve('github:owner/repo/b.mjs')]
  for (const failure of failures) {
    const error = await rejects(failure, 'ERR_MIMEPORT_STATUS')
    assert.is(error['statusCode'], 500)
    assert.match(
      error.message,
      /^Cannot list the branches and tags of 'owner\/repo': .* answered 500$/,
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
    const old = await startGitHub({ repos, protocol })
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

const oid = 'a'.repeat(40)
const peeled = 'b'.repeat(40)
const advertised = { 'content-type': 'application/x-git-upload-pack-advertisement' }

test('advertisements of each version are read, with the service line and without', () => {
  const service = `${packLine('# service=git-upload-pack\n')}0000`
  const refs = [
    packLine(`${oid} HEAD\0multi_ack symref=HEAD:refs/heads/main agent=x\n`),
    packLine(`${oid} refs/heads/main\n`),
    packLine(`${oid} refs/pull/1/head\n`),
    packLine(`${oid} refs/tags/v1\n`),
    packLine(`${peeled} refs/tags/v1^{}`),
    packLine(`shallow ${oid}`),
    '0000',
  ].join('')
  for (const [text, version] of [
    [refs, 0],
    [service + refs, 0],
    [service + packLine('version 1\n') + refs, 1],
  ] as const) {
    const read = readAdvertisement(Buffer.from(text))
    assert.ok(read.version === version)
    assert.equal(
      [...read.listing.commits],
      [
        ['HEAD', oid],
        ['refs/heads/main', oid],
        ['refs/tags/v1', peeled],
      ],
    )
    assert.is(read.listing.head, 'refs/heads/main')
  }
  const capable = `${packLine('version 2\n')}${packLine('ls-refs=unborn\n')}${packLine('object-format=sha256\n')}0000`
  for (const text of [capable, service + capable]) {
    const read = readAdvertisement(Buffer.from(text))
    assert.ok(read.version === 2)
    assert.is(read.capabilities.get('object-format'), 'sha256')
  }
  const none = packLine(`${'0'.repeat(40)} capabilities^{}\0agent=x\n`)
  const empty = readAdvertisement(Buffer.from(`${service}${none}0000`))
  assert.ok(empty.version === 0)
  assert.is(empty.listing.commits.size, 0)
})

test('an answer to ls-refs is read whole or not at all', () => {
  const sha256 = 'c'.repeat(64)
  const lines = [
    packLine(`${oid} HEAD symref-target:refs/heads/main\n`),
    packLine(`unborn refs/heads/x symref-target:refs/heads/y\n`),
    packLine(`${sha256} refs/heads/main\n`),
    packLine(`${oid} refs/tags/v1 peeled:${peeled}\n`),
    packLine(`${oid} refs/notes/x\n`),
    packLine(`${oid} refs/heads/${'x'.repeat(2000)}\n`),
  ].join('')
  const { commits, head } = readLsRefs(Buffer.from(`${lines}0000`))
  assert.equal(
    [...commits],
    [
      ['HEAD', oid],
      ['refs/heads/main', sha256],
      ['refs/tags/v1', peeled],
    ],
  )
  assert.is(head, 'refs/heads/main')
  const whole = Buffer.from(`${lines}0000`)
  for (let end = 0; end < whole.length; end += 7) {
    assert.throws(
      () => readLsRefs(whole.subarray(0, end)),
      (error: Error) => error instanceof SyntaxError,
    )
  }
})

test('malformed frames are refused', () => {
  for (const text of [
    '0003',
    'fff1',
    'ffff',
    '000',
    '0',
    'zzzz',
    '-001',
    '0005',
    ' 004',
    '<html>',
  ]) {
    assert.throws(
      () => [...readPackets(Buffer.from(text))],
      (error: Error) => error instanceof SyntaxError,
    )
  }
  assert.equal([...readPackets(Buffer.from('0000000100020004'))].map(String), [
    'flush',
    'delimiter',
    'end',
    '',
  ])
  assert.is(packLine('x'.repeat(65516)).length, 65520)
  assert.throws(() => packLine('x'.repeat(65517)), /65521/)
  assert.is([...readPackets(Buffer.from(packLine('x'.repeat(65516))))].length, 1)
})

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
    [{ ...advertised, 'content-encoding': 'gzip' }, '\u001f\u008b', /no pkt-line/],
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
    assert.is(await locate('github:owner/old/a.mjs'), `github:owner/old@${id}/a.mjs`)
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

test('the default branch may have any name', async () => {
  const id = await github.commit('trunk', 'owner/empty')
  assert.is(await locate('github:owner/empty/a.mjs'), `github:owner/empty@${id}/a.mjs`)
})

test('a listing of many refs is read in linear time', () => {
  const listingOf = (count: number) =>
    Buffer.from(
      `${Array.from({ length: count }, (_, i) => packLine(`${oid} refs/heads/b${i}\n`)).join('')}0000`,
    )
  const best = (body: Buffer) => {
    let least = Infinity
    for (let attempt = 0; attempt < 5; attempt++) {
      const started = performance.now()
      readLsRefs(body)
      least = Math.min(least, performance.now() - started)
    }
    return least
  }
  const [small, large] = [listingOf(10_000), listingOf(40_000)]
  best(small)
  // Four times as many take four times as long; quadratic would be sixteen.
  assert.ok(best(large) < 10 * best(small))
})

test.run()
