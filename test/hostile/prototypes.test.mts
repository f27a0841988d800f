import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkConfig } from '../../core/application/config/check.mts'
import { packError, unpackError } from '../../core/bridge/error-packing.mts'
import { normalizeHeaders } from '../../core/engine/response.mts'
import { parseMap } from '../../core/source-map/plain-map.mts'
import { extractMediaType } from '../../core/media-type.mts'
import { identify } from '../../loaders/shebang/shebang.mts'
import { startServer } from '../support/server.mts'
import { runProject } from '../support/spawn.mts'
import { denied, passed } from '../threats/record.mts'

const test = suite('prototypes')

/** What a program that looks for changes has: `changes()` names each property of an intrinsic that is not what it was. */
const snapshot = `
  const names = ['Object', 'Array', 'Function', 'Promise', 'String', 'Number', 'Boolean', 'Symbol', 'BigInt', 'RegExp',
    'Map', 'Set', 'WeakMap', 'Error', 'TypeError', 'SyntaxError', 'Date', 'URL', 'URLSearchParams', 'Uint8Array', 'ArrayBuffer',
    'SharedArrayBuffer', 'Headers', 'Response', 'JSON', 'Reflect', 'Math', 'Atomics', 'Iterator']
  const objects = new Map()
  const note = (name, object) => Object(object) === object && objects.set(name, object)
  for (const name of names) {
    note(name, globalThis[name])
    note(name + '.prototype', globalThis[name]?.prototype)
  }
  note('AsyncFunction.prototype', Object.getPrototypeOf(async () => {}))
  note('Generator.prototype', Object.getPrototypeOf(function* () {}))
  note('TypedArray.prototype', Object.getPrototypeOf(Uint8Array.prototype))
  const state = () => new Map([...objects].map(([name, object]) => [name, {
    prototype: Object.getPrototypeOf(object),
    own: new Map(Reflect.ownKeys(object).map((key) => [key, Object.getOwnPropertyDescriptor(object, key)])),
  }]))
  const before = state()
  export function changes() {
    const found = []
    for (const [name, { prototype, own }] of state()) {
      const was = before.get(name)
      if (was.prototype !== prototype) found.push(name + ' has another prototype')
      for (const key of new Set([...was.own.keys(), ...own.keys()])) {
        const [a = {}, b = {}] = [was.own.get(key), own.get(key)]
        // Lazy globals of Node's become values when they are used.
        const same = ['value', 'get', 'set', 'writable', 'enumerable', 'configurable'].every((each) => Object.is(a[each], b[each]))
        if (!same) found.push(name + '.' + String(key))
      }
    }
    for (const key in {}) found.push('every object has ' + key)
    if (globalThis.polluted !== undefined || ({}).polluted !== undefined) found.push('polluted')
    return found
  }
`

// The snapshot is a module of this thread, too: for what is tried in process.
const { changes } = (await import(
  `data:text/javascript,${encodeURIComponent(snapshot)}`
)) as unknown as { changes(): string[] }

const hostile = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":1}'

/** In the engine's thread: a loader of the project's, with answers as hostile as a loader's may be. */
const loader = `
  import { changes } from './snapshot.mjs'
  const hostile = () => JSON.parse(${JSON.stringify(hostile)})
  const fields = JSON.parse('{"__proto__":"x","constructor":"y","content-type":"text/javascript","toString":"z"}')
  export const schemes = ['odd:', 'changes:']
  export const extensionMimeMap = JSON.parse('{"__proto__":"text/x-proto","constructor":"text/x-proto"}')
  export const accepts = ['text/x-proto', 'text/x-map', 'text/x-inherited']
  export function resolve(specifier) {
    const body = 'export default 1'
    if (specifier.startsWith('changes:')) {
      return { headers: { 'content-type': 'text/javascript' }, body: 'export default ' + JSON.stringify(changes()) }
    }
    switch (specifier) {
      case 'odd:fields': return { headers: fields, body }
      case 'odd:inherited': return { headers: { __proto__: { 'content-type': 'text/x-inherited' }, 'content-type': 'text/javascript' }, body }
      case 'odd:response': return Object.assign(hostile(), { headers: fields, body })
      case 'odd:null': return { __proto__: null, headers: { __proto__: null, 'content-type': 'text/javascript' }, body }
      case 'odd:map': return { headers: { 'content-type': 'text/x-map' }, body }
      case 'odd:error': throw Object.assign(new Error('x'), hostile(), { code: '__proto__', cause: hostile() })
      default: return { headers: {}, body }
    }
  }
  export const resolveRelativePath = (specifier, parent) => new URL(specifier, parent.replace(':', '://')).href.replace('://', ':')
  export const transform = (headers, body) => ({ source: body, format: 'module', headers: fields,
    map: Object.assign(hostile(), { version: 3, sources: ['x'], names: ['__proto__'], mappings: 'AAAAA' }) })
`

const program = `
  import { changes } from './snapshot.mjs'
  const [requests] = [JSON.parse(process.env.REQUESTS)]
  const results = {}
  for (const [specifier, attributes] of requests) {
    try {
      const namespace = await import(specifier, { with: attributes ?? {} })
      const value = namespace.default
      const own = Object(value) === value ? Object.getOwnPropertyNames(value) : value
      results[specifier] = own
    } catch (error) {
      results[specifier] = error.code ?? String(error)
    }
  }
  const there = (await import('changes:now')).default
  process.stdout.write(JSON.stringify({ results, here: changes(), there }))
`

const fields = [
  '__proto__: x',
  '__proto__: y',
  'constructor: x',
  'constructor: y',
  'toString: x',
  'hasOwnProperty: x',
  'set-cookie: __proto__=x',
  'set-cookie: constructor=x; path=/',
  'cache-control: max-age=100, __proto__=1, constructor="x", toString',
  'vary: __proto__, constructor',
  'link: </x>; __proto__=1; constructor=2',
]

function answer(type: string, body: string) {
  const head = ['HTTP/1.1 200 OK', `content-type: ${type}`, ...fields]
  return { raw: [...head, `content-length: ${Buffer.byteLength(body)}`, '', body].join('\r\n') }
}

const map = (more: object) =>
  `export default 1\n//# sourceMappingURL=data:application/json,${encodeURIComponent(
    JSON.stringify({ ...JSON.parse(hostile), version: 3, ...more }),
  ).replaceAll("'", '%27')}`

test('no prototype changes in either thread, whatever servers, files and loaders say', async () => {
  const server = await startServer()
  const one = 'export default 1'
  await server.set({
    '/fields.mjs': answer('text/javascript', one),
    '/parameters.mjs': answer('text/javascript; __proto__=x; constructor=y; toString="z"', one),
    '/data.json': answer('application/json', hostile),
    '/comments.jsonc': answer('application/jsonc', `// comment\n${hostile}`),
    '/map.mjs': answer('text/javascript', map({ sources: ['x'], names: [], mappings: 'AAAA' })),
    '/sections.mjs': answer(
      'text/javascript',
      map({
        sections: [
          {
            offset: { line: 0, column: 0, __proto: 1 },
            map: {
              ...JSON.parse(hostile),
              sources: ['__proto__'],
              names: ['constructor'],
              mappings: 'AAAAA',
            },
          },
        ],
      }),
    ),
    '/x.constructor': answer('text/plain', one),
    '/x.__proto__': answer('text/plain', one),
    '/x.toString': answer('application/octet-stream', one),
    '/constructor': answer('constructor', one),
    '/coding': {
      raw: 'HTTP/1.1 200 OK\r\ncontent-type: text/javascript\r\ncontent-encoding: constructor\r\ncontent-length: 1\r\n\r\nx',
    },
    '/charset': answer('text/markdown;charset=constructor', '```js\nx\n```'),
    '/fence.md': answer('text/markdown', '```constructor\nx\n```\n```__proto__\nx\n```'),
    '/shebang': answer('text/plain', '#!/usr/bin/env constructor x\nexport default 1'),
    '/shebang-type': answer(
      'text/plain',
      `#!/usr/bin/env -S node --input-type=constructor\n${one}`,
    ),
    '/shebang-deno': answer('text/plain', `#!/usr/bin/env -S deno run --ext=__proto__\n${one}`),
    '/status': { raw: 'HTTP/1.1 599 __proto__\r\ncontent-length: 0\r\n\r\n' },
  })
  const { url } = server
  const own = ['__proto__', 'constructor', 'a']
  // What each is, or fails with.
  const expected: Record<string, unknown> = {
    [`${url}/fields.mjs`]: 1,
    [`${url}/parameters.mjs`]: 1,
    [`${url}/data.json`]: own,
    [`${url}/comments.jsonc`]: [...own],
    [`${url}/map.mjs`]: 1,
    [`${url}/sections.mjs`]: 1,
    [`${url}/x.constructor`]: 1,
    [`${url}/x.__proto__`]: 1,
    [`${url}/x.toString`]: 'ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE',
    [`${url}/constructor`]: 'ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE',
    [`${url}/coding`]: 'ERR_MIMEPORT_CONTENT_CODING',
    [`${url}/charset`]: 'ERR_MIMEPORT_INVALID_BODY',
    [`${url}/fence.md`]: 'ERR_MIMEPORT_INVALID_BODY',
    // Another language's script is text.
    [`${url}/shebang`]: '#!/usr/bin/env constructor x\nexport default 1',
    [`${url}/shebang-type`]: 1,
    [`${url}/shebang-deno`]: 1,
    [`${url}/status`]: 'ERR_MIMEPORT_STATUS',
    'odd:fields': 1,
    'odd:inherited': 1,
    'odd:response': 1,
    'odd:null': 1,
    'odd:map': 1,
    'odd:error': 'ERR_MIMEPORT_LOADER_FAILED',
    './x.__proto__': 1,
    './typed.ts': 1,
    'constructor:x': 'ERR_MODULE_NOT_FOUND',
  }
  const json = { type: 'json' }
  const requests = Object.keys(expected).map((specifier) =>
    /\.jsonc?$/.test(specifier) ? [specifier, json] : [specifier],
  )
  const { status, stdout, stderr } = await runProject(
    {
      'app.mjs': program,
      'snapshot.mjs': snapshot,
      'loader.mjs': loader,
      'mimeport.json': '{ "loaders": ["./loader.mjs"] }',
      'tsconfig.json': `{ "compilerOptions": ${hostile}, "__proto__": { "polluted": 1 } }`,
      'typed.ts': 'export default 1 as number',
      'x.__proto__': one,
    },
    { env: { REQUESTS: JSON.stringify(requests) } },
  )
  await server.stop()
  assert.is(status, 0, stderr)
  const { results, here, there } = JSON.parse(stdout)
  assert.equal(results, expected)
  assert.equal(here, [])
  assert.equal(there, [])
  denied('T22', 'a whole program, in both threads', requests.length)
  passed('T22', 'what is right', Object.values(expected).filter((each) => each === 1).length)
})

test('none changes for a configuration, and a key that is inherited is none', () => {
  for (const config of [
    '{ "__proto__": { "polluted": 1 } }',
    '{ "constructor": { "prototype": { "polluted": 1 } } }',
    '{ "toString": 1 }',
    '{ "headers": { "__proto__": { "x": "y" } } }',
    '{ "headers": { "https://h": { "__proto__": { "polluted": 1 } } } }',
    '{ "cache": { "__proto__": { "folder": "/x" } } }',
    '{ "limits": { "__proto__": { "body": 1 } } }',
    '{ "limits": { "constructor": 1 } }',
    '{ "timeout": { "toString": 1 } }',
    '{ "scopes": { "x": { "__proto__": { "polluted": 1 } } } }',
    '{ "imports": { "x": { "__proto__": 1 } } }',
    '{ "allow": { "__proto__": [] } }',
  ]) {
    let code: unknown
    try {
      checkConfig('mimeport.json', JSON.parse(config))
    } catch (error) {
      ;({ code } = error as { code?: string })
    }
    assert.is(code, 'ERR_MIMEPORT_CONFIG', config)
    denied('T22', config)
  }
  checkConfig('mimeport.json', JSON.parse('{ "headers": { "https://h": { "__proto__": "x" } } }'))
  passed('T22', 'a field of that name')
  assert.equal(changes(), [])
})

test('none changes for what loaders return, errors say and servers name', async () => {
  const headers = normalizeHeaders(
    JSON.parse('{"__proto__":"a","constructor":["b","c"]}'),
    'l',
    'x',
  )
  assert.equal(Object.entries(headers), [
    ['__proto__', 'a'],
    ['constructor', 'b, c'],
  ])
  assert.equal(Object.entries({ ...headers }).length, 2)
  const inherited = normalizeHeaders({ __proto__: { 'content-type': 'x' } }, 'l', 'x')
  assert.is(inherited['content-type'], undefined)
  const error = JSON.parse('{"__proto__":{"message":"x"},"name":"__proto__","code":"constructor"}')
  assert.is(unpackError(packError(error)).message, 'Non-error thrown: [object Object]')
  const type = extractMediaType('text/x; __proto__=a; constructor=b')!
  assert.equal(
    [...type.params],
    [
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ],
  )
  const parsed = parseMap(
    JSON.parse(hostile.replace('"a":1', '"sources":["__proto__"],"mappings":""')),
  )
  assert.equal(parsed.sources, ['__proto__'])
  for (const line of [
    '#!/usr/bin/env constructor x',
    '#!__proto__ y',
    '#!/bin/toString exec z',
    '#!/usr/bin/env deno run --ext=constructor',
    '#!/usr/bin/env node --input-type=__proto__',
    '#!/usr/bin/env node --input-type=constructor --import tsx',
  ]) {
    const found = await identify('', `${line}\nexport {}`)
    assert.ok(found === false || typeof found === 'string', line)
    denied('T22', line)
  }
  assert.equal(changes(), [])
})

/** What may be assigned onto: what was made on the spot, an error, the environment. */
const assignable = /Object\.assign\((?!new \w|error\b|thrown\b|\{\}|process\.env\b|packageError\()/

test('nothing is assigned onto what was parsed, and no loop goes over what is inherited', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const files = globSync(['core/**/*.mts', 'loaders/**/*.mts', 'cli/**/*.mts'], { cwd: root })
  assert.ok(files.length > 100)
  const wrong = files.flatMap((file) => {
    const lines = readFileSync(join(root, file), 'utf8').split('\n')
    return lines.flatMap((line, index) =>
      assignable.test(line) || /for \((?:const|let) \w+ in /.test(line) || /\.__proto__/.test(line)
        ? [`${file}:${index + 1}: ${line.trim()}`]
        : [],
    )
  })
  assert.equal(wrong, [])
})

test.run()
