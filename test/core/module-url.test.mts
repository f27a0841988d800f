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

test.run()
