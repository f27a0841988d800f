/** Random programs through Markdown, TypeScript and instrumentation: each place of the result leads to where it was. */

import { SourceMap } from 'node:module'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { composeMaps } from '../../core/source-map/source-map.mts'
import { transform as fromMarkdown } from '../../loaders/fenced-md/fenced-md.mts'
import { transform as fromTypeScript } from '../../loaders/typescript/typescript.mts'
import { transform as instrumented } from '../support/instrumenter.mts'
import type { MapStep } from '../../core/source-map/source-map.mts'
import type { SourceResult, TransformResult } from '../../core/types.mts'

const test = suite('source-map: property')

/** mulberry32: the same programs in every run. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

type Kind = 'erasable' | 'compiled' | 'jsx'

/** A program in which `mark0`, `mark1`, … are called, each once. */
function program(seed: number, kind: Kind): { text: string; marks: number } {
  const next = random(seed)
  let marks = 0
  const pick = (...of: readonly (() => string)[]) => of[next(of.length)]!()
  const mark = () => `mark${marks++}()`
  const space = () => [' ', '  ', '\t', ' /* é 😀 */ '][next(4)]!
  const statement = (depth: number): string =>
    pick(
      () => `const${space()}a${marks}: number =${space()}${mark()} as any;`,
      () =>
        `let b${marks}: Array<{ c: string }> | undefined =${space()}${mark()}!;${space()}${mark()}`,
      () => `if (${mark()})${space()}{ ${depth > 2 ? mark() : statement(depth + 1)} }`,
      () => `function f${marks}(d: string, e?: unknown): void {\n${space()}${mark()}\n}`,
      () => `type T${marks} = {\n  a: 1\n}\n;${mark()}`,
      () => `"日本語 😀 \${}";${space()}${mark()}`,
      () => `\`\n\${${mark()}}\n  \${ ${mark()} }\`;`,
      () => `// comment ${space()}\n${mark()}`,
      () => `interface I${marks} { x: string }${space()}${mark()}`,
      () => `for (const g of [${mark()},${space()}${mark()}]) ${mark()}`,
      ...(kind === 'erasable'
        ? []
        : [
            () => `enum E${marks} { A, B = '😀' }\n${space()}${mark()}`,
            () =>
              depth === 0 ? `namespace N${marks} {\n  export const x = ${mark()}\n}` : `${mark()};`,
            () => `class C${marks} { constructor(private y: number) { ${mark()} } }`,
          ]),
      ...(kind === 'jsx'
        ? [() => `const h${marks} = <div a={${mark()}}>\n  text {${mark()}}\n</div>;${mark()}`]
        : []),
    )
  const lines = Array.from({ length: 3 + next(12) }, () => statement(0) + '\n'.repeat(1 + next(3)))
  return { text: `export {}\n${lines.join('')}`, marks }
}

interface Step {
  readonly mediaType: string
  readonly run: (body: string, url: string, mediaType: string) => Promise<TransformResult>
}

const markdown: Step = {
  mediaType: 'text/markdown',
  run: async (body, url, mediaType) =>
    fromMarkdown({ 'content-type': mediaType }, body, contextOf(url)),
}
const typescript = (mediaType: string): Step => ({
  mediaType,
  run: async (body, url, type) => fromTypeScript({ 'content-type': type }, body, contextOf(url)),
})
const instrumenting: Step = {
  mediaType: 'text/javascript',
  run: async (body, url, mediaType) =>
    // Its own test: what does not throw stays as it is.
    instrumented({ 'content-type': mediaType }, `${body}\n// throw`, { url }),
}

const contextOf = (url: string) => ({
  url,
  specifier: url,
  parentURL: undefined,
  importAttributes: {},
  conditions: [],
  accept: '*/*',
  signal: new AbortController().signal,
})

const positionOf = (text: string, offset: number): [line: number, column: number] => {
  const before = text.slice(0, offset)
  return [before.split('\n').length, offset - before.lastIndexOf('\n')]
}

/** Where each mark is. Quotes and spaces around it may change on the way. */
function placesOf(text: string, marks: number): [number, number][] {
  return Array.from({ length: marks }, (_, index) => {
    const at = text.search(new RegExp(`\\bmark${index}\\(`))
    assert.ok(at !== -1, `mark${index} is gone`)
    return positionOf(text, at)
  })
}

async function check(text: string, marks: number, steps: readonly Step[], url: string) {
  const done: MapStep[] = []
  let body = text
  let { mediaType } = steps[0]!
  for (const step of steps) {
    const result = (await step.run(body, url, mediaType)) as SourceResult
    const after = result.source as string
    done.push({ map: result.map, mediaType: mediaType.split(';')[0]!, before: body, after })
    body = after
    mediaType = result.format === 'module' ? 'text/javascript' : result.format
  }
  const map = await composeMaps(done, url, text)
  const expected = placesOf(text, marks)
  const now = placesOf(body, marks)
  if (map === undefined) return assert.equal(now, expected)
  const parsed = JSON.parse(map)
  assert.equal(parsed.sources, [url])
  assert.equal(parsed.sourcesContent, [text])
  const trace = new SourceMap(parsed)
  const found = now.map(([line, column]) => {
    const entry = trace.findEntry(line - 1, column - 1) as {
      originalLine: number
      originalColumn: number
    }
    return [entry.originalLine + 1, entry.originalColumn + 1]
  })
  for (const [index, each] of found.entries()) {
    assert.equal(each, expected[index], `mark${index} of\n${text}\nas\n${body}`)
  }
}

/** Around a program, what Markdown has around code. */
const documentOf = (text: string, language: string, seed: number) =>
  `# Títle 😀\n\n${'prose `code` \n'.repeat(1 + (seed % 5))}\n\`\`\`${language}\n${text}\`\`\`\n\nend\n`

const kinds: readonly [kind: Kind, language: string, mediaType: string][] = [
  ['erasable', 'ts', 'application/typescript'],
  ['compiled', 'ts', 'application/typescript'],
  ['jsx', 'tsx', 'text/tsx'],
]

for (const [kind, language, mediaType] of kinds) {
  for (const [what, tail] of [
    ['', []],
    [', instrumented', [instrumenting]],
    [', instrumented twice', [instrumenting, instrumenting]],
  ] as const) {
    test(`places in ${kind} programs${what} lead to where they were`, async () => {
      for (let seed = 1; seed <= 25; seed++) {
        const { text, marks } = program(seed * 7919, kind)
        const url = `https://host/p${seed}.${language}`
        await check(text, marks, [typescript(mediaType), ...tail], url)
        const document = documentOf(text, language, seed)
        const all = [markdown, typescript(mediaType), ...tail]
        await check(document, marks, all, `https://host/p${seed}.${language}.md`)
      }
    })
  }
}

test.run()
