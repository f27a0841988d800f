import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  canonicalEssence,
  essenceOf,
  extractMediaType,
  isJavaScript,
  isJson,
  isMediaRange,
  isTextual,
  parseMediaType,
  specificity,
} from '../../core/media-type.mts'
import { assertUnder } from '../support/growth.mts'
import type { Specificity } from '../../core/media-type.mts'

const mediaType = suite('media-type')

/** Vectors of the Web Platform Tests; the strings between them are headings. */
function vectors<T extends object>(path: string): T[] {
  const file = new URL(`../corpora/wpt/${path}.json`, import.meta.url)
  const all = JSON.parse(readFileSync(file, 'utf8')) as (T | string)[]
  return all.filter((each) => typeof each === 'object')
}

/** Checks every vector, and names those that fail. */
function checkAll<T extends object>(list: readonly T[], count: number, passes: (v: T) => boolean) {
  assert.is(list.length, count)
  const failing = list.filter((vector) => !passes(vector))
  assert.equal(failing, [])
}

interface ParseVector {
  readonly input: string
  readonly output: string | null
}

const parsesAs = ({ input, output }: ParseVector): boolean => {
  const parsed = parseMediaType(input)
  return (parsed === undefined ? null : String(parsed)) === output
}

mediaType('881 generated vectors parse as they should', () => {
  checkAll(vectors<ParseVector>('mime-types/generated-mime-types'), 881, parsesAs)
})

mediaType('74 vectors parse as they should', () => {
  checkAll(vectors<ParseVector>('mime-types/mime-types'), 74, parsesAs)
})

interface GroupVector {
  readonly input: string
  readonly groups: readonly string[]
}

mediaType('146 vectors are JavaScript, or JSON, or neither', () => {
  checkAll(vectors<GroupVector>('mime-types/mime-groups'), 146, ({ input, groups }) => {
    const essence = essenceOf(input)
    return (
      essence !== undefined &&
      isJavaScript(essence) === groups.includes('JavaScript') &&
      isJson(essence) === groups.includes('JSON')
    )
  })
})

interface ScriptVector {
  readonly contentType: readonly string[]
  readonly executes: boolean
  readonly encoding: string | null
}

mediaType('18 script types execute, or not, with their charset', () => {
  const list = vectors<ScriptVector>('content-type/script-content-types')
  checkAll(list, 18, ({ contentType, executes, encoding }) => {
    const found = extractMediaType(contentType.join(', '))
    if (found === undefined || !isJavaScript(found.essence)) return !executes
    return executes && found.params.get('charset') === encoding
  })
})

interface FieldVector {
  readonly contentType: readonly string[]
  readonly mimeType: string | null
}

mediaType('20 Content-Type fields have the media type that browsers extract', () => {
  const list = vectors<FieldVector>('content-type/content-types')
  checkAll(list, 20, ({ contentType, mimeType }) => {
    const found = extractMediaType(contentType.join(', '))
    return (found === undefined ? null : String(found)) === mimeType
  })
})

mediaType('no field, an empty one and a broken one have no media type', () => {
  for (const value of [undefined, '', ' ', 'text', '/', ',,', '*/*', 'text/html/x']) {
    assert.is(extractMediaType(value), undefined, String(value))
  }
})

mediaType('32 KiB of whatever are read in far less than a square of it takes', async () => {
  const size = 32 * 1024
  const fields: Readonly<Record<string, string>> = {
    commas: ','.repeat(size),
    quotes: '"'.repeat(size),
    backslashes: '\\"'.repeat(size / 2),
    'unclosed strings': 'a/b;x="'.repeat(size / 7),
    'spaces before a value': `a/b; x=${' '.repeat(size)}y`,
    'spaces in a subtype': `a/b${' '.repeat(size)}x`,
    parameters: `a/b${';x=y'.repeat(size / 4)}`,
  }
  for (const [name, value] of Object.entries(fields)) {
    await assertUnder(250, () => extractMediaType(value), name)
  }
})

mediaType('an essence is lower case and has no parameters', () => {
  assert.is(essenceOf('Text/Markdown; Variant=GFM'), 'text/markdown')
  assert.is(essenceOf('markdown'), undefined)
  assert.is(essenceOf(undefined), undefined)
})

mediaType('parameters are kept', () => {
  const parsed = parseMediaType('text/markdown; variant=GFM; charset="UTF-8"')
  assert.is(String(parsed), 'text/markdown;variant=GFM;charset=UTF-8')
  assert.is(parsed?.params.get('variant'), 'GFM')
})

const specificities: readonly [range: string, essence: string, Specificity][] = [
  ['text/markdown', 'text/markdown', 4],
  ['Text/Markdown', 'text/markdown', 4],
  ['text/markdown; variant=GFM', 'text/markdown', 4],
  ['text/markdown', 'text/x-markdown', 0],
  ['text/mark', 'text/markdown', 0],
  ['text/*', 'text/markdown', 2],
  ['TEXT/*', 'text/markdown', 2],
  ['text/*', 'texts/markdown', 0],
  ['text/*', 'application/text', 0],
  ['*/*', 'text/markdown', 1],
  ['*/*', 'application/octet-stream', 1],
  ['+json', 'application/ld+json', 3],
  ['+JSON', 'application/ld+json', 3],
  ['+json', 'application/json', 0],
  ['+json', 'application/ld+json-seq', 0],
  ['+xml', 'application/ld+json', 0],
  ['application/ld+json', 'application/ld+json', 4],
  ['application/*', 'application/ld+json', 2],
  ['application/javascript', 'text/javascript', 4],
  ['text/javascript', 'application/x-ecmascript', 4],
  ['text/typescript', 'application/typescript', 4],
  ['application/typescript', 'application/x-typescript', 4],
  ['application/typescript', 'video/mp2t', 0],
  ['text/*', 'text/typescript', 2],
  ['text/json', 'application/json', 4],
  ['markdown', 'text/markdown', 0],
  ['', 'text/markdown', 0],
]

mediaType('an exact range beats a suffix, a suffix a type, a type anything', () => {
  for (const [range, essence, expected] of specificities) {
    assert.is(specificity(range, essence), expected, `${range} for ${essence}`)
  }
})

mediaType('one media type of several names has one canonical name', () => {
  const names: Readonly<Record<string, readonly string[]>> = {
    'text/javascript': [
      'application/javascript',
      'text/ecmascript',
      'text/jscript',
      'text/javascript1.5',
    ],
    'application/typescript': ['text/typescript', 'application/x-typescript'],
    'application/json': ['text/json'],
  }
  for (const [canonical, others] of Object.entries(names)) {
    for (const name of [canonical, ...others]) assert.is(canonicalEssence(name), canonical, name)
  }
  // Nothing else is folded: CommonJS is no ES module, JSX no JavaScript, and MPEG is no TypeScript.
  for (const name of [
    'application/node',
    'text/jsx',
    'text/tsx',
    'video/mp2t',
    'application/ld+json',
  ]) {
    assert.is(canonicalEssence(name), name)
  }
})

mediaType('a type that begins with a plus is a type, not a suffix', () => {
  assert.is(specificity('+/json', '+/json'), 4)
  assert.is(specificity('+/json', 'application/json'), 0)
  assert.is(specificity('+json', 'application/x+json'), 3)
})

mediaType('what is text is told by the type, the suffix, or a charset', () => {
  const texts = [
    'text/plain',
    'text/x-unheard-of',
    'application/javascript',
    'application/node',
    'application/typescript',
    'application/json',
    'application/ld+json',
    'application/xml',
    'image/svg+xml',
    'application/openapi+yaml',
    'application/toml',
    'application/yaml',
    'application/octet-stream; charset=utf-8',
  ]
  const binaries = [
    'application/octet-stream',
    'application/wasm',
    'application/zip',
    'application/x+zip',
    'image/png',
    'video/mp2t',
    'application/jsonx',
    'application/pdf; version=1',
  ]
  for (const type of texts) assert.ok(isTextual(parseMediaType(type)!), type)
  for (const type of binaries) assert.not(isTextual(parseMediaType(type)!), type)
})

mediaType('a range is a media type, a wildcard or a suffix', () => {
  for (const range of ['text/x', 'text/*', '*/*', '+json', '+vnd.x-y', 'text/x;q=1']) {
    assert.ok(isMediaRange(range), range)
  }
  for (const range of ['', 'text', 'text/', '/x', '+', '+json;x', 'text /x', '*', '.ts']) {
    assert.not(isMediaRange(range), range)
  }
})

mediaType('a field of escapes in quotes is split in one pass', async () => {
  const value = `text/a, "${'"\\'.repeat(50_000)}`
  assert.is(extractMediaType(value)?.essence, 'text/a')
  // Quadratic, it took several seconds.
  await assertUnder(250, () => extractMediaType(value), 'escapes')
})

mediaType('commas within quotes do not split, whatever is escaped there', () => {
  const table: readonly [value: string, found: string | undefined][] = [
    ['text/a;x="\\",text/b"', 'text/a;x="\\",text/b"'],
    ['text/a;x="\\\\",text/b', 'text/b'],
    ['text/a;x="b,text/c', 'text/a;x="b,text/c"'],
    ['text/a;x="b\\', 'text/a;x="b\\\\"'],
    [',,text/a, ,', 'text/a'],
    ['","', undefined],
  ]
  for (const [value, found] of table) {
    const mediaTypeFound = extractMediaType(value)
    assert.is(mediaTypeFound === undefined ? undefined : String(mediaTypeFound), found, value)
  }
})

mediaType.run()
