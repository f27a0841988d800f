import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { buildPackage } from './package.mts'
import { inSequence, play } from './scenario.mts'
import { makeProject, run } from '../support/spawn.mts'
import { startServer } from '../support/server.mts'
import type { BuiltPackage } from './package.mts'
import type { Project } from '../support/spawn.mts'

const test = suite('faults, later')
let built: BuiltPackage

test.before(() => {
  built = buildPackage()
})
test.after(() => built.remove())

test('an answer that nobody asked for is not the next one (S06)', async () => {
  const { stdout, stderr } = await play('poison', inSequence(20), built.loader)
  assert.is(stderr, '')
  assert.equal(JSON.parse(stdout), [20, false, []])
})

test('a server that closes idle connections is not noticed (S18)', async () => {
  const { stdout, stderr, requests } = await play('stale', inSequence(200), built.loader)
  assert.is(stderr, '')
  assert.equal(JSON.parse(stdout), [200, false, []])
  assert.ok(requests >= 200)
})

test('a server that starts again at its port after each answer is found (S21)', async () => {
  const { stdout, stderr, connections } = await play('restart', inSequence(25), built.loader)
  assert.is(stderr, '')
  assert.equal(JSON.parse(stdout), [25, false, []])
  assert.ok(connections >= 10)
})

for (const name of ['only ::1 hears', 'only 127.0.0.1 hears'] as const) {
  test(`a host with two addresses is reached by the one that hears: ${name} (S17)`, async () => {
    const { stdout, stderr } = await play(name, inSequence(3), built.loader)
    assert.is(stderr, '')
    assert.equal(JSON.parse(stdout), [3, false, []])
  })
}

const importMany = `
  const { default: path } = await import(process.env.SERVER + '/all-150.mjs')
  console.log(path, globalThis.ran)
`

for (const [name, bound] of [
  ['many, http', 64],
  ['many, h2', 100],
] as const) {
  test(`one slow module holds up no other, and ${bound} are asked for at a time (S24, ${name})`, async () => {
    const { stdout, stderr, most, beforeSlow, requests } = await play(
      name,
      importMany,
      built.loader,
    )
    assert.is(stderr, '')
    assert.is(stdout, '/all-150.mjs 152\n')
    assert.is(requests, 152)
    assert.ok(most <= bound, `${most} at a time`)
    // The parent and all but the slow one.
    assert.is(beforeSlow, 151)
  })
}

/** Files of a folder, however deep. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** A graph of every kind: modules, JSON, text, TypeScript, Markdown, a redirect. */
const graph = {
  '/start': { status: 302, headers: { location: '/lib/main.mjs' } },
  '/lib/main.mjs': {
    headers: { 'content-type': 'text/javascript', 'cache-control': 'max-age=0', etag: '"m"' },
    body: `
      import data from './data.json' with { type: 'json' }
      import { Mode } from './mode.ts'
      import { n } from './note.mjs.md'
      import later from './fresh.mjs'
      export default JSON.stringify([data, Mode.On, n, later, import.meta.url.endsWith('/lib/main.mjs')])`,
  },
  '/lib/data.json': '{ "a": [1, "é"] }',
  '/lib/mode.ts': 'export enum Mode { On = 42 }',
  '/lib/note.mjs.md': '# n\n\n```js\nexport const n = 7\n```\n',
  '/lib/fresh.mjs': {
    headers: { 'content-type': 'text/javascript', 'cache-control': 'max-age=600' },
    body: 'export default "fresh"',
  },
}

/** Runs a program that imports the graph, and prints what comes of it. */
function importGraph(project: Project, url: string, env: Record<string, string> = {}) {
  project.write({
    'app.mjs': `
      const found = await import('${url}/start').then((ns) => ns.default, (error) => error.code)
      console.log(found)`,
  })
  return run(['app.mjs'], {
    cwd: project.path,
    nodeArgs: ['--import', built.loader],
    env: { MIMEPORT_CACHE: join(project.path, 'cache'), ...env },
  })
}

const expected = '[{"a":[1,"é"]},42,7,"fresh",true]\n'

test('a program that ran once runs offline, to the same bytes, with its server down (S23)', async () => {
  const server = await startServer()
  const project = makeProject({})
  try {
    await server.set(graph)
    assert.is((await importGraph(project, server.url)).stdout, expected)
    await server.stop()
    const offline = await importGraph(project, server.url, { MIMEPORT_OFFLINE: '1' })
    assert.is(offline.stdout, expected)
    assert.is(offline.stderr, '')
    // The control: nothing is kept elsewhere.
    rmSync(join(project.path, 'cache'), { recursive: true })
    const gone = await importGraph(project, server.url, { MIMEPORT_OFFLINE: '1' })
    assert.is(gone.stdout, 'ERR_MIMEPORT_OFFLINE\n')
  } finally {
    project.remove()
  }
})

const damages: Readonly<Record<string, (file: string, number: number) => void>> = {
  'cut off': (file) => truncateSync(file, Math.floor(statSync(file).size / 2)),
  empty: (file) => truncateSync(file, 0),
  'with a wrong bit': (file, number) => {
    const bytes = readFileSync(file)
    const at = (number * 7919) % Math.max(bytes.length, 1)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(file, bytes)
  },
  'every other one is gone': (file, number) => {
    if (number % 2 === 0) rmSync(file)
  },
}

test('entries that are damaged are asked for again, and offline they are missing (S22, D03)', async () => {
  const server = await startServer()
  const project = makeProject({})
  const folder = join(project.path, 'cache')
  try {
    await server.set(graph)
    assert.is((await importGraph(project, server.url)).stdout, expected)
    for (const [what, damage] of Object.entries(damages)) {
      const harm = () => filesIn(folder).sort().forEach(damage)
      assert.ok(filesIn(folder).length > 0)
      harm()
      const { stdout } = await importGraph(project, server.url, { MIMEPORT_OFFLINE: '1' })
      assert.ok(stdout === expected || stdout === 'ERR_MIMEPORT_OFFLINE\n', `${what}: ${stdout}`)
      assert.is((await importGraph(project, server.url)).stdout, expected, what)
    }
  } finally {
    await server.stop()
    project.remove()
  }
})

test.run()
