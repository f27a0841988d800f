import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import { denied, leak, passed } from '../threats/record.mts'

const test = suite('another user')

const nobody = 65_534
/** A program as another user; as setpriv(1) makes it. */
const asNobody = (args: readonly string[], env: Record<string, string> = {}) =>
  spawnSync(
    'setpriv',
    [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', process.execPath, ...args],
    {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...env },
    },
  )

const isRoot = process.geteuid?.() === 0
const reason = !isRoot
  ? 'only root can be two users'
  : asNobody([loaderPath]).status !== 0
    ? 'another user cannot read this folder, or there is no setpriv'
    : ''

if (reason !== '') {
  // Loudly: nothing of this was tried.
  process.stderr.write(`SKIPPED test/hostile/other-user.test.mts: ${reason}\n`)
  test(`skipped: ${reason}`, () => {})
} else {
  const server = await startServer()
  const project = makeProject({})
  chmodSync(project.path, 0o755)
  /** As /tmp is: for all, and what one has made there another cannot remove. */
  const shared = mkdtempSync(join(tmpdir(), 'mimeport-shared-'))
  chmodSync(shared, 0o1777)

  test.after(async () => {
    await server.stop()
    project.remove()
    rmSync(shared, { recursive: true, force: true })
  })

  test('a cache that another user has filled is not used, and not written to', async () => {
    const cache = join(shared, 'cache')
    const headers = { 'content-type': 'text/javascript', 'cache-control': 'max-age=1000' }
    project.write({ 'app.mjs': `console.log((await import('${server.url}/x.mjs')).default)` })
    await server.set('/x.mjs', { headers, body: "export default 'evil'" })
    const env = { MIMEPORT_CACHE: cache, HOME: shared }
    const attacker = asNobody(['--import', loaderPath, join(project.path, 'app.mjs')], env)
    assert.is(attacker.stdout, 'evil\n', attacker.stderr)
    const names = () => readdirSync(cache, { recursive: true }).map(String).sort()
    const before = names()
    assert.ok(before.length > 1)
    await server.set('/x.mjs', { headers, body: "export default 'good'" })
    const { stdout, stderr } = await run(['app.mjs'], {
      cwd: project.path,
      env: { MIMEPORT_CACHE: cache },
    })
    assert.is(stdout, 'good\n')
    assert.match(stderr, 'it belongs to another user')
    assert.equal(names(), before)
    denied('T29', 'a cache of another user')
    // Its own works for the attacker as before.
    await server.set('/x.mjs', { headers, body: "export default 'later'" })
    assert.is(
      asNobody(['--import', loaderPath, join(project.path, 'app.mjs')], env).stdout,
      'evil\n',
    )
    passed('T29', 'a cache of their own')
  })

  test('nobody else reads what a cache holds', async () => {
    const cache = join(shared, 'private')
    await server.set('/secret.mjs', {
      headers: { 'content-type': 'text/javascript', 'cache-control': 'max-age=9' },
      body: "export default 'CANARY-29'",
    })
    project.write({ 'app.mjs': `await import('${server.url}/secret.mjs')` })
    const { status, stderr } = await run(['app.mjs'], {
      cwd: project.path,
      env: { MIMEPORT_CACHE: cache },
    })
    assert.is(status, 0, stderr)
    const files = readdirSync(cache, { recursive: true }).map((name) => join(cache, String(name)))
    assert.ok(
      files.some((file) => statSync(file).isFile() && readFileSync(file).includes('CANARY-29')),
    )
    const read = `for (const file of ${JSON.stringify(files)}) try { if (require('node:fs').readFileSync(file).includes('CANARY-29')) console.log('read') } catch {}`
    leak('T29', asNobody(['-e', read]).stdout.split('read').length - 1, 'what another user reads')
  })

  const prebuilt = fileURLToPath(
    new URL(
      `../../node_modules/bufferutil/prebuilds/${process.platform}-${process.arch}/bufferutil.node`,
      import.meta.url,
    ),
  )
  if (existsSync(prebuilt)) {
    test('a folder for addons that another user has made is not used', async () => {
      const addon = readFileSync(prebuilt)
      const name = `${createHash('sha256').update(addon).digest('hex')}.node`
      const folder = join(shared, `mimeport-addons-${process.geteuid!()}`)
      const plant = `const fs = require('node:fs'); fs.mkdirSync('${folder}', { mode: 0o777 }); fs.chmodSync('${folder}', 0o777); fs.writeFileSync('${folder}/${name}', 'planted')`
      assert.is(asNobody(['-e', plant]).status, 0)
      await server.set('/a.node', {
        body: new Uint8Array(addon),
        headers: { 'content-type': 'application/octet-stream' },
      })
      project.write({ 'app.cjs': `console.log(typeof require('${server.url}/a.node').mask)` })
      const load = async () => {
        const env = { TMPDIR: shared }
        const { stdout, stderr } = await run(['app.cjs'], { cwd: project.path, env })
        assert.is(stdout, 'function\n', stderr)
      }
      await load()
      assert.is(readFileSync(join(folder, name), 'utf8'), 'planted')
      denied('T29', 'a folder for addons of another user')
      // A file of another user's, with the right bytes, in a folder of one's own.
      rmSync(folder, { recursive: true })
      await load()
      passed('T29', 'a folder for addons of one’s own')
      const file = join(folder, name)
      process.getBuiltinModule('node:fs').chownSync(file, nobody, nobody)
      await load()
      assert.is(statSync(file).uid, process.geteuid!())
      denied('T29', 'an addon’s file of another user')
    })
  }
}

test.run()
