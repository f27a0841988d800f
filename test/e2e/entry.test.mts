/** The program itself: a file of any kind, or none. */

import { join, parse } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject, normalize, run } from '../support/spawn.mts'
import type { GitHub } from '../support/github.mts'
import type { Project } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('entry')
let github: GitHub
let project: Project
let server: TestServer

test.before(async () => {
  github = await startGitHub({
    repos: {
      'o/r': {
        files: { 'app file.mjs.md': '```js\nconsole.log(import.meta.url, process.argv[1])\n```\n' },
      },
    },
  })
  server = await startServer()
  await server.set({
    '/app.mjs?x=1': `import './dep.mjs'; console.log(import.meta.url, import.meta.main, process.argv.slice(2))`,
    '/dep.mjs': `console.log('dep')`,
    '/a//b.mjs?u=http://h/../y': 'console.log(import.meta.url, process.argv[1])',
    '/waits.mjs': `await 1; console.log(import.meta.url, import.meta.main, process.argv[1], process.mainModule)`,
    '/app.cjs': {
      headers: { 'content-type': 'application/node' },
      body: `console.log(__filename, require.main === module, process.argv[1])`,
    },
  })
  project = makeProject({
    'app.ts': 'enum A { B = 1 }\nconsole.log(A.B, process.argv.slice(2))\n',
    'notes.md': '```ts\nconsole.log((1 as number) + 1)\n```\n',
    tool: '#!/usr/bin/env tsx\nconsole.log(3 as number)\n',
    'plain:x.mjs': 'console.log("a file of this name")\n',
  })
})
test.after(async () => {
  project.remove()
  await Promise.all([github.stop(), server.stop()])
})

/** How the loader is registered. */
let flag = '--import'

async function stdoutOf(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await run(args, {
    cwd: project.path,
    env: github.env,
    nodeArgs: [flag, loaderPath],
  })
  assert.is(stderr, '')
  assert.is(status, 0)
  return stdout
}

for (const each of ['--import', '--require']) {
  test(`after ${each}, a program is TypeScript, Markdown, or a script without an extension`, async () => {
    flag = each
    assert.is(await stdoutOf('app.ts', 'x'), "1 [ 'x' ]\n")
    assert.is(await stdoutOf('notes.md'), '2\n')
    assert.is(await stdoutOf('tool'), '3\n')
  })

  test(`after ${each}, a program is a URL, with its query, and its relative imports`, async () => {
    flag = each
    const { url } = server
    assert.is(await stdoutOf(`${url}/app.mjs?x=1`, 'y'), `dep\n${url}/app.mjs?x=1 true [ 'y' ]\n`)
    assert.is(await stdoutOf('data:text/typescript,console.log(4 as number)'), '4\n')
    const odd = `${url}/a//b.mjs?u=http://h/../y`
    assert.is(await stdoutOf(odd), `${odd} ${odd}\n`)
  })

  test(`after ${each}, a program that is a URL is the main module, and process.argv names it`, async () => {
    flag = each
    const [common, waits] = [`${server.url}/app.cjs`, `${server.url}/waits.mjs`]
    assert.is(await stdoutOf(common), `${common} true ${common}\n`)
    assert.is(await stdoutOf(waits), `${waits} true ${waits} undefined\n`)
  })
}

for (const each of ['--import', '--require']) {
  test(`after ${each}, a program is in a repository`, async () => {
    flag = each
    const commit = await github.commit('main')
    assert.is(
      await stdoutOf('github:o/r/app file.mjs.md'),
      `github://o/r@${commit}/app%20file.mjs.md github:o/r/app file.mjs.md\n`,
    )
  })
}

test('a file whose name looks like a URL is a file', async () => {
  assert.is(await stdoutOf('plain:x.mjs'), 'a file of this name\n')
})

test('a program that is not there is an error that says so', async () => {
  const missing = await run(['gopher:x'], { cwd: project.path })
  assert.is(missing.status, 1)
  assert.match(missing.stderr, "Cannot find 'gopher:x': no loader answers for 'gopher:'")
})

test('a program is a URL in the root folder, too', async () => {
  for (const each of ['--import', '--require']) {
    const { stdout } = await run(['data:text/typescript,console.log(5 as number)'], {
      cwd: parse(process.cwd()).root,
      nodeArgs: [each, loaderPath],
    })
    assert.is(stdout, '5\n')
  }
})

test('a file: URL that is no path is refused in the words of Node', async () => {
  const errorWith = async (...nodeArgs: string[]) => {
    const { stderr } = await run(['file:///x%2Fy.mjs'], {
      cwd: project.path,
      nodeArgs: ['--no-warnings', ...nodeArgs, '--entry-url'],
    })
    return normalize(stderr, project.path)
  }
  const without = await errorWith()
  assert.match(without, 'ERR_INVALID_MODULE_SPECIFIER')
  assert.is(await errorWith('--import', loaderPath), without)
})

test('a program of Node runs where the working folder was removed', async () => {
  project.write({ 'plain.mjs': 'console.log(6)' })
  const start = `
    const { mkdtempSync, rmdirSync } = require('node:fs')
    const folder = mkdtempSync(require('node:os').tmpdir() + '/mimeport-')
    process.chdir(folder)
    rmdirSync(folder)
    const [, ...args] = process.argv
    require('node:child_process').spawnSync(process.execPath, args, { stdio: 'inherit' })`
  for (const each of ['--import', '--require']) {
    const program = join(project.path, 'plain.mjs')
    const ended = await run(['--', each, loaderPath, program], { nodeArgs: ['-e', start] })
    assert.is(ended.stderr, '')
    assert.is(ended.stdout, '6\n')
  }
})

test.run()
