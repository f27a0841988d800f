/** What is refused to whom, and what is said of it. */

import { execFileSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  configurePolicy,
  isRemote,
  refuseReach,
  refuseUnlisted,
} from '../../core/policy/policy.mts'
import { allowing, entryFor } from '../../core/policy/suggestion.mts'
import { denied, passed } from '../threats/record.mts'
import type { LoaderError } from '../../core/errors.mts'
import type { PolicySettings } from '../../core/settings.mts'

const test = suite('policy')

const file = '/project/mimeport.json'
const local = 'file:///project/app.mjs'
const refused = 'ERR_MIMEPORT_NOT_ALLOWED'
const insecure = 'ERR_MIMEPORT_INSECURE_URL'
const localImport = 'ERR_MIMEPORT_LOCAL_IMPORT'

test.after.each(() => {
  configurePolicy({})
  delete process.env['MIMEPORT_GITHUB_URL']
})

/** The error's code, or `ok`. */
function outcome(check: typeof refuseReach, url: string, requester?: string): string {
  try {
    check(url, requester)
    return 'ok'
  } catch (error) {
    return (error as LoaderError).code
  }
}

function messageOf(url: string, policy: PolicySettings = {}, requester = local): string {
  configurePolicy(policy, file)
  try {
    refuseUnlisted(url, requester)
  } catch (error) {
    return (error as LoaderError).message
  }
  return 'allowed'
}

type Row = readonly [url: string, code: string]

function compare(policy: PolicySettings, rows: readonly Row[], requester = local): void {
  configurePolicy(policy, file)
  for (const [url, code] of rows) {
    assert.is(outcome(refuseUnlisted, url, requester), code, `${url} for ${requester}`)
  }
}

test('by default it is the list that is documented, and nothing else', () => {
  compare({}, [
    ['https://esm.sh/x', 'ok'],
    ['github:o/r/x', 'ok'],
    ['http://localhost:8080/', 'ok'],
    ['https://127.0.0.1/', 'ok'],
    ['file:///x', 'ok'],
    ['data:,', 'ok'],
    ['node:fs', 'ok'],
    ['own:x', 'ok'],
    ['https://unlisted.example/', refused],
    ['https://10.0.0.1/', refused],
    ['https://[fd00::1]/', refused],
    ['https://169.254.169.254/latest/meta-data', refused],
    ['https://0.0.0.0/', refused],
    ['http://esm.sh/', insecure],
    ['http://10.0.0.1/', insecure],
    ['HTTPS://UNLISTED.EXAMPLE', refused],
    ['https:unlisted.example', refused],
    ['https://esm.sh@unlisted.example/', refused],
    ['https:\\\\unlisted.example', refused],
  ])
  denied('T01', 'http: to another machine', 2)
  passed('T01', 'http: to this machine')
})

test('a list of the project takes the place of the default one, and deny goes before it', () => {
  const own = { allow: ['https://cdn.corp.example/'] }
  compare(own, [
    ['https://cdn.corp.example/x', 'ok'],
    ['https://esm.sh/x', refused],
    ['github:o/r/x', refused],
    ['http://localhost/', refused],
  ])
  compare({ ...own, also: ['github:o/r'] }, [
    ['github:o/r@v1/x', 'ok'],
    ['github:o/s/x', refused],
  ])
  compare(
    {
      allow: ['default', 'https:'],
      deny: ['github:evil', 'https://*.evil.example/', 'https://esm.sh/left-pad@*'],
    },
    [
      ['https://any.example/', 'ok'],
      ['https://esm.sh/react@1', 'ok'],
      ['https://esm.sh/left-pad@1/x', refused],
      ['https://esm.sh/%6ceft-pad@1', refused],
      ['github:good/r/x', 'ok'],
      ['github:Evil/r/x', refused],
      ['https://x.evil.example/', refused],
      ['http://localhost/', 'ok'],
      ['https://10.0.0.1/', refused],
    ],
  )
  compare({ allow: [], deny: [] }, [['https://esm.sh/x', refused]])
  compare({ allow: ['https://10.0.0.1/', 'http://127.0.0.1:80/'] }, [
    ['https://10.0.0.1/x', 'ok'],
    ['https://10.0.0.2/x', refused],
    ['http://127.0.0.1/x', 'ok'],
    ['http://127.0.0.1:81/x', refused],
  ])
})

test('what comes over the network has no file, no scheme of the project and none of this machine', () => {
  const requesters = [
    'https://esm.sh/x',
    'github:o/r/x',
    'github://o/r@c/x',
    'gitlab:o/r/x',
    'https://cdn.example/x',
  ]
  const rows: readonly Row[] = [
    ['file:///etc/hosts', localImport],
    ['own:x', refused],
    ['mimeport:///virtual', refused],
    ['http://localhost:8080/', insecure],
    ['https://127.0.0.1/', refused],
    ['https://[::1]/', refused],
    ['https://[::ffff:7f00:1]/', refused],
    ['https://x.localhost./', refused],
    ['data:,', 'ok'],
    ['https://unpkg.com/x', 'ok'],
    ['github:o/r/y', 'ok'],
    ['./x', 'ok'],
  ]
  for (const requester of requesters) {
    for (const [url, code] of rows)
      assert.is(outcome(refuseReach, url, requester), code, `${url} for ${requester}`)
  }
  denied('T18', 'by a module from the network', 8 * requesters.length)
  denied('T33', "a scheme of the project's own", 2 * requesters.length)
  for (const [url] of rows) assert.is(outcome(refuseReach, url, local), 'ok', url)
  for (const [url] of rows) assert.is(outcome(refuseReach, url, undefined), 'ok', url)
  passed('T18', "by the project's own code", 2 * rows.length)
  passed('T33', "the project's own code", 2)
})

test('this machine imports from this machine; and whoever else where the very host is named', () => {
  const here = ['http://localhost:1/x', 'https://127.0.0.1/x', 'http://[::1]:3/x']
  for (const requester of here) {
    assert.is(outcome(refuseReach, 'https://localhost:9/y', requester), 'ok')
    assert.is(outcome(refuseReach, 'file:///etc/hosts', requester), localImport)
  }
  const named = { allow: ['default', 'https://localhost:8443/'] }
  configurePolicy(named)
  assert.is(outcome(refuseReach, 'https://localhost:8443/x', 'https://esm.sh/x'), 'ok')
  assert.is(outcome(refuseReach, 'https://localhost:8444/x', 'https://esm.sh/x'), refused)
  assert.is(outcome(refuseReach, 'https://127.0.0.1:8443/x', 'https://esm.sh/x'), refused)
  configurePolicy({ allow: ['loopback', 'https:', 'https://*.localhost/'] })
  assert.is(
    outcome(refuseReach, 'https://x.localhost/', 'https://esm.sh/x'),
    refused,
    'a class is no name',
  )
  // A git host that the environment puts here is here.
  assert.is(outcome(refuseReach, 'https://localhost/x', 'github://o/r@c/x'), refused)
  process.env['MIMEPORT_GITHUB_URL'] = 'http://127.0.0.1:3000'
  assert.is(outcome(refuseReach, 'http://localhost/x', 'github://o/r@c/x'), 'ok')
  assert.is(outcome(refuseReach, 'https://localhost/x', 'gitlab://o/r@c/x'), refused)
  denied('T08', 'this machine by its name', 5)
  passed('T08', 'this machine, named', 2)
})

test('what came by https: imports nothing by http:, also where the host is named', () => {
  configurePolicy({ allow: ['default', 'http://localhost:80/'] })
  assert.is(outcome(refuseReach, 'http://localhost/x', 'https://esm.sh/x'), insecure)
  assert.is(outcome(refuseReach, 'http://localhost/x', 'https://localhost/x'), insecure)
  assert.is(outcome(refuseReach, 'http://localhost/x', 'github://o/r@c/x'), insecure)
  denied('T02', 'an import by http: of what came by https:', 3)
  assert.is(outcome(refuseReach, 'http://localhost/x', 'http://localhost/y'), 'ok')
  assert.is(outcome(refuseReach, 'https://localhost/x', 'http://localhost/y'), 'ok')
  passed('T02', 'by http: of what came by http:', 2)
})

test("a scheme of the project's is the network's once it is named", () => {
  assert.not(isRemote('own:x'))
  assert.is(outcome(refuseReach, 'own:x', 'https://esm.sh/x'), refused)
  configurePolicy({ allow: ['default', 'own:'] })
  assert.ok(isRemote('own:x') && isRemote('own:///x') && isRemote('OWN:x'))
  assert.not(
    isRemote('other:x') || isRemote('owner:x') || isRemote('./own:x') || isRemote('file:///own:x'),
  )
  assert.is(outcome(refuseReach, 'own:x', 'https://esm.sh/x'), 'ok')
  assert.is(outcome(refuseReach, 'file:///x', 'own:///y'), localImport)
  assert.is(outcome(refuseReach, 'http://localhost/', 'own:///y'), refused)
  compare(
    { allow: ['default', 'own:@corp'] },
    [
      ['own:@corp/x', 'ok'],
      ['own:@evil/x', refused],
    ],
    'https://esm.sh/x',
  )
  compare({ deny: ['own:'] }, [
    ['own:x', refused],
    ['other:x', 'ok'],
  ])
  passed('T33', 'a scheme that is named')
})

test('a refusal says what would allow it, with the entries that are there', () => {
  const rest = (entry: string, list: string) =>
    `; to allow it, write "allow": [${list}] into '${file}', which \`npx mimeport allow ${entry}\` does; MIMEPORT_ALLOW=${entry} does it for one run`
  assert.is(
    messageOf('https://x.example/a/b.mjs?q#f'),
    `Cannot load 'https://x.example/a/b.mjs?q#f': 'x.example' is not on the list of what may be imported${rest('https://x.example/', '"default", "https://x.example/"')}`,
  )
  assert.is(
    messageOf('github:Owner/repo@v1/x', {
      allow: ['https://cdn.corp.example/', 'loopback'],
      also: ['https://once/'],
    }),
    `Cannot load 'github:Owner/repo@v1/x': it is not on the list of what may be imported${rest('github:owner/repo', '"https://cdn.corp.example/", "loopback", "github:owner/repo"')}`,
  )
  assert.is(
    messageOf('https://x.example/', { deny: ['https://*.example/', 'https:'] }),
    `Cannot load 'https://x.example/': the configuration's "deny" has 'https://*.example/'`,
  )
  assert.match(
    messageOf('https://10.0.0.1:8443/x'),
    /: a private address has to be named by "allow" itself; to allow it, .*"https:\/\/10\.0\.0\.1:8443\/"\]/,
  )
  assert.match(
    messageOf('own:x', {}, 'https://esm.sh/x'),
    /: 'own:' is a scheme of the project's own, .* "allow": \["default", "own:"\]/,
  )
  assert.match(
    messageOf('https://localhost:8443/x', {}, 'https://esm.sh/x'),
    /: it is on this machine, .* "allow": \["default", "https:\/\/localhost:8443\/"\]/,
  )
  assert.not.match(
    messageOf('http://localhost:8080/x', {}, 'https://esm.sh/x'),
    'to allow it',
    'nothing does',
  )
  const narrow = messageOf('https://esm.sh/vue@3', { allow: ['https://esm.sh/react@*'] })
  assert.match(
    narrow,
    /: 'esm\.sh' is not on the list of what may be imported by this scheme, port and path;/,
  )
  assert.not.match(messageOf('https://me:hunter2@x.example/'), /hunter2|me@/)
  // What could be taken for another host is shown as what it is.
  assert.match(
    messageOf('https://gіthub.com/x'),
    /^Cannot load 'https:\/\/xn--gthub-n2e\.com\/x': 'xn--gthub-n2e\.com' is not .*"https:\/\/xn--gthub-n2e\.com\/"/,
  )
  denied('T34', 'a name that looks like another')
  const many = Array.from({ length: 60 }, (_, index) => `https://host-${index}.example/`)
  assert.match(
    messageOf('https://x.example/', { allow: many }),
    /write "allow": \[…, "https:\/\/x\.example\/"\] into/,
  )
})

test('what is written by the line is what is then allowed', () => {
  for (const url of [
    'https://x.example:8443/a',
    'github:o/r@v1/a',
    'gitlab:g/p@v1/a',
    'https://10.0.0.1/x',
    'http://localhost:8080/x',
    'https://例え.jp/x',
    'https://[fd00::1]/x',
  ]) {
    const [, list = '[]'] =
      /"allow": (\[.*?"\])/.exec(messageOf(url, { allow: ['https://other/'] })) ?? []
    const allow = JSON.parse(list) as string[]
    assert.is(allow.length, 2, url)
    assert.is(messageOf(url, { allow }), 'allowed', url)
  }
})

test('what the command adds is what is then allowed, this machine to a module of the web, too', () => {
  const remote = 'https://esm.sh/x'
  for (const url of [
    'https://localhost:8443/x',
    'https://[::1]:8443/x',
    'https://x.localhost/',
    'own:x',
  ]) {
    const [, entry = ''] = /`npx mimeport allow (.*?)`/.exec(messageOf(url, {}, remote)) ?? []
    const allow = allowing(undefined, entry.replaceAll("'", ''))
    assert.is(messageOf(url, { allow }, remote), 'allowed', url)
  }
})

test('what is printed for a shell is one word to it, whatever a host is called', () => {
  const words = (message: string) =>
    [...message.matchAll(/npx mimeport allow (.*?)` does; MIMEPORT_ALLOW=(.*) does it for/g)]
      .flatMap(([, ...both]) => both)
      .map((word) => execFileSync('/bin/sh', ['-c', `printf '<%s>' ${word}`], { encoding: 'utf8' }))
  for (const [url, entry] of [
    [`https://a'$(echo$IFS'owned')'b.example/x`, `https://a'$(echo$ifs'owned')'b.example/`],
    [`github:a';id;'/r/x`, `github:a';id;'/r`],
    ['https://a`id`.example/x', 'https://a`id`.example/'],
    ['https://x.example/x', 'https://x.example/'],
  ] as const) {
    assert.equal(words(messageOf(url, { allow: [] })), [`<${entry}>`, `<${entry}>`], url)
  }
  denied('T23', 'a command in the name of a host', 6)
  passed('T23', 'an ordinary host', 2)
})

test('a list with an entry more is the old one with it, once', () => {
  assert.equal(allowing(undefined, 'https://x.example/'), ['default', 'https://x.example/'])
  assert.equal(allowing(['https://a/'], 'github:o/r'), ['https://a/', 'github:o/r'])
  const list = ['https:', 'github:o']
  assert.is(allowing(list, 'https://x.example/'), list)
  assert.is(allowing(list, 'github:o/r'), list)
  assert.is(allowing(list, 'https:'), list)
  assert.equal(allowing(list, 'https://*.x/'), [...list, 'https://*.x/'])
  assert.throws(() => allowing(list, 'file:///x'), /nothing that comes over a network/)
  assert.throws(() => allowing(list, 'http://x.example/'), /anyone on the way/)
  assert.is(entryFor('https://x.example/a?b#c'), 'https://x.example/')
  assert.is(entryFor('https://x.example:444/a'), 'https://x.example:444/')
  assert.is(entryFor('github:Owner/repo@v1/x'), 'github:owner/repo')
  assert.is(entryFor('github://owner/repo@c/x'), 'github:owner/repo')
  assert.is(entryFor('npm:@a/b'), 'npm:')
  assert.is(entryFor('file:///x'), undefined)
  assert.is(entryFor('http://x.example/'), undefined)
  assert.is(entryFor('./x'), undefined)
})

test('the query, the fragment and the spelling of a URL change no verdict', () => {
  const tails = [
    '',
    '?x',
    '#x',
    '?x=https://esm.sh/',
    '#https://esm.sh/',
    '?#',
    '/',
    '//',
    '/.',
    '/..',
    '/%2e',
    '/%2e%2e',
    '/.%2f',
    '\\',
    '?raw',
    '?url&import',
    ';x',
    '%00',
    '%0a',
    '/x.md#js',
    '?.md',
    '/@',
    '/:',
    '/*',
    '%2f',
    '%5c',
    '&',
    '=',
    '!',
    '~',
  ]
  configurePolicy({ allow: ['default'], deny: ['https://esm.sh/secret'] })
  for (const tail of tails) {
    assert.is(outcome(refuseUnlisted, `https://unlisted.example/f${tail}`), refused, tail)
    assert.is(outcome(refuseUnlisted, `https://unpkg.com/f${tail}`), 'ok', tail)
  }
  denied('T21', 'a variant of a URL', tails.length)
  passed('T21', 'the same variants of another', tails.length)
})

test.run()
