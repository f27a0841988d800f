/** T12, T14: URLs that grant access are in no lock, and what they lead to is locked all the same. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startServer } from '../support/server.mts'
import { makeProject, run } from '../support/spawn.mts'
import { denied, leak, passed } from './record.mts'
import type { Project, Run } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'

interface Context {
  server: TestServer
  project: Project
}

const test = suite<Context>('threats: signed URLs')

test.before(async (context) => {
  context.server = await startServer()
  context.project = makeProject({
    'mimeport.lock': '{\n  "version": 1\n}\n',
    'app.mjs': 'console.log((await import(process.argv[2])).default)',
  })
})
test.after(async ({ server, project }) => {
  project.remove()
  await server.stop()
})

const lockOf = ({ path }: Project) => readFileSync(join(path, 'mimeport.lock'), 'utf8')

test('a redirect to a signed URL is asked for each time, and held to where it led', async ({
  server,
  project,
}) => {
  const body = { headers: { 'content-type': 'text/javascript' }, body: 'export default "same"' }
  const to = (location: string) => ({ status: 302, headers: { location } })
  const go = (env = {}): Promise<Run> =>
    run(['app.mjs', `${server.url}/latest`], { cwd: project.path, env: { CI: '', ...env } })
  const frozen = { MIMEPORT_FROZEN: '1' }

  await server.set({ '/file.mjs': body, '/latest': to('/file.mjs?X-Amz-Signature=c4n4ry1') })
  const first = await go()
  assert.is(first.stdout, 'same\n', first.stderr)
  const lock = lockOf(project)
  assert.match(lock, '/file.mjs?X-Amz-Signature=***"')
  leak('T12', lock.split('c4n4ry').length - 1, 'the lock')

  await server.set('/latest', to('/file.mjs?X-Amz-Signature=c4n4ry2'))
  const next = await go(frozen)
  assert.is(next.stdout, 'same\n', next.stderr)
  passed('T14', 'a signed URL that is another each time, and the same body')

  for (const [path, route] of [
    ['/latest', to('/other.mjs?X-Amz-Signature=c4n4ry3')],
    ['/latest', body],
  ] as const) {
    await server.set({ '/other.mjs': body, [path]: route })
    const { stdout, stderr, status } = await go(frozen)
    assert.is(status, 1, stdout)
    assert.match(stderr, 'ERR_MIMEPORT_INTEGRITY')
    denied('T14', 'a signed URL of something else, or none')
    leak('T12', stderr.split('c4n4ry').length - 1, 'the error')
  }

  await server.set({
    '/latest': to('/file.mjs?X-Amz-Signature=c4n4ry4'),
    '/file.mjs': { ...body, body: 'export default "another"' },
  })
  const changed = await go(frozen)
  assert.is(changed.stdout, '')
  assert.match(changed.stderr, 'ERR_MIMEPORT_INTEGRITY')
  denied('T14', 'another body behind a signed URL')
  leak('T12', changed.stderr.split('c4n4ry').length - 1, 'the error')
  assert.is(lockOf(project), lock)
})

test('a module whose URL has a token is locked without it, and held to its body', async ({
  server,
  project,
}) => {
  const module = (text: string) => ({
    headers: { 'content-type': 'text/javascript' },
    body: `export default "${text}"`,
  })
  const go = (token: string, env = {}): Promise<Run> =>
    run(['app.mjs', `${server.url}/x.mjs?v=1&token=${token}`], {
      cwd: project.path,
      env: { CI: '', ...env },
    })
  await server.set('/x.mjs', module('same'))
  const first = await go('c4n4ry-one')
  assert.is(first.stdout, 'same\n', first.stderr)
  assert.match(lockOf(project), '/x.mjs?v=1&token=***": {"integrity"')
  leak('T12', lockOf(project).split('c4n4ry').length - 1, 'the lock')
  const other = await go('c4n4ry-two', { MIMEPORT_FROZEN: '1' })
  assert.is(other.stdout, 'same\n', other.stderr)
  passed('T14', 'another token, and the same body')
  await server.set('/x.mjs', module('another'))
  const changed = await go('c4n4ry-two')
  assert.match(changed.stderr, 'ERR_MIMEPORT_INTEGRITY')
  denied('T14', 'another body for a token')
  leak('T12', changed.stderr.split('c4n4ry').length - 1, 'the error')
})

test.run()
