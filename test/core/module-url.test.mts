import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { moduleURL } from '../../core/engine/module-url.mts'
import { isRelative } from '../../core/native.mts'
import { rejects } from '../support/rejects.mts'

const test = suite('module-url')

const table: readonly [specifier: string, url: string][] = [
  ['github:owner/repo/x.mjs', 'github://owner/repo/x.mjs'],
  ['github:Owner/Repo@0123abc/dir/x.mjs', 'github://Owner/Repo@0123abc/dir/x.mjs'],
  ['github://owner/repo@0123/x', 'github://owner/repo@0123/x'],
  ['github:owner/repo/a%20b', 'github://owner/repo/a%20b'],
  ['https://Host:443/a b', 'https://host/a%20b'],
  ['HTTPS://host', 'https://host/'],
  ['file:///a/../b', 'file:///b'],
  ['data:text/plain,x', 'data:text/plain,x'],
  ['virtual:x', 'virtual://x'],
  ['virtual:a b/c d', 'virtual:///a%20b/c%20d'],
]

test('a specifier has a hierarchical URL', () => {
  for (const [specifier, url] of table) assert.is(moduleURL(specifier), url, specifier)
})

test('the URL is the specifier of something at its own address', () => {
  for (const [specifier] of table) {
    const url = moduleURL(specifier)
    assert.is(moduleURL(url), url, specifier)
  }
})

const names = [
  'a',
  '@a/b',
  'a/b',
  '@a/@b',
  'a?b',
  'a#b',
  'a%3Fb',
  'a b',
  'a:b',
  'é',
  '#a',
  'A',
  '[a]',
  '^',
  '|',
]

test('what a loader without schemes answers for has a URL of its own that Node can parse', () => {
  const urls = names.map(moduleURL)
  for (const url of urls) assert.ok(URL.canParse(url), url)
  assert.ok(urls.every((url) => url.startsWith('mimeport:')))
  assert.is(new Set(urls.map((url) => new URL(url).href)).size, names.length)
  for (const [index, url] of urls.entries()) {
    assert.is(new URL(url).search + new URL(url).hash, '', names[index]!)
    assert.is(new URL(url).href, url, names[index]!)
  }
})

test('relative specifiers of a module stay below its own name', () => {
  const url = moduleURL('github:owner/repo@0123/dir/x.mjs')
  assert.is(new URL('./y.mjs', url).href, 'github://owner/repo@0123/dir/y.mjs')
})

test('what no URL can be made of is refused', async () => {
  for (const specifier of [
    'https://',
    'http://[',
    'https://a b',
    'file://a:1/x',
    'https://a:99999',
  ]) {
    const error = await rejects(async () => moduleURL(specifier), 'ERR_MIMEPORT_INVALID_SPECIFIER')
    assert.is(error.message, `Cannot make a URL of '${specifier}'`)
  }
})

test('odd specifiers have a URL, or are refused by a LoaderError', async () => {
  const odd = [
    '',
    ':',
    '::',
    'xx:',
    'xx://',
    'xx:\0',
    '\0',
    '%',
    '%zz',
    'xx:%zz',
    'xx:[',
    'xx:a:b',
    'xx://a:b',
  ]
  for (const specifier of [...odd, '\ud800', 'xx:\ud800', 'xx:a b\ud800', 'x'.repeat(10_000)]) {
    try {
      assert.ok(URL.canParse(moduleURL(specifier)), JSON.stringify(specifier))
    } catch (error) {
      if ((error as Error).constructor.name === 'Assertion') throw error
      await rejects(Promise.reject(error), 'ERR_MIMEPORT_INVALID_SPECIFIER')
    }
  }
})

test('a specifier is relative as in a browser', () => {
  for (const specifier of ['./', './x', '../', '../x', '/', '/x', '//x', '.', '..', './/x']) {
    assert.ok(isRelative(specifier), specifier)
  }
  for (const specifier of [
    '',
    'x',
    '.x',
    '..x',
    '...',
    '...//',
    '#x',
    '?x',
    '@a/b',
    'x/./y',
    '\\x',
    'c:/x',
  ]) {
    assert.not(isRelative(specifier), specifier)
  }
})

/** mulberry32: the same numbers for the same seed. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const pieces = [
  ...'abAB01/@:?#&=%[]<>^|{}`"\'\\ \t\n\r\0.~!$+,;-_é漢😀',
  '..',
  './',
  '../',
  '/.',
  '//',
  '%2e',
  '%2E',
  '%7E',
  '%',
  '%20',
  '\u00a0',
  '\u202e',
  'x:',
]

test('two specifiers have two URLs, and each URL parses to itself', () => {
  const next = random(20_261_120)
  const pick = () => pieces[Math.floor(next() * pieces.length)] ?? ''
  const rests = new Set<string>(['@a/b', 'a/b', 'a/../b', 'b', 'a b', 'a%20b', 'a\tb', 'b ', ' b'])
  while (rests.size < 20_000) {
    rests.add(Array.from({ length: 1 + Math.floor(next() * 6) }, pick).join(''))
  }
  const specifierOf = new Map<string, string>()
  for (const rest of rests) {
    for (const specifier of [`npm:${rest}`, `a.b:${rest}`, `_${rest}`, `mimeport:${rest}`]) {
      const url = moduleURL(specifier)
      assert.is(URL.parse(url)?.href, url, JSON.stringify(specifier))
      const other = specifierOf.get(url)
      // A URL is the specifier of something at its own address.
      if (other !== undefined && other !== url && specifier !== url) {
        assert.unreachable(`${JSON.stringify([other, specifier])} → ${url}`)
      }
      specifierOf.set(url, specifier)
    }
  }
})

test('what parsing would change is kept in a path', () => {
  const paths: readonly [specifier: string, url: string][] = [
    ['npm:a/b', 'npm://a/b'],
    ['npm:@a/b', 'npm:///%40a/b'],
    ['npm:@a/b.mjs?x=1&y#z', 'npm:///%40a/b.mjs?x=1&y#z'],
    ['npm:@a/b?x=%20', 'npm:///%40a/b?x=%2520'],
    ['npm:/a/b', 'npm:////a/b'],
    ['npm:a/../b', 'npm:///a/%7E../b'],
    ['npm:a/./b', 'npm:///a/%7E./b'],
    ['npm:a/%2e%2e/b', 'npm:///a/%252e%252e/b'],
    ['npm:a\tb', 'npm:///a%09b'],
    ['npm:a ', 'npm:///a%20'],
    ['a/../b', 'mimeport:///a/%7E../b'],
    ['NPM:a/b', 'npm://a/b'],
  ]
  for (const [specifier, url] of paths) assert.is(moduleURL(specifier), url)
})

test('a github specifier of a file with an odd name keeps its form', () => {
  const commit = '0123456789abcdef0123456789abcdef01234567'
  for (const name of [
    'a b.mjs',
    '漢字 é.mjs',
    '100%.mjs',
    '%41.mjs',
    "it's (a) [b] {c}!.mjs",
    '@x',
  ]) {
    const rest = `owner/repo@${commit}/d/${encodeURIComponent(name)}?v=1`
    assert.is(moduleURL(`github:${rest}`), `github://${rest}`)
  }
})

test('what is not well-formed has no URL', async () => {
  for (const specifier of ['\ud800', 'xx:\udc00', 'https://host/\ud800']) {
    await rejects(async () => moduleURL(specifier), 'ERR_MIMEPORT_INVALID_SPECIFIER')
  }
})

test.run()
