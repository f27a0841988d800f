/** Import maps, as the standard has them: the web platform's own tests, and what is ours on top. */

import { readFileSync, readdirSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { integrityOf, mapped, readImportMap } from '../../core/import-map.mts'
import type { ImportMap, SpecifierMap } from '../../core/import-map.mts'

const test = suite('import map')
const folder = new URL('../corpora/wpt/import-maps/', import.meta.url)

type Addresses = Readonly<Record<string, string | null>>

/** A node of the data: what it leaves out it has of the nodes above. */
interface Node {
  readonly name?: string
  readonly importMap?: unknown
  readonly importMapBaseURL?: string
  readonly baseURL?: string
  readonly tests?: Readonly<Record<string, Node>>
  /** Specifier → URL; `null`: it cannot be resolved. */
  readonly expectedResults?: Addresses
  readonly expectedParsedImportMap?: {
    readonly imports: Addresses
    readonly scopes: Readonly<Record<string, Addresses>>
    readonly integrity?: Readonly<Record<string, string>>
  } | null
}

interface Case {
  readonly name: string
  check(): void
}

/** An own property, the order of keys included, in which the standard wants them. */
const plain = (map: SpecifierMap) => [...map]

/** By code units, descending. */
const sorted = <V,>(record: Readonly<Record<string, V>>) =>
  Object.entries(record).sort(([a], [b]) => (a < b ? 1 : a > b ? -1 : 0))

function read({ importMap, importMapBaseURL = '' }: Node): ImportMap {
  // A text is what stands in the page: it may be no JSON.
  const value: unknown = typeof importMap === 'string' ? JSON.parse(importMap) : importMap
  return readImportMap(value, importMapBaseURL)
}

/** Resolves as the standard does: by the map, else as a URL, else not at all. */
function resolved(map: ImportMap, specifier: string, base: string): string | null {
  try {
    const url = mapped(map, specifier, base)
    if (url !== undefined) return url
    return URL.parse(specifier, /^\.{0,2}\//.test(specifier) ? base : undefined)?.href ?? null
  } catch {
    return null
  }
}

function casesOf(node: Node, name: string, cases: Case[] = []): Case[] {
  const { tests, expectedResults, expectedParsedImportMap: parsed } = node
  for (const [key, inner] of Object.entries(tests ?? {})) {
    const { tests: _, name: _name, ...inherited } = node
    casesOf({ ...inherited, ...inner }, `${name}: ${key}`, cases)
  }
  for (const [specifier, url] of Object.entries(expectedResults ?? {})) {
    const check = () => assert.is(resolved(read(node), specifier, node.baseURL ?? ''), url)
    cases.push({ name: `${name}: ${specifier}`, check })
  }
  // What stands above others is theirs.
  if (tests !== undefined) return cases
  if (parsed === null) {
    cases.push({ name, check: () => assert.throws(() => read(node)) })
  } else if (parsed !== undefined) {
    const check = () => {
      const { imports, scopes, integrity } = read(node)
      assert.equal(plain(imports), sorted(parsed.imports))
      const expected = sorted(parsed.scopes).map(([key, map]) => [key, sorted(map)])
      assert.equal(
        scopes.map(([key, map]) => [key, plain(map)]),
        expected,
      )
      assert.equal(Object.fromEntries(integrity), parsed.integrity ?? {})
    }
    cases.push({ name, check })
  }
  return cases
}

const files = readdirSync(folder).sort()
const cases = files.flatMap((file) => {
  const node = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Node
  return casesOf(node, file)
})

test('the web platform has 273 cases', () => {
  assert.is(files.length, 22)
  assert.is(cases.length, 273)
})

for (const { name, check } of cases) test(name, check)

const project = 'file:///project/'
const map = (value: object) => readImportMap(value, `${project}mimeport.json`)
const commit = 'a'.repeat(40)

test('relative keys and addresses start at the configuration', () => {
  const own = map({ imports: { './a.mjs': './b.mjs', lib: '/c.mjs' } })
  assert.is(mapped(own, './a.mjs', `${project}app.mjs`), `${project}b.mjs`)
  assert.is(mapped(own, './a.mjs', `${project}sub/app.mjs`), undefined)
  assert.is(mapped(own, '../a.mjs', `${project}sub/app.mjs`), `${project}b.mjs`)
  assert.is(mapped(own, 'lib', undefined), 'file:///c.mjs')
})

test('an address may be a folder whose path is opaque to the URL parser', () => {
  const own = map({ imports: { 'lib/': 'github:o/r@v1/', 'odd/': 'data:x/' } })
  assert.is(mapped(own, 'lib/src/x.mjs', project), 'github:o/r@v1/src/x.mjs')
  for (const out of [
    'lib/../x',
    'lib/a/%2e%2E/x',
    'lib/..\\x',
    'lib/%2e./x',
    'lib/a%2f..%2fx',
    'odd/x',
  ]) {
    assert.throws(() => mapped(own, out, project), /leads out of/, out)
  }
})

test('a key may be a folder of a repository; other opaque schemes have none', () => {
  const own = map({ imports: { 'github:o/r/': './checkout/', 'blah:o/r/': './no/' } })
  assert.is(mapped(own, 'github:o/r/src/x.mjs', project), `${project}checkout/src/x.mjs`)
  assert.is(mapped(own, 'blah:o/r/x', project), undefined)
  assert.is(
    mapped(own, 'github:o/r@v1/x', project),
    undefined,
    'another revision is another folder',
  )
})

test('the scope of a repository is any commit of it', () => {
  const scopes = {
    'github:o/r/': { lib: './any.mjs' },
    [`github:o/r@${commit}/`]: { lib: './this.mjs' },
    'gitlab:g/s/p/': { lib: './lab.mjs' },
    'github:o/other': { lib: './never.mjs' },
  }
  const own = map({ imports: { lib: './top.mjs' }, scopes })
  const at = (parent: string) => mapped(own, 'lib', parent)
  assert.is(at(`github://o/r@${'b'.repeat(40)}/src/x.mjs`), `${project}any.mjs`)
  assert.is(at(`github://o/r@${commit}/src/x.mjs`), `${project}this.mjs`, 'the nearer one')
  assert.is(at(`github://o/r@HEAD/x.mjs`), `${project}any.mjs`)
  assert.is(at(`gitlab://g/s/p@${commit}/x.mjs`), `${project}lab.mjs`)
  assert.is(at(`github://o/r2@${commit}/x.mjs`), `${project}top.mjs`)
  assert.is(at(`github://o/other@${commit}/x.mjs`), `${project}top.mjs`)
})

test('the scope of a scheme of a loader is written as its specifiers are', () => {
  const own = map({ scopes: { 'npm:@a/b/': { lib: './x.mjs' } } })
  assert.is(mapped(own, 'lib', 'npm:///%40a/b/index.mjs'), `${project}x.mjs`)
  assert.is(mapped(own, 'lib', 'npm:///%40a/c/index.mjs'), undefined)
  assert.is(mapped(own, 'lib', 'npm:///%E0%A4%A/x'), undefined, 'what is no UTF-8 has no name')
})

test('a file of a repository at a commit is named by its specifier, also where it is imported relatively', () => {
  const own = map({ imports: { [`github:o/r@${commit}/src/x.mjs`]: './patched.mjs' } })
  const parent = `github://o/r@${commit}/src/app.mjs`
  assert.is(mapped(own, './x.mjs', parent), `${project}patched.mjs`)
  assert.is(mapped(own, './y.mjs', parent), undefined)
})

test('null, and what is no address, is an error that says so', () => {
  const own = map({ imports: { gone: null, odd: 'not-an-address' } })
  for (const name of ['gone', 'odd']) {
    const reason = new RegExp(`Cannot resolve '${name}' imported from .* no address for '${name}'`)
    assert.throws(() => mapped(own, name, `${project}app.mjs`), reason)
  }
})

test('5,000 entries cost 5,000 imports no more than a few do', () => {
  const entries = Array.from({ length: 5000 }, (_, i) => [`package-${i}`, `./p/${i}.mjs`])
  const own = map({ imports: Object.fromEntries(entries) })
  // What would look at each entry looks at 25 million here, for seconds.
  for (let i = 0; i < 5000; i += 1)
    assert.is(mapped(own, `package-${i}`, project), `${project}p/${i}.mjs`)
})

test('integrity metadata is found by a URL, by the form of the loader, and for nothing else', () => {
  const own = map({
    integrity: { 'https://h/x': 'sha256-a', [`github:o/r@${commit}/x`]: 'sha256-b' },
  })
  assert.is(integrityOf(own, 'https://h:443/x'), 'sha256-a')
  assert.is(integrityOf(own, `github:o/r@${commit}/x`), 'sha256-b')
  assert.is(integrityOf(own, `github://o/r@${commit}/x`), 'sha256-b')
  assert.is(integrityOf(own, 'https://h/y'), undefined)
})

test.run()
