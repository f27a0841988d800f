/** An engine that is needed for certain comes up while the rest of us is loaded; and is not started where it may not be. */

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { buildPackage } from '../faults/package.mts'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import type { BuiltPackage } from '../faults/package.mts'
import type { TestServer } from '../support/server.mts'
import type { Project } from '../support/spawn.mts'

interface Context {
  home: string
  project: Project
}

const test = suite<Context>('early')

let server: TestServer
let built: BuiltPackage

test.before(async () => {
  built = buildPackage()
  server = await startServer()
  await server.set('/one.mjs', {
    headers: { 'content-type': 'text/javascript', 'cache-control': 'max-age=3600' },
    body: 'export default 1',
  })
})
test.after(async () => {
  built.remove()
  await server.stop()
})
test.before.each((context) => {
  context.home = mkdtempSync(join(tmpdir(), 'mimeport-early-'))
  context.project = makeProject({
    // Which of Node's modules there are, when the rest of us is about to be loaded, and at the end.
    'watch.cjs': `
      const has = () => process.moduleLoadList.includes('NativeModule worker_threads')
      globalThis.threads = { beforeRest: undefined, atEnd: has }
      const { readFileSync } = require('node:fs')
      require('node:fs').readFileSync = (path, ...rest) => {
        if (/core.application.attach/.test(String(path))) threads.beforeRest ??= has()
        return readFileSync(path, ...rest)
      }`,
  })
})
test.after.each(({ home, project }) => {
  rmSync(home, { recursive: true })
  project.remove()
})

interface Seen {
  readonly beforeRest?: boolean
  readonly atEnd: boolean
  readonly value: unknown
}

const forms = ['source', 'package'] as const

/** Runs a program, with the user's own folder for caches: no variable of ours is set. */
async function seen({ home, project }: Context, program: string, form: (typeof forms)[number]) {
  project.write({ 'app.mjs': program })
  const loader = form === 'source' ? loaderPath : built.loader
  const { stdout, stderr } = await run(['app.mjs'], {
    cwd: project.path,
    nodeArgs: ['--require', './watch.cjs', '--import', loader],
    env: { MIMEPORT_CACHE: undefined, XDG_CACHE_HOME: home, HOME: home },
  })
  assert.is(stderr, '')
  return JSON.parse(stdout) as Seen
}

const tell = `const { beforeRest, atEnd } = globalThis.threads
  console.log(JSON.stringify({ beforeRest, atEnd: atEnd(), value }))`

test('the first start of a program that names a server has its thread before the rest is read', async (context) => {
  const program = `const { default: value } = await import('${server.url}/one.mjs')\n${tell}`
  const { beforeRest, atEnd, value } = await seen(context, program, 'package')
  assert.equal([beforeRest, atEnd, value], [true, true, 1])
})

for (const form of forms) {
  test(`${form}: a start that its pack serves has none, and another program has`, async (context) => {
    const program = `const { default: value } = await import('${server.url}/one.mjs')\n${tell}`
    assert.equal((await seen(context, program, form)).value, 1)
    const { atEnd, value } = await seen(context, program, form)
    assert.equal([atEnd, value], [false, 1])
  })

  test(`${form}: what no engine is needed for starts none`, async (context) => {
    const program = `
      import { readFile } from 'node:fs/promises'
      const url = '${server.url}/one.mjs'
      const text = 'import "${server.url}/one.mjs"'
      const { default: value } = await import('data:text/javascript,export default 2')
      await readFile(new URL(import.meta.url))
      ${tell}`
    const { atEnd, value } = await seen(context, program, form)
    assert.equal([atEnd, value], [false, 2])
  })

  test(`${form}: a specifier that is refused is refused, and the program ends`, async (context) => {
    const program = `const value = await import('http://example.com/x.mjs').catch(({ code }) => code)\n${tell}`
    assert.is((await seen(context, program, form)).value, 'ERR_MIMEPORT_INSECURE_URL')
  })

  test(`${form}: a program that has threads in its hands is left alone until the rest is there`, async (context) => {
    const program = `
      const threads = process.getBuiltinModule('node:worker_threads')
      const { default: value } = await import('${server.url}/one.mjs')
      ${tell}`
    const { value } = await seen(context, program, form)
    assert.is(value, 1)
  })
}

test('the names of the packs of one program begin alike, whatever its settings are', async (context) => {
  const program = `const { default: value } = await import('${server.url}/one.mjs')\n${tell}`
  await seen(context, program, 'package')
  writeFileSync(join(context.project.path, 'mimeport.json'), '{ "timeout": { "total": 29000 } }')
  const names = () =>
    readdirSync(join(context.home, 'mimeport/packs')).filter((name) => /^[\da-f]{24}$/.test(name))
  assert.is(names().length, 1)
  const { atEnd } = await seen(context, program, 'package')
  assert.is(atEnd, true)
  const both = names()
  assert.is(both.length, 2)
  assert.is(both[0]!.slice(0, 8), both[1]!.slice(0, 8))
})

test.run()
