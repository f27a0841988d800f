/** Servers that go by Accept: what an import gets depends on what it is for, and on what the project can load. */

import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startNegotiator } from '../support/negotiator.mts'
import { makeProject, run } from '../support/spawn.mts'
import type { Negotiator } from '../support/negotiator.mts'
import type { Project } from '../support/spawn.mts'

const test = suite('negotiation')

const typescript = 'const a: number = 1\nexport default "typescript"'
const javascript = 'export default "javascript"'
const html = '<title>About</title>'

let server: Negotiator
let project: Project
test.before(async () => {
  // What the server itself would give comes first.
  server = await startNegotiator({
    '/module': { 'application/typescript': typescript, 'text/javascript': javascript },
    '/old': { 'text/html': html, 'application/javascript': javascript },
    '/source': { 'text/html': html, 'application/typescript': typescript },
    '/about': {
      'text/html': html,
      'text/markdown': '# About\n\n```js\nexport default "markdown"\n```\n',
    },
    '/both': {
      'application/json': '{ "is": "data" }',
      'text/javascript': 'export const is = "code"',
    },
    '/settings': { 'text/html': html, 'application/jsonc': '{ "a": 1, }' },
    '/table': { 'text/x-fixed': 'a b', 'text/x-tabbed': 'a\tb' },
    '/paper': { 'application/pdf': '%PDF-1.7' },
  })
})
test.before.each(() => {
  project = makeProject({})
})
test.after.each(() => project.remove())
test.after(() => server.stop())

/** Runs a program that prints JSON, in the project and with its cache. */
async function printed(app: string, env: Readonly<Record<string, string>> = {}): Promise<any> {
  project.write({ 'app.mjs': `const base = '${server.url}'\n${app}` })
  const { stdout, stderr } = await run(['app.mjs'], {
    cwd: project.path,
    env: { MIMEPORT_CACHE: join(project.path, 'cache'), ...env },
  })
  assert.is(stderr, '')
  return JSON.parse(stdout)
}

const importAll = (paths: readonly string[]) => `
  const all = []
  for (const path of ${JSON.stringify(paths)}) {
    all.push(await import(base + path).then((it) => it.default, ({ code }) => code))
  }
  console.log(JSON.stringify(all))`

test('code comes as what needs the fewest transforms, whatever the server would rather give', async () => {
  const paths = ['/module', '/old', '/source', '/about', '/settings', '/paper']
  assert.equal(await printed(importAll(paths)), [
    'javascript',
    'javascript',
    'typescript',
    'markdown',
    { a: 1 },
    'ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE',
  ])
  const choices = await server.choices()
  assert.equal(
    choices.map(([path, , mediaType]) => [path, mediaType]),
    [
      ['/module', 'text/javascript'],
      ['/old', 'application/javascript'],
      ['/source', 'application/typescript'],
      ['/about', 'text/markdown'],
      ['/settings', 'application/jsonc'],
      ['/paper', 'application/pdf'],
    ],
  )
  assert.is(
    choices[0]![1],
    'text/javascript, application/javascript, application/node, application/wasm, ' +
      'application/json5;q=0.9, application/jsonc;q=0.9, application/typescript;q=0.9, text/jsonc;q=0.9, text/jsx;q=0.9, text/tsx;q=0.9, ' +
      'application/toml;q=0.8, application/x-yaml;q=0.8, application/yaml;q=0.8, text/csv;q=0.8, text/markdown;q=0.8, ' +
      'text/tab-separated-values;q=0.8, text/x-yaml;q=0.8, text/yaml;q=0.8, application/json;q=0.2, */*;q=0.1',
  )
})

test('a loader of the project is part of what is asked for', async () => {
  assert.equal(await printed(importAll(['/table'])), ['ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE'])
  assert.is((await server.choices())[0]![2], 'text/x-fixed')
  project.write({
    'mimeport.json': '{ "loaders": ["./tsv.mjs"] }',
    'tsv.mjs': `
      export const accepts = ['text/x-tabbed']
      export const transform = (headers, body) =>
        ({ source: 'export default ' + JSON.stringify(body.split('\\t')), format: 'module' })`,
  })
  // The response to the other Accept is fresh in the cache, and is none to this one.
  assert.equal(await printed(importAll(['/table'])), [['a', 'b']])
  const [[, accept, mediaType] = []] = await server.choices()
  assert.is(mediaType, 'text/x-tabbed')
  assert.match(accept!, /, text\/x-tabbed;q=0\.8, /)
})

test('one URL is code and data, each by what its import asks for, and each once', async () => {
  const uses = [
    'const code = async () => (await import(base + "/both")).is',
    'const data = async () => (await import(base + "/both", { with: { type: "json" } })).default.is',
    'const text = async () => (await import(base + "/both", { with: { type: "text" } })).default',
  ].join('\n')
  const orders = [
    ['code', 'data', 'text', 'code', 'data'],
    ['data', 'text', 'code', 'data', 'code'],
  ]
  const outcomes: Readonly<Record<string, string>> = {
    code: 'code',
    data: 'data',
    text: '{ "is": "data" }',
  }
  for (const order of orders) {
    project.remove()
    project = makeProject({})
    const app = `${uses}\nconst all = []\nfor (const use of [${order.join()}]) all.push(await use())\nconsole.log(JSON.stringify(all))`
    const expected = order.map((use) => outcomes[use])
    assert.equal(await printed(app), expected)
    const asked = (await server.choices()).map(([, accept, mediaType]) => [
      accept.split(',')[0],
      mediaType,
    ])
    assert.equal(
      new Set(asked.map(([range, mediaType]) => `${range} ${mediaType}`)),
      new Set([
        'text/javascript text/javascript',
        'application/json application/json',
        '*/* application/json',
      ]),
    )
    assert.is(asked.length, 3)
    // Each variant is in the cache, under the fields by which it was chosen.
    assert.equal(await printed(app), expected)
    assert.equal(await printed(app, { MIMEPORT_OFFLINE: '1' }), expected)
    assert.equal(await server.choices(), [])
  }
})

test('static imports and require ask for code, and attributes for data', async () => {
  project.write({
    'main.mjs': `
      import { createRequire } from 'node:module'
      import { is } from '${server.url}/both'
      import data from '${server.url}/both' with { type: 'json' }
      const require = createRequire(import.meta.url)
      console.log(JSON.stringify([is, data.is, require('${server.url}/both').is, require('${server.url}/module').default]))`,
  })
  assert.equal(await printed("await import('./main.mjs')"), ['code', 'data', 'code', 'javascript'])
  await server.choices()
})

test.run()
