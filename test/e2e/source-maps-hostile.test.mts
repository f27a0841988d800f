/** What a bad map can do: nothing. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import { denied, passed } from '../threats/record.mts'
import type { Project } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('source maps: hostile')

const compiled =
  'enum Kind { A }\n\nexport const fail = () => { throw new Error(String(Kind.A)) }\n'
const inline = (map: object) =>
  `//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`
const secret = 'the first line of a file of this machine'

let project: Project
let server: TestServer

test.before(async () => {
  server = await startServer()
  project = makeProject({
    'secret.txt': `${secret}\n`,
    'all.mjs': `
      for (const specifier of process.argv.slice(2)) {
        const { fail } = await import(specifier)
        try { fail() } catch (error) { console.log(error.stack) }
      }`,
  })
})
test.after(async () => {
  project.remove()
  await server.stop()
})

const hostile: readonly [what: string, map: object | string][] = [
  ['no JSON', '//# sourceMappingURL=data:application/json;base64,AAAA'],
  [
    'an endless number',
    inline({ version: 3, sources: ['a'], names: [], mappings: 'g'.repeat(100_000) }),
  ],
  [
    'lines without end',
    inline({ version: 3, sources: ['a'], names: [], mappings: ';'.repeat(5_000_000) }),
  ],
  ['a source that is not there', inline({ version: 3, sources: [], names: [], mappings: 'AAAA' })],
  ['sources that are none', inline({ version: 3, sources: [{}, 1], names: [], mappings: 'AAAA' })],
  [
    'a section far down',
    inline({ version: 3, sections: [{ offset: { line: 2 ** 31, column: 0 }, map: {} }] }),
  ],
  ['another address', '//# sourceMappingURL=http://127.0.0.1:1/x.map'],
]

test('a map that is bad does no harm', async () => {
  const routes: Record<string, string> = {}
  for (const [index, [, map]] of hostile.entries()) {
    routes[`/${index}/lib.ts`] = `${compiled}${map}`
    routes[`/${index}/lib.js`] = `export const fail = () => { throw new Error('x') }\n${map}`
  }
  await server.set(routes)
  const specifiers = hostile.flatMap((_, index) => [
    `${server.url}/${index}/lib.ts`,
    `${server.url}/${index}/lib.js`,
  ])
  const { stdout, stderr } = await run(['all.mjs', ...specifiers], { cwd: project.path })
  assert.is(stderr, '')
  for (const [index, [what]] of hostile.entries()) {
    assert.match(stdout, `/${index}/lib.ts:3:35)`, what)
    assert.match(stdout, `/${index}/lib.js:1:35)`, what)
  }
  denied('T35', 'a map that is bad', hostile.length)
})

test('a map from the network makes nobody read a file of this machine', async () => {
  const source = `file://${project.path}/secret.txt`
  const code = `export const fail = () => { throw new Error('x') }`
  const map = (sources: readonly string[], more = {}) =>
    inline({ version: 3, sources, names: [], mappings: 'AAAA', ...more })
  await server.set({
    '/url.js': `${code}\n${map([source])}`,
    '/path.js': `${code}\n${map([`${project.path}/secret.txt`])}`,
    '/root.js': `${code}\n${map(['secret.txt'], { sourceRoot: `file://${project.path}/` })}`,
    '/empty.js': `${code}\n${map([source], { sourcesContent: [''] })}`,
    '/followed.js': `${code}\n${map([source])}\nvoid 0`,
    '/beside.js': `${code}\n//# sourceMappingURL=file://${project.path}/secret.txt`,
    '/url.ts': `enum A {}\n${code}\n${map([source])}`,
  })
  const names = ['url.js', 'path.js', 'root.js', 'empty.js', 'followed.js', 'beside.js', 'url.ts']
  const shown = async (specifier: string, env: Readonly<Record<string, string>>) => {
    const { stderr } = await run(['-e', `import('${specifier}').then(({ fail }) => fail())`], {
      cwd: project.path,
      env,
      nodeArgs: ['--enable-source-maps', '--import', loaderPath],
    })
    assert.match(stderr, /Error: x/)
    assert.not.match(stderr, secret)
  }
  for (const name of names) await shown(`${server.url}/${name}`, {})
  await shown(`${server.url}/url.js`, { MIMEPORT_SOURCE_MAPS: '0' })
  denied('T35', 'a source that is a local file', names.length + 1)
  // The control: of a local file Node reads it.
  project.write({ 'control.js': `${code}\n${map([source])}` })
  const { stderr } = await run(['-e', `import('./control.js').then(({ fail }) => fail())`], {
    cwd: project.path,
    nodeArgs: ['--enable-source-maps'],
  })
  assert.match(stderr, secret)
  passed('T35', "a local file's map, to Node itself")
})

test.run()
