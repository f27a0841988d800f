/** Node's permission model: what needs which flag, row by row as docs/permissions.md has it. */

import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startGitHub } from '../support/github.mts'
import { deniesNetwork, ownFolder, runPermitted } from '../support/permissions.mts'
import { startServer } from '../support/server.mts'
import { makeProject } from '../support/spawn.mts'
import type { GitHub } from '../support/github.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('permission')
let server: TestServer
let github: GitHub

test.before(async () => {
  server = await startServer()
  await server.set({
    '/m.mjs': 'import data from "./d.json" with { type: "json" }; export { v } from "./t.ts"; data',
    '/d.json': '{ "a": 1 }',
    '/t.ts': {
      headers: { 'content-type': 'application/typescript' },
      body: 'import { T } from "./types.ts"; export const v: T = 1',
    },
  })
  github = await startGitHub({
    repos: {
      'owner/repo': {
        files: { 'a.mjs': 'export { v } from "./b.ts"', 'b.ts': 'export const v = 1 as number' },
      },
    },
  })
})
test.after(async () => {
  await server.stop()
  await github.stop()
})

interface Row {
  readonly what: string
  readonly flags: readonly string[]
}

/** The rows of the table, with the flags for this Node. */
const rows: readonly Row[] = readFileSync(
  new URL('../../docs/permissions.md', import.meta.url),
  'utf8',
)
  .split('\n')
  .filter((line) => line.startsWith('|') && line.includes('`--allow-'))
  .map((line) => {
    const [, what = '', both = '', newer = ''] = line.split('|').map((cell) => cell.trim())
    const cells = deniesNetwork ? `${both} ${newer}` : both
    return { what, flags: [...cells.matchAll(/`(--[^`]+)`/g)].map(([, flag = '']) => flag) }
  })

interface Program {
  readonly files: Readonly<Record<string, string>>
  /** Whether what is missing is Node's to say: nothing of ours is asked for. */
  readonly nodes?: true
}

/** A program for each row, by words of its first cell. It prints `1`. */
const programs: Readonly<Record<string, () => Program>> = {
  'JavaScript and JSON of the project': () => ({
    nodes: true,
    files: {
      'app.mjs': `
        import data from './data.json' with { type: 'json' }
        import { one } from './lib.mjs'
        import pkg from 'pkg'
        import { sep } from 'node:path'
        if (data.one + pkg === 2 && sep !== '') console.log(one)`,
      'lib.mjs': 'export const one = 1',
      'data.json': '{ "one": 1 }',
      'node_modules/pkg/package.json': '{ "exports": "./main.cjs" }',
      'node_modules/pkg/main.cjs': 'module.exports = 1',
    },
  }),
  Markdown: () => ({
    files: {
      'app.mjs': `import { one } from './notes.md'; import data from './data.jsonc'; console.log(one * data.one)`,
      'notes.md': '# Notes\n\n```js\nexport const one = 1\n```\n',
      'data.jsonc': '{ "one": 1 } // one',
    },
  }),
  'TypeScript whose types': () => ({
    files: {
      'app.mjs': `import { one } from './lib.ts'; console.log(one)`,
      // An import that only types use is not to be loaded: without the compiler as with it.
      'lib.ts': `import { User } from './types.ts'\nexport const one: number = 1\nlet user: User`,
      'types.ts': 'export interface User { name: string }',
      'package.json': '{ "type": "module" }',
      'tsconfig.json': '{ "compilerOptions": { "strict": true } }',
    },
  }),
  'TypeScript with enums': () => ({
    files: {
      'app.mjs': `import { one } from './lib.ts'; console.log(one)`,
      'lib.ts': 'enum Count { One = 1 }\nexport const one = Count.One',
    },
  }),
  'what a loader of the project': () => ({
    files: {
      'app.mjs': `import one from './x.tsv'; console.log(one)`,
      'x.tsv': '1\t2',
      'mimeport.json': '{ "loaders": ["./loaders/*"] }',
      'loaders/tsv.mjs': `
        export const extensionMimeMap = { tsv: 'text/tab-separated-values' }
        export const accepts = ['text/tab-separated-values']
        export const transform = (headers, body) => ({ source: 'export default ' + body.split('\\t')[0], format: 'module' })`,
    },
  }),
  '`data:`': () => ({
    files: {
      'app.mjs': `import one from 'data:text/typescript,export default 1 as number'; console.log(one)`,
    },
  }),
  '`https:`': () => ({
    files: { 'app.mjs': `import { v } from '${server.url}/m.mjs'; console.log(v)` },
  }),
  '`github:`': () => ({
    files: { 'app.mjs': `import { v } from 'github:owner/repo/a.mjs'; console.log(v)` },
  }),
}

test('the table has a row for each program, and each row has one', () => {
  assert.is(rows.length, Object.keys(programs).length)
  for (const { what } of rows) {
    assert.is(Object.keys(programs).filter((words) => what.startsWith(words)).length, 1, what)
  }
})

for (const { what, flags } of rows) {
  const [, program] = Object.entries(programs).find(([words]) => what.startsWith(words))!
  const real = (path: string) => (flag: string) =>
    flag.replace('<mimeport>', ownFolder).replace('<project>', path)

  test(`${what}: works with ${flags.join(' ')}, and with no warning of ours`, async () => {
    const { files } = program()
    const project = makeProject(files)
    try {
      const options = { cwd: project.path, env: github.env }
      const { stdout, stderr } = await runPermitted(
        flags.map(real(project.path)),
        ['app.mjs'],
        options,
      )
      assert.is(stdout, '1\n', stderr)
      assert.is(stderr, '')
    } finally {
      project.remove()
    }
  })

  for (const flag of flags) {
    test(`${what}: without ${flag} the error names it`, async () => {
      const { files, nodes } = program()
      const project = makeProject(files)
      try {
        const rest = flags.filter((each) => each !== flag).map(real(project.path))
        const options = { cwd: project.path, env: github.env }
        const { status, stderr, stdout } = await runPermitted(rest, ['app.mjs'], options)
        assert.is(stdout, '')
        assert.is(status, 1, stderr)
        const [name = ''] = flag.split('=')
        const isNodes = nodes === true || flag.includes('<mimeport>')
        assert.match(
          stderr,
          isNodes ? `Use ${name} to manage permissions` : 'ERR_MIMEPORT_PERMISSION',
        )
        if (isNodes) return
        const { [1]: message = '' } = /: (Cannot .+?)\]?(?: \{)?$/m.exec(stderr) ?? []
        assert.match(message, /; add .+ to the command line$/)
        assert.ok(
          message.includes(` ${flag.includes('=') ? `${name}=${project.path}/` : name}`),
          message,
        )
        assert.match(stderr, "code: 'ERR_ACCESS_DENIED'")
      } finally {
        project.remove()
      }
    })
  }
}

test.run()
