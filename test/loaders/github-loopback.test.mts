import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { gitEnvironment } from '../support/github-repository.mts'
import { startFixture } from '../support/github-fixture.mts'
import type { GitHub } from '../support/github.mts'

const test = suite('loopback GitHub')

const run = promisify(execFile)
let github: GitHub
let ids: Record<string, string>
let folder: string

test.before(async () => {
  ;({ github, ids } = await startFixture())
  folder = mkdtempSync(join(tmpdir(), 'mimeport-clone-'))
})
test.after(async () => {
  rmSync(folder, { recursive: true, force: true })
  await github.stop()
})

test('commit ids are the same in every run', () => {
  assert.is(ids['main'], '3e01614ca0b47e2ffa15c2f974e0ed33d993145f')
  assert.is(ids['one'], ids['main'])
})

test('git itself clones from it, with and without .git', async () => {
  for (const name of ['repo', 'repo.git']) {
    const clone = join(folder, name)
    const url = `${github.url}/owner/${name}`
    await run('git', ['clone', '--quiet', '-b', 'main', url, clone], {
      env: gitEnvironment(folder),
    })
    assert.is(readFileSync(join(clone, 'odd/é 漢字.mjs'), 'utf8'), 'é 漢字.mjs')
    assert.is(readlinkSync(join(clone, 'link.mjs')), 'index.mjs')
    assert.ok((statSync(join(clone, 'run.sh')).mode & 0o111) !== 0)
  }
  const { stdout } = await run('git', ['-C', join(folder, 'repo'), 'cat-file', '-t', 'v2.0.0'], {
    env: gitEnvironment(folder),
  })
  assert.is(stdout.trim(), 'tag')
})

test('the raw host answers as the real one', async () => {
  const get = (path: string, headers = {}) =>
    fetch(`${github.rawURL}/owner/repo/${path}`, { headers })
  const text = await get('main/index.mjs')
  assert.is(text.status, 200)
  assert.is(text.headers.get('content-type'), 'text/plain; charset=utf-8')
  assert.is(text.headers.get('x-content-type-options'), 'nosniff')
  assert.is(text.headers.get('cache-control'), 'max-age=300')
  assert.is(text.headers.get('content-encoding'), 'gzip')
  const etag = text.headers.get('etag') ?? ''
  assert.is((await get('main/index.mjs', { 'if-none-match': etag })).status, 304)
  const bytes = await get(`${ids['main']}/x.wasm`)
  assert.is(bytes.headers.get('content-type'), 'application/octet-stream')
  assert.is((await bytes.arrayBuffer()).byteLength, 5)
  assert.is(await (await get('refs/heads/feature/x.y/z/index.mjs')).text(), 'z at feature/x.y')
  assert.is(await (await get('v2.0.0/index.mjs')).text(), 'feature/x')
  for (const path of ['main/none', 'none/index.mjs', 'main/dir', `${'0'.repeat(40)}/index.mjs`]) {
    const missing = await get(path)
    assert.is(missing.status, 404)
    assert.is(await missing.text(), '404: Not Found')
  }
})

test('it ends with its parent, however that ends, and leaves nothing behind', async () => {
  const support = new URL('../support/github.mts', import.meta.url).href
  for (const end of ['process.exit(3)', "process.kill(process.pid, 'SIGKILL')", '']) {
    const program = `
      import { startGitHub } from ${JSON.stringify(support)}
      const { url } = await startGitHub({ repos: { 'o/r': { files: { a: '1' } } } })
      process.stdout.write(url + '\\n', () => { ${end} })`
    const own = mkdtempSync(join(folder, 'tmp-'))
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...process.env, TMPDIR: own },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    await once(child, 'close')
    const url = output.trim()
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/)
    let listens = true
    for (let attempt = 0; listens && attempt < 100; attempt++) {
      listens = await fetch(url).then(
        () => true,
        () => false,
      )
      if (listens) await sleep(50)
    }
    assert.not.ok(listens)
    const { stdout } = await run('ls', [own])
    assert.is(stdout, '')
  }
  assert.ok(existsSync(folder))
})

test.run()
