/** Names of vendored files: safe on every file system, and the same wherever they are made. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isVendorName, vendorName } from '../../core/lock/vendor-name.mts'
import { denied, passed } from '../threats/record.mts'

const test = suite('vendor-name')
const free = () => false
const nameOf = (key: string) => vendorName(key, free)
const commit = (digit: string) => digit.repeat(40)

test('a name says the host, the file and its extension', () => {
  assert.match(
    nameOf('https://esm.sh/react@19.1.0/jsx-runtime.mjs'),
    /^esm-sh\/jsx-runtime-[\da-f]{16}\.mjs$/,
  )
  assert.match(
    nameOf('http://127.0.0.1:8080/docs/Report.MD?x=1#js'),
    /^127-0-0-1-8080\/report-[\da-f]{16}\.md$/,
  )
  assert.match(
    nameOf(`github:Acme/Handbook@${commit('a')}/lib/money.d.ts`),
    /^github-acme-handbook\/money-d-[\da-f]{16}\.ts$/,
  )
  assert.match(nameOf('https://esm.sh/'), /^esm-sh\/index-[\da-f]{16}$/)
  passed('T19', 'names of vendored files that mean no harm', 4)
})

test('what differs in anything but the commit has another name', () => {
  const keys = [
    'https://a.example/x.mjs',
    'http://a.example/x.mjs',
    'https://a.example:8443/x.mjs',
    'https://a.example/X.mjs',
    'https://a.example/x.mjs?a',
    'https://a.example/x.mjs#a',
    'https://a.example/y/x.mjs',
    'json https://a.example/x.mjs',
    'text https://a.example/x.mjs',
    'https://a-example/x.mjs',
    'github:a/b/x.mjs',
    'gitlab:a/b/x.mjs',
    `github:a/b@${commit('a')}/y/x.mjs`,
  ]
  assert.is(new Set(keys.map(nameOf)).size, keys.length)
})

test('a file of a repository keeps its name from commit to commit', () => {
  const old = nameOf(`github:a/b@${commit('a')}/x.mjs`)
  assert.is(nameOf(`github:a/b@${commit('b')}/x.mjs`), old)
  assert.is.not(nameOf(`github:a/b@${commit('b')}/x.cjs`), old)
  const grouped = (digit: string) => nameOf(`json gitlab:a/b/c@${commit(digit)}/x.json`)
  assert.is(grouped('1'), grouped('2'))
})

test('of two keys that would have one name, the second has another', () => {
  const taken = new Set<string>()
  const names = ['a', 'b', 'c'].map((digit) => {
    const name = vendorName(`github:a/b@${commit(digit)}/x.mjs`, (each) => taken.has(each))
    taken.add(name)
    return name
  })
  assert.is(new Set(names).size, 3)
  for (const name of names) assert.ok(isVendorName(name), name)
})

/** What has done harm as a file's name somewhere. */
const harmful = [
  ['..', '.', '%2e%2e', '%2e%2e%2f%2e%2e%2fetc%2fpasswd', '..%5c..%5cx', '%2fetc%2fpasswd', '~'],
  ['con', 'CON', 'nul.mjs', 'aux.', 'com1.js', 'LPT9.txt.mjs', 'conin$', 'prn%20', 'clock$'],
  ['.git', '.gitattributes', '.npmrc', 'package.json', 'index.json', 'node_modules', '-rf', '--'],
  ['%00', 'a%00.mjs', 'a%0d%0ab', '%1b[31m', '%e2%80%ae.mjs', '%ef%bb%bf', '%ff%fe', '%'],
  ['a:b', 'a::$DATA', 'a|b', 'a<b>c', 'a"b', 'a*b', 'a?b', 'a b ', 'a.', 'a..', ' a'],
  ['ß.mjs', 'ſ.mjs', 'K.mjs', 'é', '文件.ts', '💥', '\u0130.mjs', 'a'.repeat(8000)],
  ['test-x.mjs', 'x.test.mjs', 'test', 'x_test.js', 'constructor', '__proto__', 'toString'],
].flat()

test('whatever a URL ends with, its file lies in its folder, by a name that every file system takes', () => {
  for (const last of harmful) {
    for (const key of [
      `https://a.example/${last}`,
      `https://a.example/x/${last}/y.mjs`,
      `json corp:${last}`,
      `corp:${last}/${last}/${last}.mjs`,
      `github:${last}/${last}@${commit('a')}/${last}`,
    ]) {
      const name = nameOf(key)
      assert.ok(isVendorName(name), `${key} is ${name}`)
      assert.match(name, /^[a-z\d-]+\/[a-z\d-]+(?:\.[a-z\d]+)?$/)
      const [folder = '', file = ''] = name.split('/')
      assert.not.match(folder, /^(?:con|prn|aux|nul|com\d|lpt\d|test|-.*)$/)
      assert.not.match(file, /^(?:con|prn|aux|nul|com\d|lpt\d|-)(?:\.|$)/)
      // What `node --test` takes for tests.
      assert.not.match(file, /^test(?:-|\.)|[.\-_]test\./)
      assert.ok(name.length < 200)
      denied('T19', 'a name that leads elsewhere')
    }
  }
})

test('nothing else is a name of ours', () => {
  const ours = nameOf('https://a.example/x.mjs')
  assert.ok(isVendorName(ours))
  const [folder, file] = ours.split('/')
  for (const name of [
    ['', 'x', '../x', `../${ours}`, `/${ours}`, `./${ours}`, `${ours}/x`, `x/${ours}`],
    [`${folder}\\${file}`, `${folder}/../${file}`, ours.toUpperCase(), `${ours}\n`, 'README.md'],
    ['index.json', '.gitattributes', 'a/notes.md', `a/.${file}`, `${ours}\0`],
  ].flat()) {
    assert.not.ok(isVendorName(name), name)
    denied('T19', 'a name that is not ours')
  }
  passed('T19')
})

test.run()
