import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { checkConfig } from '../../core/application/config/check.mts'
import { reference } from '../../scripts/reference.mts'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const test = suite('configuration, documented')

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const page = read('docs/configuration.md')

/** The rows of the table under a heading of level 2: their cells, the code of the first one without its quotes. */
function rows(heading: string): string[][] {
  const part = page.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? ''
  return [...part.matchAll(/^\| `(.+?)` +\|(.*)\|$/gm)].map(([, name = '', rest = '']) => [
    name,
    ...rest.split(' | ').map((cell) => cell.trim()),
  ])
}

interface Schema {
  readonly properties?: Record<string, Schema>
  readonly anyOf?: readonly Schema[]
  readonly default?: unknown
  readonly type?: string
}

/** Each key with its default; a group of keys is named by its members. */
function* keysOf({ properties = {} }: Schema, prefix = ''): Generator<[string, unknown]> {
  for (const [name, part] of Object.entries(properties)) {
    const inner = part.properties ?? part.anyOf?.find((each) => each.properties)?.properties
    if (inner === undefined || part.anyOf !== undefined) yield [prefix + name, part.default]
    if (inner !== undefined) yield* keysOf({ properties: inner }, `${prefix}${name}.`)
  }
}

test('the table of keys is that of schema.json, in its order, with its defaults', () => {
  const documented = rows('Keys')
  const keys = [...keysOf(JSON.parse(read('schema.json')))]
  assert.equal(
    documented.map(([name]) => name),
    keys.map(([name]) => name),
  )
  for (const [index, [name, value]] of keys.entries()) {
    const cell = documented[index]![1]!
    if (value !== undefined) assert.is(cell, `\`${JSON.stringify(value)}\``, name)
    else assert.not.match(cell, '`', name)
  }
})

test('the reference is what schema.json is written out as, and each key has a heading', () => {
  assert.is(read('docs/configuration-reference.md'), reference())
  for (const [key] of keysOf(JSON.parse(read('schema.json')))) {
    assert.ok(reference().includes(` \`${key}\`\n`), key)
  }
})

test('each example in the schema is one that the configuration takes', () => {
  const fences = [...reference().matchAll(/^```json\n([^]*?)^```$/gm)].map(([, text = '']) => text)
  assert.ok(fences.length > 15)
  for (const text of fences) checkConfig('mimeport.json', JSON.parse(text))
  const wrong = () => checkConfig('mimeport.json', { allow: ['https:/cdn'] })
  assert.throws(wrong, ({ code }: { code: string }) => code === 'ERR_MIMEPORT_CONFIG')
})

test('the table of variables has each that the sources read, and no other', () => {
  const sources = globSync(['core/**/*.mts', 'loaders/**/*.mts', 'loader.mts'], { cwd: root })
  const named = sources.flatMap((path) => {
    const text = read(path).replace(/ERR_MIMEPORT_\w+/g, '')
    return [...text.matchAll(/\b(?:MIMEPORT_[A-Z_]+|[A-Z]+_TOKEN)\b/g)].map(([name]) => name)
  })
  assert.equal(
    rows('Environment')
      .map(([name]) => name)
      .sort(),
    [...new Set(named)].sort(),
  )
})

test('the JSON of the page is valid by the schema’s keys', () => {
  const schema = JSON.parse(read('schema.json')) as Schema
  const fences = [...page.matchAll(/^```json\n([^]*?)^```$/gm)].map(([, text = '']) => text)
  assert.ok(fences.length > 0)
  for (const text of fences) {
    for (const key of Object.keys(JSON.parse(text))) assert.ok(schema.properties?.[key], key)
  }
})

test.run()
