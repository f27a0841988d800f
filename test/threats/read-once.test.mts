/**
 * T32: a file changes between its check and its use. What is checked is memory: each file is read once, and what was read
 * is what runs. A loader of the project, which shares the engine's node:fs, changes files in between, as nobody could do
 * more exactly.
 */

import { copyFileSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeProject, run } from '../support/spawn.mts'
import { startServer } from '../support/server.mts'
import { denied, passed } from './record.mts'
import type { Project } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'

interface Context {
  project: Project
  server: TestServer
}

const test = suite<Context>('threats: read once')

/** Puts `evil` in the place of the file `victim` as soon as it was opened, and again when it was read. */
const swap = `
import fs, { appendFileSync, copyFileSync, renameSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
const { SWAP_VICTIM: victim, SWAP_EVIL: evil, SWAP_LOG: log, SWAP_WHEN: when } = process.env
const { openSync, closeSync, readFileSync } = fs
const open = new Set()
function put() {
  copyFileSync(evil, victim + '.new')
  renameSync(victim + '.new', victim)
}
fs.openSync = (path, ...rest) => {
  const fd = openSync(path, ...rest)
  if (String(path) === victim) {
    appendFileSync(log, 'open\\n')
    open.add(fd)
    if (when === 'opened') put()
  }
  return fd
}
fs.closeSync = (fd) => {
  closeSync(fd)
  if (open.delete(fd) && when === 'read') put()
}
fs.readFileSync = (path, ...rest) => {
  const content = readFileSync(path, ...rest)
  if (String(path) === victim) {
    appendFileSync(log, 'open\\n')
    put()
  }
  return content
}
syncBuiltinESMExports()
export const schemes = ['swap:']
export const resolveRelativePath = (specifier) => specifier
export const resolve = () => false
`

test.before(async (context) => {
  context.server = await startServer()
  context.project = makeProject({
    'swap.mjs': swap,
    'swapping.json': '{ "loaders": ["./swap.mjs"] }',
    'plain.json': '{ "cache": { "pack": false } }',
  })
})
test.after(async ({ project, server }) => {
  project.remove()
  await server.stop()
})

let count = 0

/** Runs a program, with a file that changes meanwhile; what it prints, and how often the file was opened. */
async function swapped(
  { path }: Project,
  main: string,
  files: { victim: string; evil: string },
  when: 'opened' | 'read',
  more: Readonly<Record<string, string>>,
): Promise<{ stdout: string; stderr: string; opened: number }> {
  const log = join(path, `log-${++count}`)
  const { stdout, stderr } = await run([main], {
    cwd: path,
    env: {
      MIMEPORT_CONFIG: join(path, 'swapping.json'),
      SWAP_VICTIM: files.victim,
      SWAP_EVIL: files.evil,
      SWAP_LOG: log,
      SWAP_WHEN: when,
      ...more,
    },
  })
  return { stdout, stderr, opened: readFileSync(log, 'utf8').split('\n').length - 1 }
}

test('a file of the cache is read once', async ({ project, server }) => {
  const fill = async (cache: string, text: string) => {
    await server.set('/x.mjs', {
      body: `export default '${text}'`,
      headers: { 'content-type': 'text/javascript', 'cache-control': 'max-age=6000' },
    })
    const env = { MIMEPORT_CONFIG: join(project.path, 'plain.json'), MIMEPORT_CACHE: cache }
    const { stdout, stderr } = await run(['app.mjs'], { cwd: project.path, env })
    assert.is(stdout, `${text}\n`, stderr)
    const folder = join(cache, 'responses')
    const [name = ''] = readdirSync(folder).filter((each) => /^[0-9a-f]{64}$/.test(each))
    return join(folder, name)
  }
  project.write({ 'app.mjs': `import x from '${server.url}/x.mjs'; console.log(x)` })
  const own = join(project.path, 'cache')
  // The same module of the same URL, whole and signed as the cache does it, with another text.
  const evil = await fill(join(project.path, 'cache-evil'), 'evil')
  const victim = await fill(own, 'good')
  const whole = join(project.path, 'whole')
  copyFileSync(victim, whole)
  const offline = { MIMEPORT_CACHE: own, MIMEPORT_OFFLINE: '1' }
  for (const when of ['opened', 'read'] as const) {
    copyFileSync(whole, victim)
    const first = await swapped(project, 'app.mjs', { victim, evil }, when, offline)
    assert.is(first.stdout, 'good\n', `${when} ${first.opened} ${first.stderr}`)
    assert.is(first.opened, 1, 'it is opened once')
    denied('T32', `a file of the cache that changes when it was ${when}`)
    const env = { ...offline, MIMEPORT_CONFIG: join(project.path, 'plain.json') }
    const next = await run(['app.mjs'], { cwd: project.path, env })
    assert.is(next.stdout, 'evil\n', 'the control: it did change')
    passed('T32', 'the next run reads the file as it is then')
  }
})

test('a local file is read once', async ({ project }) => {
  const text = (word: string) => `# Title\n\n\`\`\`js\nexport default '${word}'\n\`\`\`\n`
  project.write({
    'local.mjs': `import x from './doc.mjs.md'; const { default: y } = await import('./doc.mjs.md?again'); console.log(x, y)`,
    'once.mjs': `import x from './doc.mjs.md'; console.log(x)`,
    'evil.md': text('evil'),
  })
  const victim = join(project.path, 'doc.mjs.md')
  const evil = join(project.path, 'evil.md')
  for (const when of ['opened', 'read'] as const) {
    project.write({ 'doc.mjs.md': text('good') })
    const { stdout, stderr, opened } = await swapped(
      project,
      'once.mjs',
      { victim, evil },
      when,
      {},
    )
    assert.is(stdout, 'good\n', stderr)
    assert.is(opened, 1, 'it is opened once')
    denied('T32', `a local file that changes when it was ${when}`)
    // Another module of the same file is another read.
    project.write({ 'doc.mjs.md': text('good') })
    const twice = await swapped(project, 'local.mjs', { victim, evil }, when, {})
    assert.is(twice.stdout, 'good evil\n', twice.stderr)
    assert.is(twice.opened, 2)
    passed('T32', 'another module of the file as it is then')
  }
})

test.run()
