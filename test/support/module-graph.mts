/** Module graphs as an engine tells them, made up: a small one with everything in it, and ones of any size. */

import { encodeMappings, NONE } from '../../core/source-map/mappings.mts'
import type { Explanation, GraphImport, GraphModule, ModuleGraph } from '../../core/explanation.mts'

export const base = 'file:///project/'

export function explanationOf(url: string, more: Partial<Explanation> = {}): Explanation {
  return {
    specifier: url,
    parentURL: undefined,
    type: '',
    start: 0,
    duration: 1.25,
    native: false,
    url,
    origin: { loader: url.slice(0, url.indexOf(':')), specifier: url },
    hops: [],
    mediaType: 'text/javascript',
    identifiedBy: 'content-type',
    bodyBytes: 100,
    transforms: [],
    format: 'module',
    sourceMap: false,
    bytes: 100,
    lock: 'none',
    imports: [],
    error: undefined,
    ...more,
  }
}

/** A way to a module of the graph; to `node:x` and bare names as the two kinds of what is outside. */
export function importOf(specifier: string, module?: string): GraphImport {
  const position = '1:1'
  if (module !== undefined) return { specifier, kind: 'import', position, module }
  const outside = specifier.startsWith('node:') ? 'builtin' : 'package'
  return { specifier, kind: 'import', position, module, outside }
}

export function moduleOf(
  url: string,
  imports: readonly GraphImport[] = [],
  { texts, ...more }: Partial<Explanation> & Pick<GraphModule, 'texts'> = {},
): GraphModule {
  const key = more.type === undefined ? url : `${more.type} ${url}`
  const explanation = explanationOf(url, more)
  return { key, url, explanation, imports, ...(texts !== undefined && { texts }) }
}

/** A map by which these lines of the generated text come from those of the original, from 0: `[generated, original]`. */
export function lineMap(name: string, pairs: readonly (readonly [number, number])[]): string {
  const last = Math.max(...pairs.map(([generated]) => generated))
  const lines = new Uint32Array(last + 2)
  const segments: number[] = []
  for (let line = 0; line <= last; line += 1) {
    lines[line] = segments.length / 5
    for (const [generated, original] of pairs) {
      if (generated === line) segments.push(0, 0, original, 0, NONE)
    }
  }
  lines[last + 1] = segments.length / 5
  const mappings = encodeMappings({ lines, segments: Int32Array.from(segments) })
  return JSON.stringify({
    version: 3,
    sources: [name],
    sourcesContent: [null],
    names: [],
    mappings,
  })
}

const report = `# Report

What a thousand is, in words.

\`\`\`ts
import { kilo } from './units.ts'

export const report: string = kilo(1500)
\`\`\`

Nothing of this list runs:

- \`\`\`text
  kilo(1) is 1 k
  \`\`\`
`

const generated = `import { kilo } from './units.ts'
export const report = kilo(1500)
`

const failure = {
  name: 'LoaderError',
  message: "Cannot load 'https://cdn.example/lost.mjs': 404 Not Found",
  stack: undefined,
  code: 'ERR_MODULE_NOT_FOUND',
  statusCode: 404,
  url: 'https://cdn.example/lost.mjs',
  trail: ['https://cdn.example/lost.mjs'],
  exitCode: undefined,
  permission: undefined,
  resource: undefined,
  unanswered: false,
  cause: undefined,
}

const commit = '39c7550c4d16435a958f8b71fdfffbe69eb5d691'

/** Redirects, transforms, a map, JSON by its type, a cycle, what is shared, what is outside, and a failure. */
export function smallGraph(): ModuleGraph {
  const app = `${base}app.mjs`
  const latest = `https://cdn.example/latest`
  const reportURL = `https://cdn.example/report.md`
  const units = `https://cdn.example/units.ts`
  const rates = `github://acme/handbook@${commit}/lib/rates.json`
  const lost = explanationOf('https://cdn.example/lost.mjs', {
    specifier: './lost.mjs',
    parentURL: units,
    url: undefined,
    mediaType: undefined,
    identifiedBy: undefined,
    format: undefined,
    bytes: undefined,
    bodyBytes: undefined,
    error: failure,
    start: 92,
    duration: 31,
    hops: [
      {
        specifier: 'https://cdn.example/lost.mjs',
        loader: 'http',
        statusCode: 404,
        start: 92,
        duration: 31,
        requests: [
          {
            url: 'https://cdn.example/lost.mjs',
            method: 'GET',
            attempt: 1,
            start: 93,
            duration: 29,
            protocol: 'h2',
            statusCode: 404,
            bytes: 19,
          },
        ],
      },
    ],
  })
  const wire = (url: string, start: number, duration: number, bytes: number, statusCode = 200) => ({
    url,
    method: 'GET',
    attempt: 1,
    start,
    duration,
    protocol: 'h2',
    statusCode,
    bytes,
  })
  return {
    entries: [app],
    modules: [
      moduleOf(
        units,
        [
          importOf('./report.md', reportURL),
          { ...importOf('./lost.mjs'), kind: 'import()', outside: 'failed' },
        ],
        {
          specifier: './units.ts',
          parentURL: reportURL,
          mediaType: 'application/typescript; charset=utf-8',
          bodyBytes: 62,
          bytes: 57,
          start: 70,
          duration: 24.4,
          transforms: [
            {
              loader: 'typescript',
              from: 'application/typescript',
              to: 'text/javascript',
              bytesBefore: 62,
              bytes: 57,
              duration: 0.6,
              mapped: false,
            },
          ],
          hops: [
            {
              specifier: units,
              loader: 'http',
              statusCode: 200,
              start: 70,
              duration: 22,
              requests: [wire(units, 71, 20, 62)],
              cache: 'stored',
            },
          ],
          lock: 'pinned',
          texts: {
            original: 'export const kilo = (n: number): string => `${n / 1000} k`\n',
            generated: 'export const kilo = (n        )         => `${n / 1000} k`\n',
            map: undefined,
          },
        },
      ),
      moduleOf(reportURL, [importOf('./units.ts', units), importOf('node:fs')], {
        specifier: latest,
        parentURL: app,
        mediaType: 'text/markdown',
        bodyBytes: 152,
        bytes: 66,
        start: 4,
        duration: 66,
        transforms: [
          {
            loader: 'fenced-md',
            from: 'text/markdown',
            to: 'application/typescript',
            bytesBefore: 152,
            bytes: 152,
            duration: 0.4,
            mapped: false,
          },
          {
            loader: 'typescript',
            from: 'application/typescript',
            to: 'text/javascript',
            bytesBefore: 152,
            bytes: 66,
            duration: 1.1,
            mapped: true,
          },
        ],
        hops: [
          {
            specifier: latest,
            loader: 'http',
            statusCode: 302,
            location: reportURL,
            start: 4,
            duration: 31,
            requests: [wire(latest, 5, 29, 0, 302)],
          },
          {
            specifier: reportURL,
            loader: 'http',
            statusCode: 200,
            start: 36,
            duration: 30,
            requests: [
              { ...wire(reportURL, 36, 11, 0, 503), error: 'the server answered 503' },
              { ...wire(reportURL, 52, 14, 152), attempt: 2 },
            ],
            cache: 'stored',
          },
        ],
        lock: 'pinned',
        texts: {
          original: report,
          generated,
          map: lineMap(reportURL, [
            [0, 5],
            [1, 7],
          ]),
        },
      }),
      moduleOf(rates, [], {
        type: 'json',
        specifier: 'github:acme/handbook/lib/rates.json',
        parentURL: app,
        origin: { loader: 'github', specifier: `github:acme/handbook@${commit}/lib/rates.json` },
        mediaType: 'application/json',
        identifiedBy: 'extension',
        identifiedByLoader: 'json',
        format: 'json',
        bodyBytes: 31_416,
        bytes: 31_416,
        start: 5,
        duration: 3,
        hops: [
          {
            specifier: rates,
            loader: 'github',
            statusCode: 200,
            start: 5,
            duration: 2.4,
            requests: [],
            cache: 'fresh',
          },
        ],
        texts: { original: '{ "USD": 1.1 }\n', generated: '{ "USD": 1.1 }\n', map: undefined },
      }),
      moduleOf(
        app,
        [
          importOf(latest, reportURL),
          importOf('github:acme/handbook/lib/rates.json', `json ${rates}`),
          importOf(units, units),
          importOf('react'),
        ],
        {
          native: true,
          mediaType: undefined,
          identifiedBy: undefined,
          bodyBytes: undefined,
          bytes: 1234,
          duration: 0.2,
        },
      ),
    ],
    failures: [lost],
  }
}

/** The same numbers every time. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const hosts = [
  'file:///project/src/',
  'https://esm.sh/lib/',
  `github://acme/handbook@${commit}/`,
  'https://cdn.jsdelivr.net/npm/x@1/',
  'https://deno.land/std@0.224.0/',
]
const kinds = [
  ['.mjs', 'text/javascript', 'module'],
  ['.ts', 'application/typescript', 'module'],
  ['.md', 'text/markdown', 'module'],
  ['.json', 'application/json', 'json'],
  ['.wasm', 'application/wasm', 'wasm'],
] as const

/** So many modules of five origins: each imported by one that comes before it, and by some others. */
export function largeGraph(size: number, seed = 1): ModuleGraph {
  const random = randomOf(seed)
  const pick = (most: number) => Math.floor(random() * most)
  const drafts = Array.from({ length: size }, (_, index) => {
    const host = index === 0 ? 0 : Math.min(4, Math.floor(random() ** 1.6 * 5))
    const kind = kinds[index === 0 ? 0 : Math.min(4, Math.floor(random() ** 2 * 5))]!
    const name = index === 0 ? 'app' : `part-${pick(20)}/module-${index}`
    return { url: `${hosts[host]}${name}${kind[0]}`, kind, imports: new Set<number>() }
  })
  for (let index = 1; index < size; index += 1) {
    const lowest = Math.max(0, Math.floor(index / 6) - 3)
    drafts[lowest + pick(index - lowest)]!.imports.add(index)
    while (random() < 0.5) drafts[pick(index)]!.imports.add(index)
  }
  const modules = drafts.map(({ url, kind, imports }, index) => {
    const [, mediaType, format] = kind
    const bytes = Math.ceil(10 ** (2 + random() * 3.5))
    const start = Math.round(index / 6 + random() * 40)
    const duration = 4 + random() * 60
    const isRemote = !url.startsWith('file:')
    const request = {
      url,
      method: 'GET',
      attempt: 1,
      start,
      duration,
      protocol: 'h2',
      statusCode: 200,
      bytes,
    }
    return moduleOf(
      url,
      [...imports].map((to) => importOf(drafts[to]!.url, drafts[to]!.url)),
      {
        mediaType,
        format,
        bodyBytes: bytes,
        bytes,
        start,
        duration,
        hops: isRemote
          ? [
              {
                specifier: url,
                loader: 'http',
                statusCode: 200,
                start,
                duration,
                requests: [request],
              },
            ]
          : [],
      },
    )
  })
  return { entries: [modules[0]!.key], modules, failures: [] }
}

/** Names that end strings, elements, lines or statements, or command a terminal. */
export const hostileNames = [
  '</script><script>globalThis.hacked = 1</script>',
  '<!--<script>',
  ']]><img src=x onerror=hacked=1>',
  '"; hacked = 1; "',
  "' onmouseover='hacked=1",
  '\\',
  'a\\"b\\n\\N',
  'a"b',
  '&quot;&lt;&amp;',
  '`code` **bold** _x_ #35; #quot;',
  'end',
  '${hacked=1}',
  'x];subgraph y[',
  'a --> b',
  '%%{init: {"theme":"dark"}}%%',
  '\u202etxt.sjm',
  '\u2028\u2029',
  '日本語 😀',
  '__proto__',
]
