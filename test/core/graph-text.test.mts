import { spawnSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { dotOf, dotString } from '../../cli/graph/dot.mts'
import { mermaidOf, mermaidText } from '../../cli/graph/mermaid.mts'
import { groupOf, pathOf, placeOf, withShortCommits } from '../../cli/graph/place.mts'
import { stepsOf } from '../../cli/graph/steps.mts'
import { totalsOf } from '../../cli/graph/totals.mts'
import { treeOf } from '../../cli/graph/tree.mts'
import {
  base,
  explanationOf,
  hostileNames,
  importOf,
  largeGraph,
  moduleOf,
  smallGraph,
} from '../support/module-graph.mts'

const test = suite('a graph as text')
const commit = '39c7550c4d16435a958f8b71fdfffbe69eb5d691'
const url = (name: string) => `https://h.test/${name}`

/** Modules `https://h.test/<name>` that import each other; the first is the entry. */
function graphOf(imports: Readonly<Record<string, readonly string[]>>) {
  const modules = Object.entries(imports).map(([name, names]) =>
    moduleOf(
      url(name),
      names.map((each) => importOf(`./${each}`, url(each))),
    ),
  )
  return { entries: [modules[0]!.key], modules, failures: [] }
}

test('a tree has sizes, steps, types, redirects, cache outcomes, what is outside, and what failed', () => {
  assert.equal(treeOf(smallGraph(), base), [
    'app.mjs  module, 1.2 kB',
    '├─ https://cdn.example/report.md  text/markdown → application/typescript → module, 152 bytes → 66 bytes, 1 redirect, cache: stored',
    '│  ├─ https://cdn.example/units.ts  application/typescript → module, 62 bytes → 57 bytes, cache: stored',
    '│  │  ├─ https://cdn.example/report.md  (cycle)',
    '│  │  └─ import() ./lost.mjs  (failed: ERR_MODULE_NOT_FOUND)',
    '│  └─ node:fs  (builtin)',
    `├─ github://acme/handbook@${commit}/lib/rates.json (type json)  json, 31.4 kB, cache: fresh`,
    '├─ https://cdn.example/units.ts  (above)',
    '└─ react  (package)',
  ])
})

test('a module is shown once in a tree of any size, and is referred to where it comes again', () => {
  const graph = largeGraph(500)
  const lines = treeOf(graph, base)
  const shown = lines.filter((line) => !/ {2}\((?:above|below|cycle)\)$/.test(line))
  assert.is(shown.filter((line) => line !== '').length, 500)
  const edges = graph.modules.reduce((sum, { imports }) => sum + imports.length, 0)
  const continued = lines.filter((line) => line.endsWith('  (below)')).length
  assert.is(lines.length, 1 + edges + 2 * continued)
})

test('an entry that fails is in the tree and in the diagrams', () => {
  const [lost] = smallGraph().failures
  const graph = { entries: [], modules: [], failures: [{ ...lost!, parentURL: undefined }] }
  assert.equal(treeOf(graph, base), ['./lost.mjs  (failed: ERR_MODULE_NOT_FOUND)'])
  assert.match(dotOf(graph, base), 'x0 [label="./lost.mjs"')
  assert.match(mermaidOf(graph, base), 'x0{{"./lost.mjs"}}')
})

test('a module that V8 refuses is itself, with what it imports, and counts once', () => {
  const { modules, entries, failures } = smallGraph()
  const error = { ...failures[0]!.error!, name: 'SyntaxError', code: undefined }
  const broken = modules.map((each) => ({
    ...each,
    explanation: { ...each.explanation, error },
  }))
  const graph = {
    entries,
    modules: broken,
    failures: [...failures, ...broken.map(({ explanation }) => ({ ...explanation }))],
  }
  const plain = treeOf(smallGraph(), base)
  const lines = treeOf(graph, base)
  assert.is(lines.length, plain.length)
  assert.is(lines[0], `${plain[0]}  (failed: SyntaxError)`)
  assert.is(lines.filter((line) => line.endsWith('  (failed: SyntaxError)')).length, 4)
  const total = totalsOf(smallGraph())
  assert.equal(totalsOf(graph), { ...total, failures: 5 })
  // In the diagrams there are no more nodes, and these four look as what fails.
  assert.is(dotOf(graph, base).match(/color="#c02020"/g)?.length, 2 * 5)
  assert.is(
    dotOf(graph, base).match(/ \[label=/g)?.length,
    dotOf(smallGraph(), base).match(/ \[label=/g)?.length,
  )
  assert.match(mermaidOf(graph, base), /\n {2}class m0,m1,m2,m3,x\d+ failed$/)
})

test('a module that imports itself is a cycle, and one that two others import is none', () => {
  assert.equal(treeOf(graphOf({ a: ['a', 'b', 'c'], b: ['c'], c: [] }), base), [
    'https://h.test/a  module, 100 bytes',
    '├─ https://h.test/a  (cycle)',
    '├─ https://h.test/b  module, 100 bytes',
    '│  └─ https://h.test/c  module, 100 bytes',
    '└─ https://h.test/c  (above)',
  ])
})

test('a chain of 40 is one tree; of 41, what is deeper begins a new one', () => {
  const chain = (length: number) =>
    graphOf(
      Object.fromEntries(
        Array.from({ length }, (_, index) => [
          `m${index}`,
          index + 1 < length ? [`m${index + 1}`] : [],
        ]),
      ),
    )
  assert.not.ok(treeOf(chain(41), base).some((line) => line.includes('(below)')))
  const lines = treeOf(chain(42), base)
  assert.is(lines.filter((line) => line.includes('(below)')).length, 1)
  assert.match(lines.at(-2)!, /^https:\/\/h\.test\/m40 {2}module/)
  // As long as the chain, not as long as its square.
  assert.ok(treeOf(chain(10_000), base).join('\n').length < 2_500_000)
})

test('nothing in a name ends a line or commands the terminal', () => {
  for (const name of hostileNames) {
    const graph = graphOf({ a: [name], [name]: [] })
    for (const line of treeOf(graph, base)) {
      // oxlint-disable-next-line no-control-regex -- what it looks for
      assert.not.match(line, /[\0-\x1f\x7f-\x9f\u202e\u2028]/)
    }
  }
})

/** What a label of DOT shows: escapes and character references undone. */
function labelOf(string: string): string {
  return string
    .slice(1, -1)
    .replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c))
    .replaceAll('&amp;', '&')
}

test('a string of DOT has no quote but its own, and shows what went in', () => {
  for (const name of hostileNames) {
    const string = dotString(name, 'second line')
    assert.match(string, /^"(?:[^"\\]|\\[^])*"$/)
    assert.is(labelOf(string), `${name}\nsecond line`)
  }
})

const { error: absent } = spawnSync('dot', ['-V'])

test('Graphviz reads the graph, whatever the names are, and has all nodes and edges', () => {
  if (absent !== undefined) {
    process.stdout.write(
      'SKIPPED: Graphviz (dot) is not here: what --dot prints is not read by it\n',
    )
    return
  }
  const names = Object.fromEntries(hostileNames.map((name) => [name, []]))
  const graph = graphOf({ entry: hostileNames, ...names })
  const { stdout, stderr, status } = spawnSync('dot', ['-Tdot_json'], {
    input: dotOf(graph, base),
    encoding: 'utf8',
    timeout: 60_000,
  })
  assert.is(status, 0, stderr)
  assert.is(stderr, '')
  const { objects, edges } = JSON.parse(stdout) as { objects: { name: string }[]; edges: object[] }
  assert.is(objects.filter(({ name }) => /^m\d+$/.test(name)).length, graph.modules.length)
  assert.is(edges.length, hostileNames.length)
})

test('DOT groups modules by origin, and tells ways of importing apart', () => {
  const text = dotOf(smallGraph(), base)
  assert.match(text, 'label="cdn.example"')
  assert.match(text, 'label="github:acme/handbook@39c7550"')
  assert.match(text, 'label="files"')
  assert.match(text, /m0 -> x\d+ \[style=dashed\]/)
  assert.match(text, /m3 \[label="app\.mjs.*penwidth=2\]/)
})

test('a text of Mermaid has no quote, no markup and no statement in it, and entities say what went in', () => {
  const more = ['style:x#1', 'classDef a:b#2;', '1. list', '- list', '_x_', '$$x$$', 'fa:fa-car']
  for (const name of [...hostileNames, ...more]) {
    const text = mermaidText(name)
    const inner = text.slice(1, -1)
    assert.not.match(inner, /["<>`&]|style|classDef/)
    assert.not.match(inner.replace(/#\d+;/g, ''), '#')
    const shown = inner.replace(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    // What Mermaid would read all the same is written with a character that looks so.
    const plain = shown
      .replaceAll('\u29f5', '\\')
      .replaceAll('\uff04', '$')
      .replaceAll('\u2236', ':')
    assert.is(plain, name)
    assert.not.match(shown, /\\n|\$\$|fa:fa-/)
  }
})

test('Mermaid has a subgraph for each origin, and arrows for each way of importing', () => {
  const text = mermaidOf(smallGraph(), base)
  assert.match(text, /^flowchart LR\n {2}subgraph g0\[/)
  assert.is(text.match(/subgraph/g)!.length, 3)
  assert.match(text, /m0 -\.-> x\d+/)
  assert.match(text, /class x\d+ failed/)
})

test('groups are files, hosts, and repositories at a commit or a name', () => {
  assert.is(groupOf('file:///project/a.mjs'), 'files')
  assert.is(groupOf('https://esm.sh/x'), 'esm.sh')
  assert.is(groupOf('http://localhost:8080/x'), 'http://localhost:8080')
  assert.is(groupOf(`github://acme/handbook@${commit}/a/b@c/d.mjs`), 'github:acme/handbook@39c7550')
  assert.is(groupOf('gitlab://group/sub/repo@v1.0/x.ts'), 'gitlab:group/sub/repo@v1.0')
  assert.is(groupOf('data:text/javascript,1'), 'data:')
  assert.is(groupOf('demo://host/x'), 'demo://host')
  assert.is(groupOf('no URL at all'), 'elsewhere')
})

test('a place is a path below the folder, and the URL elsewhere', () => {
  assert.is(placeOf(`${base}lib/a%20b.mjs`, base), 'lib/a b.mjs')
  assert.is(placeOf('file:///elsewhere/%E0%A4.mjs', base), '/elsewhere/%E0%A4.mjs')
  assert.is(placeOf('https://h.test/x', base), 'https://h.test/x')
  assert.is(pathOf(`github://acme/handbook@${commit}/lib/x.ts?y`, base), 'lib/x.ts?y')
  assert.is(pathOf('https://h.test/', base), 'h.test')
  assert.is(withShortCommits(`github://a/b@${commit}/x`), 'github://a/b@39c7550/x')
})

test('steps end in the format, which stands for its own media type', () => {
  const steps = (mediaType: string, format: string) =>
    stepsOf(explanationOf('x:y', { mediaType, format }))
  assert.equal(steps('text/javascript; charset=utf-8', 'module'), ['module'])
  assert.equal(steps('text/markdown', 'module'), ['text/markdown', 'module'])
  assert.equal(steps('application/json', 'json'), ['json'])
})

test('totals count modules, origins, requests, and bytes', () => {
  assert.equal(totalsOf(smallGraph()), {
    modules: 4,
    local: 1,
    origins: 2,
    bytes: 57 + 66 + 31_416 + 1234,
    transformed: 2,
    requests: 5,
    wireBytes: 62 + 152 + 19,
    failures: 1,
  })
})

test.run()
