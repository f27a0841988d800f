import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startGitHub } from '../support/github.mts'
import { makeProject, run } from '../support/spawn.mts'
import type { GitHub } from '../support/github.mts'
import type { Project } from '../support/spawn.mts'

const test = suite('github programs')

const many = Array.from({ length: 300 }, (_, index) => `m${index}`)
const wide = Object.fromEntries(
  many.map((name, index) => [`wide/${name}.mjs`, `export default ${index}\n`]),
)
const all = [
  ...many.map((name) => `import ${name} from 'github:owner/repo/wide/${name}.mjs'`),
  `console.log(${many.join(' + ')})`,
].join('\n')

let github: GitHub
let project: Project
let cache: string

test.before(async () => {
  github = await startGitHub({
    repos: {
      'owner/repo': {
        files: {
          ...wide,
          'main.mjs': "export { x } from './lib/x.ts'\nexport const url = import.meta.url\n",
          'lib/x.ts': "import { y } from '/y.mjs'\nexport const x: string = `x${y}`\n",
          'y.mjs': "export const y = 'y1'\n",
          'link.mjs': { symlink: 'main.mjs' },
          'throw.ts': "interface A {}\nthrow new Error('thrown')\n",
          'a.cjs': "exports.b = require('./b.cjs').b\n",
          'b.cjs': 'exports.b = __filename\n',
        },
        branches: { 'feature/z': { 'y.mjs': "export const y = 'z'\n" } },
      },
      'owner/moving': { files: { 'a.mjs': 'export const { url } = import.meta\n' } },
    },
    renamed: { 'former/name': 'owner/repo' },
  })
  project = makeProject({
    'all.mjs': all,
    'main.mjs': "import { x, url } from 'github:owner/repo/main.mjs'\nconsole.log(x, url)\n",
    'feature.mjs':
      "import { x } from 'github:owner/repo@feature/z/main.mjs'\nimport { y } from 'github:owner/repo/y.mjs'\nconsole.log(x, y)\n",
    'former.mjs':
      "import * as a from 'github:former/name/main.mjs'\nimport * as b from 'github:owner/repo/main.mjs'\nimport * as c from 'github:owner/repo/link.mjs'\nconsole.log(a === b, b === c)\n",
    'throw.mjs': "await import('github:owner/repo/throw.ts')\n",
    'require.cjs':
      "const { b } = require('github:owner/repo/a.cjs')\nconsole.log(b, require.resolve('github:owner/repo/a.cjs'))\n",
  })
  cache = mkdtempSync(join(tmpdir(), 'mimeport-cache-'))
})
test.after(async () => {
  project.remove()
  rmSync(cache, { recursive: true, force: true })
  await github.stop()
})

const start = (file: string, env: Readonly<Record<string, string>> = {}) =>
  run([file], {
    cwd: project.path,
    env: { ...github.env, MIMEPORT_CACHE: 'off', GITHUB_TOKEN: '', GH_TOKEN: '', ...env },
  })

test('300 modules of a repository cost two requests more than the modules', async () => {
  const before = (await github.requests()).length
  const { stdout, stderr, status } = await start('all.mjs')
  assert.is(stderr, '')
  assert.is(status, 0)
  assert.is(stdout, `${(299 * 300) / 2}\n`)
  const asked = (await github.requests()).slice(before).map(({ url }) => url)
  assert.equal(
    asked.filter((url) => url.includes('.git/')),
    ['/owner/repo.git/info/refs?service=git-upload-pack', '/owner/repo.git/git-upload-pack'],
  )
  assert.is(asked.length, 2 + 300)
  assert.is(new Set(asked).size, asked.length)
})

test('all threads of a process are of one commit, though the branch moves meanwhile', async () => {
  const info = '/owner/moving.git/info/refs'
  const own = makeProject({
    'main.mjs': `
      import { existsSync } from 'node:fs'
      import { setTimeout as sleep } from 'node:timers/promises'
      import { Worker } from 'node:worker_threads'
      import { url } from 'github:owner/moving/a.mjs'
      console.log(url)
      while (!existsSync('go')) await sleep(20)
      for (let i = 0; i < 3; i++) new Worker(new URL('./worker.mjs', import.meta.url))
      new Worker(new URL('./new.mjs', import.meta.url))`,
    'new.mjs': "import 'github:owner/moving@new/a.mjs'\n",
    'worker.mjs': `
      import { url } from 'github:owner/moving/a.mjs'
      console.log(url)
      await import('github:owner/moving@new/a.mjs')`,
  })
  const id = await github.commit('main', 'owner/moving')
  const { stdout, stderr } = await run(['main.mjs'], {
    cwd: own.path,
    env: github.env,
    onSpawn: (child) => {
      child.stdout?.once('data', async () => {
        await github.push({ 'a.mjs': 'export {}' }, 'main', 'owner/moving')
        await github.push({ 'a.mjs': 'export {}' }, 'new', 'owner/moving')
        own.write({ go: '' })
      })
    },
  })
  own.remove()
  assert.is(stderr, '')
  const url = `github://owner/moving@${id}/a.mjs`
  assert.is(stdout, `${url}\n`.repeat(4))
  // One for all, and one for each that asks for a name that was not there.
  assert.is((await github.requests(info)).length, 1 + 4)
})

test('a program is of one commit, and branches of one repository are told apart', async () => {
  const id = await github.commit('main')
  const { stdout, stderr } = await start('main.mjs')
  assert.is(stderr, '')
  assert.is(stdout, `xy1 github://owner/repo@${id}/main.mjs\n`)
  assert.is((await start('feature.mjs')).stdout, 'xz y1\n')
})

test('a former name, a link and the name itself are one module', async () => {
  const { stdout, stderr } = await start('former.mjs')
  assert.is(stderr, '')
  assert.is(stdout, 'true true\n')
})

test('require, its resolve, and stacks know the module by its commit', async () => {
  const id = await github.commit('main')
  const { stdout, stderr } = await start('require.cjs')
  assert.is(stderr, '')
  assert.is(stdout, `github://owner/repo@${id}/b.cjs github://owner/repo@${id}/a.cjs\n`)
  const thrown = await start('throw.mjs')
  assert.match(thrown.stderr, new RegExp(`github://owner/repo@${id}/throw\\.ts:2`))
})

test('where git is silent, a program still runs, is warned once, and the next one is pinned again', async () => {
  const info = '/owner/repo.git/info/refs'
  await github.answer(info, { status: 503 })
  const silent = await start('main.mjs')
  assert.is(silent.stdout, 'xy1 github://owner/repo@HEAD/main.mjs\n')
  assert.is(silent.status, 0)
  assert.is(silent.stderr.match(/'owner\/repo' is pinned to no commit/g)?.length, 1)
  await github.answer(info, undefined)
  const pinned = await start('main.mjs')
  assert.match(pinned.stdout, /github:\/\/owner\/repo@[0-9a-f]{40}\/main\.mjs/)
  assert.is(pinned.stderr, '')
})

test('a cache has a commit for ever, asks for the listing anew, and is enough without a network', async () => {
  const env = { MIMEPORT_CACHE: cache }
  const first = await start('main.mjs', env)
  assert.match(first.stdout, /^xy1 /)
  const before = (await github.requests()).length
  assert.is((await start('main.mjs', env)).stdout, first.stdout)
  const again = (await github.requests()).slice(before).map(({ url }) => url.split('?')[0])
  assert.equal(again, ['/owner/repo.git/info/refs', '/owner/repo.git/git-upload-pack'])

  const offline = await start('main.mjs', { ...env, MIMEPORT_OFFLINE: '1' })
  assert.is(offline.stderr, '')
  assert.is(offline.stdout, first.stdout)
  const unknown = await start('feature.mjs', { ...env, MIMEPORT_OFFLINE: '1' })
  assert.match(unknown.stderr, /ERR_MIMEPORT_OFFLINE/)
  assert.not.match(unknown.stderr, /pinned to no commit/)
  assert.is((await github.requests()).length, before + 2)

  // The branch moves: that is seen, and what is of the commit before is still there.
  const id = await github.push({ 'y.mjs': "export const y = 'y2'\n" })
  assert.is((await start('main.mjs', env)).stdout, `xy2 github://owner/repo@${id}/main.mjs\n`)
})

test('a private repository needs the token, which is written nowhere', async () => {
  const canary = 'ghp_canaryOfPrograms0'
  await github.requireToken(canary)
  const own = join(cache, 'private')
  const env = { MIMEPORT_CACHE: own, MIMEPORT_LOG: 'debug' }
  const without = await start('main.mjs', env)
  assert.match(without.stderr, /ERR_MODULE_NOT_FOUND/)
  assert.match(without.stderr, /no token was sent: if it is private, set GITHUB_TOKEN/)
  const wrong = await start('main.mjs', { ...env, GITHUB_TOKEN: 'wrong-canary' })
  assert.match(wrong.stderr, /the token in GITHUB_TOKEN was sent/)
  const right = await start('main.mjs', { ...env, GITHUB_TOKEN: canary })
  assert.match(right.stdout, /^xy2 /)
  const basic = Buffer.from(`x-access-token:${canary}`).toString('base64')
  for (const { stdout, stderr } of [without, wrong, right]) {
    for (const secret of [canary, basic, 'wrong-canary']) {
      assert.not.ok(`${stdout}${stderr}`.includes(secret))
    }
  }
  // What was fetched with a token is not for who has none.
  const offline = { MIMEPORT_CACHE: own, MIMEPORT_OFFLINE: '1' }
  assert.match((await start('main.mjs', offline)).stderr, /ERR_MIMEPORT_OFFLINE/)
  assert.match((await start('main.mjs', { ...offline, GITHUB_TOKEN: canary })).stdout, /^xy2 /)
  const stored = readdirSync(own, { recursive: true, withFileTypes: true })
  const files = stored.filter((entry) => entry.isFile())
  assert.ok(files.length > 0)
  for (const { parentPath, name } of files) {
    const bytes = readFileSync(join(parentPath, name))
    for (const secret of [canary, basic, 'wrong-canary']) assert.not.ok(bytes.includes(secret))
  }
  await github.requireToken(undefined)
})

test.run()
