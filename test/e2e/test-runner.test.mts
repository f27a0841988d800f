/** `node --test` runs files of kinds that go through the chain. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import type { Project } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('test-runner')
let project: Project
let server: TestServer

test.before(async () => {
  server = await startServer()
  await server.set(
    '/remote.mjs',
    `import test from 'node:test'\ntest('from the network', () => { throw new Error('mine') })`,
  )
  project = makeProject({
    'notes/a.test.ts.md': `# Facts

\`\`\`ts
import test from 'node:test'
const one: number = 1
test('a fact', () => { if (one !== 1) throw new Error('no') })
test('a mistake', () => {
  throw new Error('mine')
})
\`\`\`
`,
    'b.test.tsx': `import test from 'node:test'
enum A { B = 1 }
const h = (tag: string) => tag
test('an element', () => { if (<b /> as unknown !== 'b' || A.B !== 1) throw new Error('no') })`,
    'tsconfig.json': '{ "compilerOptions": { "jsx": "react", "jsxFactory": "h" } }',
    'remote.test.mjs': `import ${JSON.stringify(`${server.url}/remote.mjs`)}`,
  })
})
test.after(async () => {
  project.remove()
  await server.stop()
})

async function tap(...args: string[]): Promise<{ status: number | null; stdout: string }> {
  const nodeArgs = ['--import', loaderPath, '--test', '--test-reporter=tap']
  const { status, stdout, stderr } = await run(args, { cwd: project.path, nodeArgs })
  assert.is(stderr, '')
  return { status, stdout }
}

for (const isolation of ['process', 'none']) {
  test(`isolation ${isolation}: Markdown and TSX, by a glob and by name`, async () => {
    const { status, stdout } = await tap(
      `--test-isolation=${isolation}`,
      '**/*.test.ts.md',
      'b.test.tsx',
    )
    assert.is(status, 1)
    assert.match(stdout, /^ok \d - a fact$/m)
    assert.match(stdout, /^ok \d - an element$/m)
    assert.match(stdout, /^not ok \d - a mistake$/m)
    assert.match(stdout, /^# pass 2$[^]*^# fail 1$/m)
    // Where the test stands, and where it failed, in the document.
    const file = `${project.path}/notes/a.test.ts.md`
    assert.match(stdout, `location: '${file}:7:1'`)
    assert.match(stdout, `${file}:8:9)`)
  })

  test(`isolation ${isolation}: a file whose tests come from the network`, async () => {
    const { status, stdout } = await tap(`--test-isolation=${isolation}`, 'remote.test.mjs')
    assert.is(status, 1)
    assert.match(stdout, /^not ok 1 - from the network$/m)
    assert.match(stdout, `${server.url}/remote.mjs:2:`)
  })
}

test('a file is found by its name alone: a URL is none', async () => {
  const nodeArgs = ['--import', loaderPath, '--test']
  const { status, stderr } = await run([`${server.url}/remote.mjs`], {
    cwd: project.path,
    nodeArgs,
  })
  assert.is(status, 1)
  assert.match(stderr, `Could not find '${server.url}/remote.mjs'`)
})

test.run()
