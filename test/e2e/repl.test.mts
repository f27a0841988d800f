/** The REPL imports and requires as a program in its folder does. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import type { Project } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('repl')
let project: Project
let server: TestServer

test.before(async () => {
  server = await startServer()
  await server.set({ '/x.mjs': 'export const n = 5', '/y.mjs': 'export const n = 6' })
  project = makeProject({
    'n.md': '```ts\nexport const n: number = 7\n```\n',
    'x.ts': 'enum A { B = 8 }\nexport const n = A.B\n',
    'lines.js': "console.log('loaded ' + require('./x.ts').n)\n",
  })
})
test.after(async () => {
  project.remove()
  await server.stop()
})

/** Runs lines of input; what each prints. */
async function repl(
  lines: readonly string[],
  nodeArgs = ['--import', loaderPath],
): Promise<string> {
  const { status, stdout } = await run(['-i'], {
    cwd: project.path,
    nodeArgs,
    input: `${lines.join('\n')}\n`,
    env: { NODE_REPL_HISTORY: '', NO_COLOR: '1' },
  })
  assert.is(status, 0)
  return stdout
}

for (const flag of ['--import', '--require']) {
  test(`after ${flag}, import() and require() find the project's files and the network's`, async () => {
    const stdout = await repl(
      [
        "(await import('./n.md')).n",
        `(await import('${server.url}/x.mjs')).n`,
        `require('${server.url}/y.mjs').n`,
        "require('./x.ts').n",
        "require.resolve('./x.ts')",
        '.load lines.js',
      ],
      [flag, loaderPath],
    )
    for (const each of [
      '> 7\n',
      '> 5\n',
      '> 6\n',
      '> 8\n',
      `'${project.path}/x.ts'\n`,
      'loaded 8\n',
    ]) {
      assert.match(stdout, each)
    }
    assert.not.match(stdout, 'Uncaught')
  })
}

test('an error is printed, and the next line runs', async () => {
  const stdout = await repl([
    `await import('${server.url}/absent.mjs')`,
    `require('${server.url}/absent.mjs')`,
    "await import('./absent.md')",
    "'still ' + 'here'",
  ])
  const { url } = server
  assert.is(
    stdout.split(`LoaderError [ERR_MODULE_NOT_FOUND]: Cannot find '${url}/absent.mjs'`).length,
    3,
  )
  assert.match(stdout, /Cannot find module '.*absent\.md'/)
  assert.match(stdout, "'still here'")
  // No frame of ours.
  assert.not.match(stdout, /[/]core[/]/)
})

test.run()
