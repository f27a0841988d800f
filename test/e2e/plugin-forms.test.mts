import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runProject } from '../support/spawn.mts'

const test = suite('a plugin written from the table alone')

/** What every form exports: it takes `.<name>` files, and says which form took them. */
const parts = (name: string) => ({
  map: `{ '${name}': 'text/x-${name}' }`,
  dotted: `{ '.${name}': 'text/x-${name}' }`,
  accepts: `['text/x-${name}']`,
  alone: `'text/x-${name}'`,
  result: `{ source: 'export default ' + JSON.stringify('${name}: ' + body), format: 'module' }`,
})

type Form = (part: ReturnType<typeof parts>) => string

/** File of the project → the loader in it. Each takes the files that are called as its first word. */
const forms: Readonly<Record<string, Form>> = {
  'loaders/named.mjs': ({ map, accepts, result }) => `
    export const name = 'by-name'
    export const extensionMimeMap = ${map}
    export const accepts = ${accepts}
    export async function transform(headers, body) { return ${result} }`,
  'loaders/object.mjs': ({ dotted, alone, result }) => `
    export default {
      extensionMimeMap: ${dotted},
      accepts: ${alone},
      transform(headers, body, { url }) { if (!url.startsWith('file:')) throw new Error(url); return ${result} },
    }`,
  'loaders/instance.mjs': ({ map, accepts, result }) => `
    class Loader {
      extensionMimeMap = ${map}
      accepts = ${accepts}
      #make = (body) => (${result})
      async transform(headers, body) { return this.#make(body) }
    }
    export default new Loader()`,
  'loaders/klass.mjs': ({ map, alone, result }) => `
    export default class {
      static extensionMimeMap = ${map}
      static accepts = ${alone}
      static transform(headers, body) { return ${result} }
    }`,
  'loaders/typed.mts': ({ dotted, accepts, result }) => `
    type Headers = Readonly<Record<string, string>>
    export const extensionMimeMap: Record<string, string> = ${dotted}
    export const accepts: string[] = ${accepts}
    export const transform = (headers: Headers, body: string) => (${result})`,
  'loaders/esm.js': ({ map, accepts, result }) => `
    export const extensionMimeMap = ${map}, accepts = ${accepts}
    export const transform = (headers, body) => Promise.resolve(${result})`,
  'loaders/cjsobject.cjs': ({ map, accepts, result }) => `
    const helper = (body) => (${result})
    module.exports = {
      extensionMimeMap: ${map},
      accepts: ${accepts},
      transform(headers, body) { return this.helper(body) },
      helper,
    }`,
  'loaders/cjsnames.cjs': ({ map, alone, result }) => `
    exports.extensionMimeMap = ${map}
    exports.accepts = ${alone}
    exports.transform = async (headers, body) => (${result})`,
  'loaders/transpiled.cjs': ({ map, accepts, result }) => `
    'use strict'
    Object.defineProperty(exports, '__esModule', { value: true })
    exports.default = { extensionMimeMap: ${map}, accepts: ${accepts}, transform: (headers, body) => (${result}) }`,
  'loaders/transnames.cjs': ({ map, accepts, result }) => `
    'use strict'
    Object.defineProperty(exports, '__esModule', { value: true })
    exports.transform = exports.accepts = exports.extensionMimeMap = void 0
    const extensionMimeMap = ${map}
    exports.extensionMimeMap = extensionMimeMap
    exports.accepts = ${accepts}
    function transform(headers, body) { return ${result} }
    exports.transform = transform`,
  'loaders/folder/folder.mjs': ({ map, accepts, result }) => `
    import { make } from './make.mjs'
    export const extensionMimeMap = ${map}
    export const accepts = ${accepts}
    export const transform = (headers, body) => make(() => (${result}))`,
  'loaders/manifest/lib/start.js': ({ map, accepts, result }) => `
    export const extensionMimeMap = ${map}
    export const accepts = ${accepts}
    export const transform = (headers, body) => (${result})`,
  'node_modules/mimeport-loader-pack/pack.js': ({ map, accepts, result }) => `
    export default { extensionMimeMap: ${map}, accepts: ${accepts}, transform: (headers, body) => (${result}) }`,
  'node_modules/@scope/main/main.js': ({ map, accepts, result }) => `
    module.exports = { extensionMimeMap: ${map}, accepts: ${accepts}, transform: (headers, body) => (${result}) }`,
}

const nameOf = (file: string) =>
  /^(?:loaders|node_modules\/(?:mimeport-loader-|@scope\/))\/?(\w+)/.exec(file)![1]!
const names = Object.keys(forms).map(nameOf)

const around = {
  'mimeport.json': '{ "loaders": ["./loaders/*", "mimeport-loader-pack", "@scope/main"] }',
  'loaders/README.md': '# Ours',
  'loaders/folder/make.mjs': 'export const make = (make) => make()',
  'loaders/manifest/package.json': '{ "type": "module", "main": "./lib/start.js" }',
  'node_modules/mimeport-loader-pack/package.json':
    '{ "type": "module", "exports": { ".": { "import": "./pack.js" } } }',
  'node_modules/@scope/main/package.json': '{ "main": "main.js" }',
}

test('is loaded in each of its forms', async () => {
  const files: Record<string, string> = { ...around }
  for (const [file, form] of Object.entries(forms)) files[file] = form(parts(nameOf(file)))
  for (const name of names) files[`x.${name}`] = `é ${name}`
  files['app.mjs'] = `
    import { createRequire } from 'node:module'
    ${names.map((name) => `import ${name} from './x.${name}'`).join('\n')}
    const require = createRequire(import.meta.url)
    const again = await import('./x.named')
    if (again.default !== named || require('./x.named').default !== named) throw new Error('twice')
    console.log(JSON.stringify([${names.join()}]))`
  const { stdout, stderr, status } = await runProject(files)
  assert.is(stderr, '')
  assert.equal(
    JSON.parse(stdout),
    names.map((name) => `${name}: é ${name}`),
  )
  assert.is(status, 0)
})

const bodies = `
const bytes = new TextEncoder().encode('export default "é"')
const stream = () => new ReadableStream({ start(c) { c.enqueue(bytes.subarray(0, 17)); c.enqueue(bytes.subarray(17)); c.close() } })
const headers = { 'Content-Type': ['text/javascript'] }
const answers = {
  string: () => ({ statusCode: 200, headers, body: 'export default "é"' }),
  bytes: async () => ({ statusCode: 200, headers, body: bytes }),
  buffer: () => ({ statusCode: 200, headers, body: Buffer.from(bytes) }),
  arraybuffer: () => ({ headers, body: bytes.buffer }),
  stream: () => ({ headers: new Headers({ 'content-type': 'text/javascript' }), body: stream() }),
  response: () => new Response(stream(), { headers: { 'content-type': 'text/javascript' } }),
  moved: () => ({ statusCode: 308, headers: { LOCATION: './string' } }),
  inner: () => ({ headers, body: 'export { default } from "./bytes"' }),
}`

test('answers requests with any form of body, by a scheme and without one', async () => {
  const { stdout, stderr, status } = await runProject({
    'mimeport.json': '{ "loaders": ["./scheme.mjs", "./any.mjs"] }',
    'scheme.mjs': `${bodies}
      export const schemes = ['virtual:']
      export const resolve = (specifier) => answers[specifier.split('/').at(-1)]?.() ?? null
      export const resolveRelativePath = (specifier, parentPath) => new URL(specifier, parentPath).href`,
    'any.mjs': `export default {
      async resolve(specifier) {
        if (specifier === 'answered') return { body: 'export default "answered"', headers: { 'content-type': 'text/javascript' } }
      },
      async resolveRelativePath() { throw new Error('nothing is relative') },
    }`,
    'node_modules/other/package.json': '{ "exports": "./o.mjs", "type": "module" }',
    'node_modules/other/o.mjs': 'export default "a package"',
    'app.mjs': `
      import answered from 'answered'
      import other from 'other'
      import fs from 'fs'
      const values = { answered, other, fs: typeof fs.readFileSync }
      for (const name of 'string bytes buffer arraybuffer stream response moved inner'.split(' ')) {
        values[name] = (await import('virtual://host/' + name)).default
      }
      values.gone = await import('virtual://host/gone').catch((error) => error.code)
      values.bare = await import('nobody').catch((error) => error.code)
      console.log(JSON.stringify(values))`,
  })
  assert.is(stderr, '')
  const forms = 'string bytes buffer arraybuffer stream response moved inner'.split(' ')
  assert.equal(JSON.parse(stdout), {
    answered: 'answered',
    other: 'a package',
    fs: 'function',
    ...Object.fromEntries(forms.map((name) => [name, 'é'])),
    gone: 'ERR_MODULE_NOT_FOUND',
    bare: 'ERR_MODULE_NOT_FOUND',
  })
  assert.is(status, 0)
})

test('identifies what has no name, and transforms by range and by suffix', async () => {
  const { stdout, stderr, status } = await runProject({
    'mimeport.json': '{ "loaders": ["./identify.mjs", "./suffix.cjs", "./range.mjs"] }',
    'identify.mjs': `
      export const identify = (url, body) => typeof body === 'string' && body.startsWith('%MAGIC') && 'magic/text; v=1'`,
    'suffix.cjs': `
      exports.extensionMimeMap = { 'thing.json': 'application/thing+json' }
      exports.accepts = '+json'
      exports.transform = (headers, body) => ({ format: 'magic/json', source: body, headers: { 'X-From': [headers['content-type'], 'two'] } })`,
    'range.mjs': `
      export const accepts = ['magic/*']
      export const transform = (headers, body) => ({
        source: 'export default ' + JSON.stringify({ headers, body: String(body) }),
        format: 'module',
      })`,
    nameless: '%MAGIC é',
    'x.thing.json': '{}',
    'app.mjs': `
      import nameless from './nameless'
      import thing from './x.thing.json'
      console.log(JSON.stringify([nameless.headers['content-type'], nameless.body, thing.headers]))`,
  })
  assert.is(stderr, '')
  assert.equal(JSON.parse(stdout), [
    'magic/text;v=1',
    '37,77,65,71,73,67,32,195,169',
    { 'content-type': 'magic/json', 'x-from': 'application/thing+json, two' },
  ])
  assert.is(status, 0)
})

test('makes CommonJS of a local file, under a name that says otherwise, too', async () => {
  const files = ['x.own', 'nameless', 'x.own.js', 'x.own.mjs', 'x.own.json']
  const { stdout, stderr } = await runProject({
    'mimeport.json': '{ "loaders": ["./own.mjs"] }',
    'own.mjs': `
      const type = 'text/own'
      export const extensionMimeMap = { own: type, 'own.js': type, 'own.mjs': type, 'own.json': type }
      export const identify = () => type
      export const accepts = type
      export const transform = () => ({ source: 'exports.a = typeof require', format: 'commonjs' })`,
    ...Object.fromEntries(files.map((file) => [file, '?'])),
    'app.mjs': `
      import { createRequire } from 'node:module'
      const require = createRequire(import.meta.url)
      for (const file of ${JSON.stringify(files)}) {
        const { default: imported } = await import('./' + file).catch((error) => ({ default: error.code }))
        const required = require('./' + file)
        console.log(file, required.a, imported === required ? 'the same' : imported)
      }`,
  })
  assert.is(stderr, '')
  assert.equal(
    stdout.trimEnd().split('\n'),
    files.map((file) => `${file} function the same`),
  )
})

test.run()
