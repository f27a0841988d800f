/** Entries of `allow` and `deny`: what each covers, what is none, and how hosts may be spelt. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { matches, meets, mostSpecific } from '../../core/policy/entry.mts'
import { entryFault, readEntry } from '../../core/policy/entry-syntax.mts'
import { foldHost, isLoopback } from '../../core/policy/host.mts'
import { targetOf } from '../../core/policy/target.mts'
import { denied, passed } from '../threats/record.mts'
import { assertUnder } from '../support/growth.mts'

const test = suite('entry')

const commit = '0123456789abcdef0123456789abcdef01234567'

/** Entry → what it covers, and what it does not. */
const table: readonly [entry: string, covered: readonly string[], others: readonly string[]][] = [
  [
    'https://host:8443/a',
    [
      'https://host:8443/a',
      'https://host:8443/a/',
      'https://host:8443/a/b',
      'https://host:8443/a?x',
      'https://host:8443/a#x',
    ],
    [
      'https://host:8443/ab',
      'https://host:8443/',
      'https://host/a',
      'https://host:443/a',
      'http://host:8443/a',
      'https://host:84430/a',
      'https://x.host:8443/a',
      'https://host:8443/A',
    ],
  ],
  [
    'https://host/a/',
    ['https://host/a/', 'https://host/a/b'],
    ['https://host/a', 'https://host/a?b/'],
  ],
  [
    'https://host',
    [
      'https://host/',
      'https://host:443/x',
      'https://host//x',
      'https://host/%2F..',
      'https://HOST/x',
    ],
    ['https://host.evil/', 'https://hos/', 'https://evil/https://host/'],
  ],
  ['https://host:443/', ['https://host/x'], ['https://host:444/x']],
  [
    'https://host/a.mjs',
    ['https://host/a.mjs', 'https://host/a.mjs?v=1'],
    ['https://host/a.mjs.evil', 'https://host/a.mj'],
  ],
  [
    'https://*.example.com/',
    ['https://a.example.com/x', 'https://a.b.example.com/'],
    [
      'https://example.com/',
      'https://xexample.com/',
      'https://a.example.com.evil/',
      'https://a.example.com:8443/',
      'http://a.example.com/',
    ],
  ],
  [
    'https://*.0.0.1/',
    ['https://a.0.0.1.x/'].slice(1),
    ['https://127.0.0.1/', 'https://10.0.0.1/'],
  ],
  [
    'https://esm.sh/react@*',
    [
      'https://esm.sh/react@18',
      'https://esm.sh/react@18.2.0/jsx-runtime',
      'https://esm.sh/react@?dev',
    ],
    ['https://esm.sh/react', 'https://esm.sh/react-dom@18', 'https://esm.sh/x/react@18'],
  ],
  [
    'https://h/a*b*c/d',
    ['https://h/abc/d', 'https://h/a1b2c/d/e'],
    ['https://h/ab/c/d', 'https://h/acb/d', 'https://h/a/b/c/d'],
  ],
  // A server may decode what is encoded, and then read it.
  [
    'https://h/a/',
    ['https://h/%61/b', 'https://h/a/b%20c'],
    [
      'https://h/a/..%2Fb',
      'https://h/a/%2e%2e%2fb',
      'https://h/a/..%5Cb',
      'https://h/a/%252e%252e%252fb',
    ],
  ],
  // `%2` is no escape: what stands behind it makes it none.
  [
    'https://h/a%2%66b',
    ['https://h/a%2%66b', 'https://h/a%2%66b/c'],
    ['https://h/a%2fb', 'https://h/a/b'],
  ],
  [
    'https://h/o%2Fr/',
    ['https://h/o%2Fr/x', 'https://h/o%2fr/x'].slice(0, 1),
    ['https://h/o/r/x', 'https://h/o%2Frr/x'],
  ],
  [
    'https:',
    ['https://any.example/x', 'https://1.1.1.1/', 'https://any.example:8443/'],
    [
      'http://any.example/',
      'https://localhost/',
      'https://x.localhost/',
      'https://127.0.0.1/',
      'https://10.0.0.1/',
      'https://169.254.169.254/',
      'https://[::1]/',
      'https://[fd00::1]/',
      'https://0.0.0.0/',
    ],
  ],
  [
    'loopback',
    [
      'http://localhost/',
      'https://localhost:8443/x',
      'http://x.localhost:1/',
      'http://127.0.0.1:80/',
      'http://127.255.0.9/',
      'http://[::1]:8080/',
      'http://localhost./',
    ],
    ['http://0.0.0.0/', 'http://localhost.evil/', 'https://10.0.0.1/', 'http://[::2]/'],
  ],
  [
    'http://localhost:8080/',
    ['http://localhost:8080/x'],
    [
      'http://localhost/',
      'https://localhost:8080/',
      'http://127.0.0.1:8080/',
      'http://x.localhost:8080/',
    ],
  ],
  [
    'github:',
    [`github:o/r@${commit}/x`, 'github://o/r/x', 'github:///o/r%40v1/a%20b', 'GitHub:o/r/x'],
    ['gitlab:o/r/x', 'https://github.com/o/r', 'githubx:o/r'],
  ],
  [
    'github:owner',
    ['github:owner/r/x', 'github:OWNER/r@v1/x', `github://Owner/r@${commit}/x`],
    ['github:owner2/r/x', 'github:own/r/x', 'gitlab:owner/r/x'],
  ],
  [
    'github:owner/repo',
    [
      'github:owner/repo/x',
      'github:Owner/Repo@v1/x',
      `github://owner/repo@${commit}/x`,
      `github:///owner/repo%40${commit}/a%20b`,
      'github:owner/repo/x#main',
      'github:owner/repo/x?q',
    ],
    [
      'github:owner/repo2/x',
      'github:owner/rep/x',
      'github:other/repo/x',
      'github:owner/x/repo',
      'github:owner',
    ],
  ],
  [
    'github:owner/lib-*',
    ['github:owner/lib-a@v1/x', 'github:owner/lib-/x'],
    ['github:owner/li/x', 'github:owner/a/lib-b'],
  ],
  [
    'gitlab:group/sub/project',
    ['gitlab:group/sub/project@v1/x', 'gitlab:group/sub/project/-/x'],
    [
      'gitlab:group/sub/projects/x',
      'gitlab:group/project/x',
      'gitlab:group/sub@v1/project/x',
      'gitlab:group@v1/sub/project/x',
    ],
  ],
  ['npm:', ['npm:left-pad', 'npm:@a/b@1/x', 'npm:///%40a/b'], ['jsr:left-pad', 'https://npm/']],
  ['npm:@corp', ['npm:@corp/x', 'npm:///%40corp/x%401'], ['npm:@corporate/x', 'npm:corp/x']],
  ['npm:left-pad', ['npm:left-pad', 'npm:left-pad@1', 'npm:left-pad/x'], ['npm:left-pads']],
  [
    'default',
    [
      'github:o/r/x',
      'gitlab:o/r/x',
      'codeberg:o/r/x',
      'https://raw.githubusercontent.com/o/r/x',
      'https://gist.githubusercontent.com/x',
      'https://jsr.io/x',
      'https://npm.jsr.io/x',
      'https://deno.land/x',
      'https://esm.sh/x',
      'https://cdn.jsdelivr.net/x',
      'https://unpkg.com/x',
      'http://localhost:1/',
      'https://[::1]/',
    ],
    [
      'http://esm.sh/',
      'https://esm.sh:8443/',
      'https://x.esm.sh/',
      'https://github.com/x',
      'https://cdn.skypack.dev/x',
      'https://esm.sh.evil/',
    ],
  ],
  [
    'https://例え.jp/',
    ['https://xn--r8jz45g.jp/x', 'https://例え.jp/y'],
    ['https://xn--r8jz45h.jp/'],
  ],
  [
    '*',
    ['https://x/', 'npm:x', 'github:o/r/x'],
    ['file:///x', 'data:,', 'node:fs', './x', 'react', '/x', 'c:\\x'],
  ],
]

test('an entry covers what begins with it, up to a boundary, and nothing else', () => {
  for (const [entry, covered, others] of table) {
    for (const url of covered) assert.ok(matches(entry, url), `${entry} covers ${url}`)
    for (const url of others) assert.not(matches(entry, url), `${entry} does not cover ${url}`)
    passed('T04', 'an entry covers it', Math.max(1, covered.length))
    denied('T04', 'an entry does not cover it', others.length)
  }
})

test('what is refused is refused by every reading of its path, and what is allowed by none alone', () => {
  const entry = 'https://h/private/'
  const spellings = [
    '/private/x',
    '/%70rivate/x',
    '/a%2F..%2Fprivate/x',
    '/a/..%5Cprivate/x',
    '/%2570rivate/x',
    '//private/x',
    '/.%2Fprivate/x',
  ]
  for (const path of spellings) {
    const target = targetOf(`https://h${path}`)
    assert.ok(target && meets(entry, target), path)
  }
  const odd = targetOf('https://h/a/b/x')
  assert.ok(odd && meets('https://h/a%2Fb/', odd), 'an entry in another spelling')
  const own = [
    'npm:@evil/x',
    'npm:%40evil/x',
    'npm:@%65vil/x@1',
    'npm:/@evil/x',
    'npm:a/../@evil/x',
  ]
  for (const specifier of own) {
    const target = targetOf(specifier)
    assert.ok(target && meets('npm:@evil', target), specifier)
  }
  for (const specifier of [
    'npm:@good/../@evil/x',
    'npm:@good/%2e%2e/@evil/x',
    'npm:@good\\..\\x',
  ]) {
    assert.not(matches('npm:@good', specifier), specifier)
  }
  assert.ok(matches('npm:@good', 'npm:@good/x@1.2/y.mjs'), 'the control')
  denied('T21', 'a refused path in another spelling', spellings.length + own.length + 4)
  for (const path of ['/public/x', '/privates/x', '/private', '/public/private/x']) {
    const target = targetOf(`https://h${path}`)
    assert.not(target && meets(entry, target), path)
  }
  passed('T21', 'another path', 4)
})

test('what is no entry says what it should be', () => {
  const faults: readonly [entry: string, reason: RegExp][] = [
    ['', /it is empty/],
    ['https://a.example/,https://b.example/', /it is several, with commas/],
    ['https://a.example,b.example/', /it is several, with commas/],
    ['github:a,github:b', /it is several, with commas/],
    ['*', /for every public host of the web write 'https:'/],
    ['https://*', /write 'https:'/],
    ['https://*/', /write 'https:'/],
    ['https://', /names no host/],
    ['https:host/x', /names no host: 'https:\/\/host\/'/],
    ['http:', /write 'loopback'/],
    ['http://plain.test/', /anyone on the way .* write 'https:\/\/plain.test\/'/],
    ['http://10.0.0.1/', /anyone on the way/],
    ['example.com', /'https:\/\/example.com'/],
    ['example.com:443', /'https:\/\/example.com:443'/],
    ['localhost:8080', /'http:\/\/localhost:8080'/],
    ['//host/x', /'https:\/\/host\/x'/],
    ['./x', /it is a URL/],
    ['react', /it is a URL/],
    ['https://me:secret@host/', /a user name or a password/],
    ['https://me@host/', /a user name or a password/],
    ['https://host/?x', /before '\?' and '#'/],
    ['https://host/#x', /before '\?' and '#'/],
    ['https://a*.host/', /its first label/],
    ['https://a.*.host/', /its first label/],
    ['https://*.*.host/', /its first label/],
    ['https://.host/', /'https:\/\/\*\.host\/'/],
    ['https://host:*/', /a port is written out/],
    ['http://localhost:*/', /'loopback'/],
    ['https://host/a/../b', /'\.' or '\.\.'/],
    ['https://host/a/%2e%2E/b', /'\.' or '\.\.'/],
    ['https://ho st/', /a space/],
    ['https:\\\\host\\', /a backslash/],
    ['https://host/\u202e', /a control character/],
    ['https://[::1', /no valid URL/],
    ['file:///x', /'file:' is nothing that comes over a network/],
    ['data:', /nothing that comes/],
    ['blob:', /nothing that comes/],
    ['node:fs', /nothing that comes/],
    ['github:o/r@v1', /'github:owner\/repo'/],
    ['github:o/r/path', /'github:owner\/repo'/],
    ['github:o//r', /'github:owner\/repo'/],
  ]
  for (const [entry, reason] of faults) assert.match(entryFault(entry) ?? 'none', reason, entry)
  const entries = table.map(([entry]) => entry).filter((entry) => entry !== '*')
  for (const entry of [
    ...entries,
    'github://o/r',
    'gitlab:a/b/c',
    'http://[::1]:80/',
    'https://10.0.0.1/',
  ]) {
    assert.is(entryFault(entry), undefined, entry)
  }
})

test('a host is compared as the URL standard reads it, in a URL as in an entry', () => {
  const loopback = '127.0.0.1'
  /** What is written, and the host that it is; `null`: none. */
  const spellings: readonly [written: string, host: string | null][] = [
    ['example.com', 'example.com'],
    ['EXAMPLE.com', 'example.com'],
    ['example.com.', 'example.com'],
    ['EXAMPLE.com.', 'example.com'],
    ['example.com..', 'example.com..'],
    ['example%2Ecom', 'example.com'],
    ['ex%61mple.com', 'example.com'],
    ['ｅｘａｍｐｌｅ.com', 'example.com'],
    ['example。com', 'example.com'],
    ['example．com', 'example.com'],
    ['exam\u00adple.com', 'example.com'],
    ['exam\u200bple.com', 'example.com'],
    ['exa\tmple.com', 'example.com'],
    ['example.com:443', 'example.com'],
    ['example.com:', 'example.com'],
    ['example.com:0443', 'example.com'],
    ['例え.jp', 'xn--r8jz45g.jp'],
    ['XN--R8JZ45G.jp', 'xn--r8jz45g.jp'],
    ['faß.de', 'xn--fa-hia.de'],
    ['gіthub.com', 'xn--gthub-n2e.com'],
    ['127.0.0.1', loopback],
    ['127.1', loopback],
    ['127.0.1', loopback],
    ['0x7f.1', loopback],
    ['0x7f000001', loopback],
    ['0177.0.0.1', loopback],
    ['2130706433', loopback],
    ['017700000001', loopback],
    ['①②⑦.0.0.1', loopback],
    ['１２７.０.０.１', loopback],
    ['127。0。0。1', loopback],
    ['127.0.0.1.', loopback],
    ['[::ffff:7f00:1]', loopback],
    ['[::ffff:127.0.0.1]', loopback],
    ['[0:0:0:0:0:ffff:7f00:0001]', loopback],
    ['[::1]', '[::1]'],
    ['[0:0::0:1]', '[::1]'],
    ['256.0.0.1', null],
    ['1.2.3.4.5', null],
    ['exa mple.com', null],
    ['exa<mple.com', null],
    ['[::1', null],
    ['example.com:99999', null],
  ]
  for (const [written, host] of spellings) {
    assert.is(targetOf(`https://${written}/x`)?.host ?? null, host, `as a URL: ${written}`)
    if (/[\t\u00ad\u200b]|:0443/.test(written) || written.endsWith(':')) continue
    const fault = entryFault(`https://${written}/`)
    assert.is(fault === undefined, host !== null, `as an entry: ${written}`)
    if (host === null) continue
    assert.ok(matches(`https://${written}/`, `https://${host}/x`), written)
    assert.ok(matches(`https://${host}/`, `https://${written}/x`), written)
  }
  passed('T07', 'one host, spelt otherwise', spellings.length)
  // What looks like the host, and is another.
  const elsewhere = [
    'https://example.com@evil/',
    'https://evil\\@example.com/',
    'https://evil/@example.com/',
    'https://evil#@example.com/',
    'https://evil?@example.com/',
    'https://example.com.evil/',
    'https://evilexample.com/',
    'https://example.com:8443/',
    'https://example.com:80/',
    'https://example.com%2eevil/',
    'https://ехample.com/',
    'https://examp1e.com/',
    'https://example.co/m',
    'https:/evil/example.com',
    'https:evil',
    'https:\\\\evil\\example.com',
    'http://example.com/',
    'https://[::ffff:5db8:d822]/',
  ]
  for (const url of elsewhere) assert.not(matches('https://example.com/', url), url)
  denied('T07', 'what looks like a host', elsewhere.length)
})

test('an entry is stored in ASCII', () => {
  assert.is(readEntry('https://例え.jp/ü').text, 'https://xn--r8jz45g.jp/%C3%BC')
  assert.is(readEntry('https://*.例え.jp').text, 'https://*.xn--r8jz45g.jp/')
  assert.is(readEntry('https://gіthub.com').text, 'https://xn--gthub-n2e.com/')
  assert.not(matches('https://gіthub.com/', 'https://github.com/'))
  assert.ok(matches('https://gіthub.com/', 'https://xn--gthub-n2e.com/'))
  denied('T34', 'a letter of another alphabet')
  passed('T34', 'the same name in ASCII')
})

test('the most specific entry of a table is the one that goes', () => {
  const rules = {
    '*': 0,
    default: 1,
    'https:': 2,
    loopback: 3,
    'https://*.h.x/': 4,
    'https://*.b.h.x/': 5,
    'https://a.b.h.x/': 6,
    'https://a.b.h.x/p': 7,
    'https://a.b.h.x/p/q*': 8,
    'https://a.b.h.x/p/qr': 9,
    'github:': 10,
    'github:o': 11,
    'github:o/r': 12,
  }
  const expected: readonly [url: string, value: number | undefined][] = [
    ['virtual:x', 0],
    ['npm:x', 1],
    ['https://esm.sh/x', 2],
    ['http://localhost/', 3],
    ['https://z.h.x/', 4],
    ['https://z.b.h.x/', 5],
    ['https://a.b.h.x/', 6],
    ['https://a.b.h.x/p/x', 7],
    ['https://a.b.h.x/p/qx', 8],
    ['https://a.b.h.x/p/qr', 9],
    ['github:z/r/x', 10],
    ['github:o/z/x', 11],
    [`github://o/r@${commit}/x`, 12],
    ['file:///x', undefined],
  ]
  const goesFor = (table: Readonly<Record<string, number>>, url: string) =>
    table[mostSpecific(Object.keys(table), url)[0] ?? '']
  for (const [url, value] of expected) assert.is(goesFor(rules, url), value, url)
  for (const [url] of expected) {
    const reversed = Object.fromEntries(Object.entries(rules).reverse())
    assert.is(goesFor(reversed, url), goesFor(rules, url), 'in whatever order')
  }
  assert.is(goesFor({ 'https://x/': 1 }, 'https://y/'), undefined)
  assert.equal(mostSpecific(['*', 'https://x/a/'], 'https://x//a/b'), ['*', 'https://x/a/'])
  assert.equal(mostSpecific(['*', 'https://x/a/'], 'https://x/a/b'), ['https://x/a/'])
})

test('a long pattern on a long path takes linear time for each of its *', async () => {
  const entry = `https://h/${'*a'.repeat(50)}b`
  const url = `https://h/${'a'.repeat(100_000)}`
  await assertUnder(2_000, () => assert.not(matches(entry, url)), entry)
})

// Found by test/fuzz/targets/entry.mts and address.mts.
test('what would be read otherwise when it is written again is no entry', () => {
  const odd = [
    'https://*./host',
    'https://*.',
    'https://%2a.example/',
    'https://%2eexample/',
    'github:\u043ewner',
    'github:owner/r\u0435po',
  ]
  for (const entry of odd) assert.type(entryFault(entry), 'string', entry)
  for (const entry of ['https://*.host/', 'https://host/', 'github:owner']) {
    assert.is(entryFault(entry), undefined, entry)
  }
})

test('a host is folded once: two dots at the end are another name, which nothing of this machine has', () => {
  for (const host of [
    'localhost..',
    '127.0.0.1..',
    'a.example..',
    'localhost.',
    '[::ffff:7f00:1]',
  ]) {
    assert.is(foldHost(foldHost(host)), foldHost(host), host)
  }
  assert.not(isLoopback(foldHost('localhost..')))
  assert.not(matches('loopback', 'https://127.0.0.1../'))
  assert.ok(matches('loopback', 'https://127.0.0.1./'))
})

test.run()
