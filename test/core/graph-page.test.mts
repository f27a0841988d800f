import { createHash } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { categoryOf } from '../../cli/graph-page/category.mts'
import { Camera } from '../../cli/graph-page/camera.mts'
import { fetchesOf, tickOf } from '../../cli/graph-page/fetches.mts'
import { codeTokens, linesOf } from '../../cli/graph-page/highlight.mts'
import { layoutOf, neighbour, NODE_HEIGHT, NODE_WIDTH } from '../../cli/graph-page/layout.mts'
import { blankedOriginal, originalsOf, ownOriginal } from '../../cli/graph-page/line-links.mts'
import { markdownLines } from '../../cli/graph-page/markdown.mts'
import { modelOf } from '../../cli/graph-page/model.mts'
import { searchOf } from '../../cli/graph-page/search.mts'
import { pageOf } from '../../cli/graph/page.mts'
import { pageParts } from '../../cli/graph/page-parts.mts'
import {
  base,
  explanationOf,
  hostileNames,
  largeGraph,
  lineMap,
  moduleOf,
  smallGraph,
} from '../support/module-graph.mts'
import type { ModuleGraph } from '../../core/explanation.mts'
import type { PageData } from '../../cli/graph-page/model.mts'

const test = suite('the page of a graph')
const model = (graph: ModuleGraph) => modelOf({ graph, base, title: 'app.mjs', withoutTexts: 0 })
const parts = await pageParts()
const page = (graph: ModuleGraph, title = 'app.mjs') => pageOf(graph, { title, base }, parts)

/** The data that stands in a page, as the page reads it. */
function dataOf(html: string): PageData {
  const [, text = ''] = /<script type="application\/json" id="data">([^<]*)<\/script>/.exec(html)!
  return JSON.parse(text) as PageData
}

test('a model has a node for each module, failure and name of the outside, linked both ways', () => {
  const { nodes, groups } = model(smallGraph())
  assert.equal(
    nodes.map(({ kind, label, depth }) => [kind, label, depth]),
    [
      ['module', 'units.ts', 1],
      ['module', 'report.md', 1],
      ['module', 'rates.json', 1],
      ['module', 'app.mjs', 0],
      ['failed', 'lost.mjs', 2],
      ['outside', 'node:fs', 2],
      ['outside', 'react', 1],
    ],
  )
  assert.equal(groups, [
    'files',
    'cdn.example',
    'github:acme/handbook@39c7550',
    'failed',
    'Node and packages',
  ])
  assert.is(nodes[4]!.explanation?.error?.code, 'ERR_MODULE_NOT_FOUND')
  for (const { index, links } of nodes) {
    for (const { to } of links) assert.ok(nodes[to]!.importers.includes(index))
  }
})

test('a failure that no module imports is a node all the same', () => {
  const lost = explanationOf('x:y', { specifier: 'x:y', error: smallGraph().failures[0]!.error })
  const { nodes } = model({ entries: [], modules: [], failures: [lost] })
  assert.equal(
    nodes.map(({ kind, isEntry, place }) => [kind, isEntry, place]),
    [['failed', true, 'x:y']],
  )
})

test('a module that V8 refuses is one node, in the colour of what fails', () => {
  const { error } = smallGraph().failures[0]!
  const broken = moduleOf('https://h.test/x.mjs', [], { error })
  const graph = {
    entries: [broken.key],
    modules: [broken, moduleOf('https://h.test/y.mjs')],
    failures: [{ ...broken.explanation }],
  }
  assert.equal(
    model(graph).nodes.map(({ kind, category, isEntry }) => [kind, category, isEntry]),
    [
      ['module', 'failed', true],
      ['module', 'javascript', false],
    ],
  )
})

test('no two nodes of a thousand lie on each other, each is in its lane, and imports lead right or stay', () => {
  const large = model(largeGraph(1000))
  const layout = layoutOf(large)
  const places = new Set<string>()
  for (const { index, group, depth, links } of large.nodes) {
    const x = layout.x[index]!
    const y = layout.y[index]!
    places.add(`${Math.round(x)} ${Math.round(y)}`)
    const lane = layout.lanes[group]!
    assert.ok(x >= lane.x && x + NODE_WIDTH <= lane.x + lane.width, 'across')
    assert.ok(y >= lane.y + layout.title && y + NODE_HEIGHT <= lane.y + lane.height, 'down')
    for (const { to } of links) {
      if (large.nodes[to]!.depth > depth)
        assert.ok(layout.x[to]! > x, 'a deeper one is further right')
    }
  }
  assert.is(places.size, 1000)
  const shape = layout.width / layout.height
  assert.ok(shape > 1 && shape < 3, `it is a picture, and no ribbon: ${shape}`)
})

test('an empty graph has a layout', () => {
  const { width, height } = layoutOf(model({ entries: [], modules: [], failures: [] }))
  assert.equal([width, height], [0, 0])
})

test('each node can be come to by arrow keys from the entry', () => {
  for (const graph of [smallGraph(), largeGraph(200)]) {
    const { nodes } = model(graph)
    const layout = layoutOf(model(graph))
    const first = nodes.find(({ order }) => order === 0)!.index
    const met = new Set([first])
    for (const from of met) {
      for (const direction of ['left', 'right', 'up', 'down'] as const) {
        const next = neighbour(layout, from, direction)
        if (next !== undefined) met.add(next)
      }
    }
    assert.is(met.size, nodes.length)
  }
})

test('an arrow key leads in its direction, and nowhere at the edge', () => {
  const layout = layoutOf(model(smallGraph()))
  const app = 3
  assert.ok(layout.x[neighbour(layout, app, 'right')!]! > layout.x[app]!)
  assert.is(neighbour(layout, app, 'left'), undefined)
  assert.is(neighbour(layout, app, 'up'), undefined)
})

test('a search means nodes that have all its words, by name, type, loader, origin or code', () => {
  const search = searchOf(model(smallGraph()))
  const found = (query: string) => [...(search(query) ?? [])]
  assert.is(search('  '), undefined)
  assert.equal(found('REPORT'), [1])
  assert.equal(found('typescript fenced-md'), [1])
  assert.equal(found('typescript'), [0, 1])
  assert.equal(found('github'), [2])
  assert.equal(found('module_not_found'), [4])
  assert.equal(found('typescript nowhere'), [])
})

test('what zooms stays where the pointer is, within bounds', () => {
  const camera = new Camera()
  const before = camera.toPicture(100, 50)
  camera.zoom(2, 100, 50)
  assert.equal(camera.toPicture(100, 50), before)
  for (let time = 0; time < 100; time += 1) camera.zoom(2, 0, 0)
  assert.is(camera.scale, 3)
  for (let time = 0; time < 100; time += 1) camera.zoom(0.5, 0, 0)
  assert.is(camera.scale, 0.02)
})

test('tokens put together are the text, and a token of several lines is in each', () => {
  const texts = [
    'const a = `x ${y} \\` z` // end\n/* two\nlines */ export default 0x1f',
    '\'unended\n"',
    '`unended',
    '/* unended',
    '#!/usr/bin/env node\n日本語 = "😀"',
    '',
  ]
  for (const text of texts) {
    assert.is([...codeTokens(text)].map((token) => token.text).join(''), text)
    assert.is(linesOf(codeTokens(text)).length, text.split('\n').length)
  }
  const kinds = linesOf(codeTokens('let x = "a" // b\n/* c\nd */'))
  assert.equal(
    kinds.map((line) => line.map(({ kind }) => kind)),
    [
      ['keyword', 'plain', 'plain', 'plain', 'string', 'plain', 'comment'],
      ['comment'],
      ['comment'],
    ],
  )
})

test('colours of a long text do not take the square of its length', () => {
  for (const text of [
    '/*'.repeat(50_000),
    '"\\'.repeat(50_000),
    '`'.repeat(100_001),
    '- > '.repeat(50_000),
  ]) {
    assert.is([...codeTokens(text)].map((token) => token.text).join(''), text)
    assert.ok(markdownLines(text).length > 0)
  }
})

test('fences of Markdown are blocks of code, to their end or that of the document', () => {
  const text =
    '# T\n```ts\nlet a\n```\n> ~~~ json\n> {}\n> ~~~\n- ```js\n  b\n  ```\n`inline`\n````md\n```\n````\n```js\nopen'
  const lines = markdownLines(text)
  assert.is(lines.length, text.split('\n').length)
  assert.equal(lines.map(({ fence }) => fence ?? '-').join(' '), '- - 0 - - 1 - - 2 - - - 3 - - 4')
  assert.is(lines[2]!.tokens[0]!.kind, 'keyword')
  assert.is(lines[0]!.tokens[0]!.kind, 'heading')
})

test('lines of a map are linked both ways', () => {
  const [original] = originalsOf(
    lineMap('x.md', [
      [0, 5],
      [1, 7],
      [2, 7],
    ]),
  )
  assert.equal(
    [...original!.back],
    [
      [0, 5],
      [1, 7],
      [2, 7],
    ],
  )
  assert.equal(
    [...original!.forward],
    [
      [5, [0]],
      [7, [1, 2]],
    ],
  )
})

test('a map that cannot be read links nothing', () => {
  const broken = [
    '',
    'null',
    '{}',
    '{"version":3,"sections":[]}',
    '{"sources":["a"],"mappings":"!"}',
    '[]',
    '{"sources":["a"],"mappings":"A".}',
  ]
  for (const map of broken) assert.equal(originalsOf(map), [], map)
  assert.is(originalsOf('{"sources":["a"],"mappings":"AAAA"}').length, 1)
})

test('what was blanked keeps its lines, without a map', () => {
  const markdown = '# T\n\n```ts\nconst a: number = 1\n```\n'
  const blanked = '   \n\n     \nconst a         = 1\n   \n'
  assert.equal([...blankedOriginal(markdown, blanked)!.back], [[3, 3]])
  assert.is(blankedOriginal(markdown, 'const a = 1\n'), undefined, 'moved')
  assert.is(blankedOriginal('a\nb', 'a\nb'), undefined, 'as it is')
  assert.is(blankedOriginal('a', 'a\nb'), undefined, 'longer')
})

test('the body is the original that has its URL or its text', () => {
  const original = (name: string, text?: string) => ({
    name,
    text,
    forward: new Map(),
    back: new Map(),
  })
  const [a, b] = [original('https://h.test/a.ts', 'A'), original('b.ts', 'B')]
  assert.is(ownOriginal([a, b], 'https://h.test/a.ts', undefined), a)
  assert.is(ownOriginal([a, b], 'https://h.test/c', 'B'), b)
  assert.is(ownOriginal([a, b], 'https://h.test/c', 'C'), undefined)
})

test('requests are told in the order of time, with what came from the cache, and what is shared once', () => {
  const graph = smallGraph()
  const twice = { ...graph, failures: [...graph.failures, ...graph.failures] }
  const fetches = fetchesOf(model(twice))
  assert.equal(
    fetches.map(({ kind, start }) => [kind, start]),
    [
      ['fetched', 5],
      ['cached', 5],
      ['failed', 36],
      ['fetched', 52],
      ['fetched', 71],
      ['failed', 93],
    ],
  )
  assert.match(fetches[2]!.about, '503')
  assert.match(fetches[3]!.about, 'attempt 2')
})

test('a time axis has between two and eight round marks', () => {
  for (const span of [0.01, 0.7, 1, 7, 59, 60, 61, 999, 12_345]) {
    const marks = Math.floor(span / tickOf(span)) + 1
    assert.ok(marks >= 2 && marks <= 8, `${span}: ${marks}`)
  }
})

test('a colour goes by the media type that came', () => {
  const category = (mediaType?: string, format = 'module') =>
    categoryOf('module', explanationOf('x:y', { mediaType, format }))
  assert.is(category('text/markdown'), 'markdown')
  assert.is(category('video/mp2t'), 'typescript')
  assert.is(category('application/vnd.api+json', 'json'), 'data')
  assert.is(category(undefined, 'wasm'), 'wasm')
  assert.is(category('application/x-strange'), 'other')
})

test('a page is ASCII, names no address that is loaded, and its policy forbids all but its own script and style', () => {
  const html = page(smallGraph())
  assert.match(html, /^[\t\n -~]*$/)
  const [markup = ''] = html.split('<script')
  assert.not.match(markup.replace(/<style>[^]*<\/style>/, ''), /https?:/)
  assert.not.match(parts.style, /url\(|@import/)
  assert.not.match(parts.script, /\bimport\s*\(|\bfetch\(|XMLHttpRequest|innerHTML|\beval\b/)
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)!
  assert.match(policy, "default-src 'none'")
  assert.ok(policy.includes(`script-src ${hash(parts.script)};`))
  assert.ok(policy.includes(`style-src ${hash(parts.style)};`))
})

test('a page has the graph as it is, whatever is in it, and no more elements than its own', () => {
  const plain = page(smallGraph()).match(/<\/?\w+/g)!.length
  for (const name of hostileNames) {
    const graph: ModuleGraph = {
      entries: [name],
      modules: [
        moduleOf(name, [], {
          mediaType: name,
          texts: { original: name, generated: name, map: name },
        }),
      ],
      failures: [explanationOf(name, { specifier: name })],
    }
    const html = page(graph, name)
    assert.is(html.match(/<\/?\w+/g)!.length, plain, name)
    assert.equal(dataOf(html).graph.modules[0]!.texts, graph.modules[0]!.texts)
    assert.is(dataOf(html).title, name)
  }
})

test('texts of 2,000,000 characters are in the page, and one character more is not', () => {
  const withTexts = (length: number): ModuleGraph => ({
    entries: [],
    modules: [
      moduleOf('https://h.test/x', [], {
        texts: { original: 'x'.repeat(length), generated: undefined, map: undefined },
      }),
    ],
    failures: [],
  })
  const kept = dataOf(page(withTexts(2_000_000)))
  assert.equal([kept.withoutTexts, kept.graph.modules[0]!.texts?.original?.length], [0, 2_000_000])
  const left = dataOf(page(withTexts(2_000_001)))
  assert.equal([left.withoutTexts, left.graph.modules[0]!.texts], [1, undefined])
})

test.run()
