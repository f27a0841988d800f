/** A warm start goes by what leads to a module as well as by the module: a redirect, a branch. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { makeProject, run } from '../support/spawn.mts'
import type { Route } from '../support/server.mts'

const test = suite('ways to a module')

interface Start {
  readonly program: string
  readonly env?: Record<string, string>
  /** What is done between the second start and the third. */
  readonly change: () => Promise<unknown>
}

/** What a program prints at its third and fourth start, after a change, and what it prints with nothing kept. */
async function after({ program, env = {}, change }: Start) {
  const folder = mkdtempSync(join(tmpdir(), 'mimeport-ways-'))
  const project = makeProject({ 'package.json': '{ "type": "module" }', 'app.mjs': program })
  const start = async (cache: string) => {
    const { status, stdout, stderr } = await run(['app.mjs'], {
      cwd: project.path,
      env: { ...env, MIMEPORT_CACHE: join(folder, cache) },
    })
    assert.is(status, 0, stderr)
    return stdout.trim()
  }
  try {
    const before = [await start('kept'), await start('kept')]
    await change()
    return { before, warm: [await start('kept'), await start('kept')], fresh: await start('none') }
  } finally {
    project.remove()
    rmSync(folder, { recursive: true })
  }
}

const version = (text: string): Route => ({
  body: `export default '${text}'`,
  headers: { 'content-type': 'text/javascript', 'cache-control': 'max-age=3600' },
})
const redirect = (to: string): Route => ({ status: 302, headers: { location: to } })

test('a redirect that is not fresh is asked for, though where it leads is imported as well', async () => {
  const server = await startServer()
  await server.set({ '/v1.mjs': version('v1'), '/v2.mjs': version('v2') })
  const [latest, v1] = [`'${server.url}/latest.mjs'`, `'${server.url}/v1.mjs'`]
  try {
    for (const imports of [
      `import a from ${latest}\nimport b from ${v1}\n`,
      `import b from ${v1}\nimport a from ${latest}\n`,
      `const { default: b } = await import(${v1})\nconst { default: a } = await import(${latest})\n`,
    ]) {
      await server.set('/latest.mjs', redirect('/v1.mjs'))
      const { before, warm, fresh } = await after({
        program: `${imports}console.log(a, b)`,
        change: () => server.set('/latest.mjs', redirect('/v2.mjs')),
      })
      assert.equal(before, ['v1 v1', 'v1 v1'])
      assert.is(fresh, 'v2 v1')
      assert.equal(warm, [fresh, fresh], imports)
    }
  } finally {
    await server.stop()
  }
})

test('a module of a branch that has moved is the new one, whichever import listed the branches', async () => {
  const files = (number: number) => ({
    'a.mjs': `export { default as b } from './b.mjs'; export default 'a${number}'`,
    'b.mjs': `export default 'b${number}'`,
  })
  for (const [program, expected] of [
    [
      `import a from 'github:o/r@main/a.mjs'\nimport b from 'github:o/r@main/b.mjs'\nconsole.log(a, b)`,
      'a2 b2',
    ],
    [
      `import { b as a } from 'github:o/r/a.mjs'\nimport b from 'github:o/r/b.mjs'\nconsole.log(a, b)`,
      'b2 b2',
    ],
    [
      `import a from 'github:o/r@main/b.mjs'\nimport b from 'github:o/r@COMMIT/b.mjs'\nconsole.log(a, b)`,
      'b2 b1',
    ],
  ] as const) {
    const github = await startGitHub({ repos: { 'o/r': { files: files(1) } } })
    try {
      const { warm, fresh } = await after({
        program: program.replace('COMMIT', await github.commit('main')),
        env: github.env,
        change: () => github.push(files(2), 'main'),
      })
      assert.is(fresh, expected)
      assert.equal(warm, [fresh, fresh], program)
    } finally {
      await github.stop()
    }
  }
})

test.run()
