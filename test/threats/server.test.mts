/** T41: a server of ours that pages of a browser could reach. There is none, and this holds it. */

import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeProject, run } from '../support/spawn.mts'
import { startServer } from '../support/server.mts'
import { denied, passed } from './record.mts'

const test = suite('threats: no server')
const cwd = fileURLToPath(new URL('../../', import.meta.url))

/** What listens: servers of node:http, net, tls, dgram, and the inspector. */
const listening =
  /\bcreateServer\b|\bcreateSecureServer\b|\bnew Server\b|\.listen\(|\bcreateSocket\(|inspector\.open\(/

test('nothing that is shipped listens', () => {
  const shipped = globSync(['loader.mts', '{core,cli,loaders,contract}/**/*.mts'], { cwd })
  assert.ok(shipped.length > 100)
  const read = (path: string) => readFileSync(`${cwd}/${path}`, 'utf8')
  assert.equal(
    shipped.filter((path) => listening.test(read(path))),
    [],
  )
  denied('T41', 'a file that listens', shipped.length)
  assert.match(read('test/support/server-process.mts'), listening)
  passed('T41', 'a server of the tests is found by the same search')
})

test('a program that imports from the network listens nowhere', async () => {
  const server = await startServer()
  await server.set('/x.mjs', 'export default 1')
  // What a process listens on is among its resources, whoever opened it, and in whichever thread.
  const project = makeProject({
    'mimeport.json': '{ "loaders": ["./seen.mjs"] }',
    'seen.mjs': `
      export const schemes = ['seen:']
      export const resolveRelativePath = (specifier) => specifier
      export const resolve = () => ({
        headers: { 'content-type': 'text/javascript' },
        body: 'export default ' + JSON.stringify(process.getActiveResourcesInfo().filter((each) => /Server/.test(each))),
      })`,
    'app.mjs': `
      import x from '${server.url}/x.mjs'
      import engine from 'seen:x'
      const own = () => process.getActiveResourcesInfo().filter((each) => /Server/.test(each))
      const before = own()
      const { createServer } = await import('node:net')
      const control = createServer().listen(0, '127.0.0.1', () => {
        console.log(JSON.stringify({ x, engine, before, control: own() }))
        control.close()
      })`,
  })
  try {
    const { stdout, stderr } = await run(['app.mjs'], { cwd: project.path })
    const { x, engine, before, control } = JSON.parse(stdout || stderr) as Record<string, unknown>
    assert.is(x, 1)
    assert.equal(engine, [])
    assert.equal(before, [])
    denied('T41', 'a server, in both threads', 2)
    assert.equal(control, ['TCPServerWrap'])
    passed('T41', 'a server of the program itself is seen')
  } finally {
    project.remove()
    await server.stop()
  }
})

test.run()
