/** How many requests and connections a graph takes, and that nothing of what came is lost when the program ends at once. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { lockText } from '../support/lock.mts'
import { makeProject, run } from '../support/spawn.mts'
import { startServer } from '../support/server.mts'
import { startWire } from '../support/wire-server.mts'
import type { Project } from '../support/spawn.mts'

const test = suite<{ project: Project }>('requests')
const MODULES = 60

test.before.each((context) => {
  context.project = makeProject({ 'mimeport.lock': lockText() })
})
test.after.each(({ project }) => project.remove())

test('a locked graph is asked for in one wave: each URL once, though each imports the next', async ({
  project,
}) => {
  const wire = await startWire('patient', { most: MODULES })
  project.write({
    'app.mjs': `import x from 'http://127.0.0.1:${wire.port}/0.mjs'\nconsole.log(x)\n`,
  })
  const paths = Array.from({ length: MODULES }, (_, index) => `/${index}.mjs`)
  const start = async () => {
    const { stdout, stderr } = await run(['app.mjs'], { cwd: project.path, env: { CI: '' } })
    assert.is(stdout, `${MODULES}\n`, stderr)
    return wire.seen()
  }
  const first = await start()
  assert.equal(
    first.filter((each) => each !== 'open'),
    paths,
  )
  // Nobody is answered before all are asked for.
  const second = (await start()).slice(first.length)
  assert.equal(
    second.filter((each) => each !== 'open'),
    paths,
  )
  assert.ok(second.filter((each) => each === 'open').length <= 64)
  await wire.stop()
})

test('a wide graph takes one request for each module, and 64 connections at the most', async ({
  project,
}) => {
  const server = await startServer()
  const paths = Array.from({ length: 150 }, (_, index) => `/${index}.mjs`)
  await server.set({
    '*': { body: 'export {}', headers: { 'content-type': 'text/javascript' }, delay: 10 },
    '/all.mjs': paths.map((path) => `import '.${path}'`).join('\n'),
  })
  project.write({ 'app.mjs': `import '${server.url}/all.mjs'` })
  const { status, stderr } = await run(['app.mjs'], { cwd: project.path })
  assert.is(status, 0, stderr)
  const asked = await server.requests()
  assert.equal(asked.map(({ url }) => url).sort(), ['/all.mjs', ...paths].sort())
  assert.ok(new Set(asked.map(({ connection }) => connection)).size <= 64)
  await server.stop()
})

for (const [how, end] of [
  ['ends at once', ''],
  ['calls process.exit', 'process.exit(0)'],
  ['throws', "throw new Error('own')"],
]) {
  test(`what was fetched is in the cache when the program ${how}`, async ({ project }) => {
    const server = await startServer()
    const paths = Array.from({ length: 30 }, (_, index) => `/${index}.mjs`)
    const headers = { 'content-type': 'text/javascript', 'cache-control': 'max-age=600' }
    await server.set({
      '*': { body: 'export {}', headers },
      '/all.mjs': { body: paths.map((path) => `import '.${path}'`).join('\n'), headers },
    })
    project.write({ 'app.mjs': `import '${server.url}/all.mjs'\n${end}\n` })
    const cache = join(project.path, '.cache')
    const env = { MIMEPORT_CACHE: cache }
    await run(['app.mjs'], { cwd: project.path, env })
    const names = readdirSync(join(cache, 'responses')).filter((name) => /^[\da-f]{64}$/.test(name))
    assert.is(names.length, 31)
    await server.stop()
  })
}

test.run()
