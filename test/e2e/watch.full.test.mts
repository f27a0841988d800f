/** `node --watch` watches what went through the chain, the loaders that it went through, and the configuration. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loaderPath, makeProject } from '../support/spawn.mts'
import type { Project } from '../support/spawn.mts'

const test = suite('watch')

/** What a change is given to be noticed, ms: never what a test takes. */
const DEADLINE = 60_000

interface Watched {
  readonly project: Project
  /** Waits for what a run prints, and for its end. */
  until(pattern: RegExp): Promise<void>
  stop(): Promise<void>
}

/** Starts a program of a project in watch mode, and waits for its first run. */
async function watch(
  files: Readonly<Record<string, string>>,
  nodeArgs: readonly string[] = ['--watch', '--watch-preserve-output'],
): Promise<Watched> {
  const project = makeProject(files)
  const { NODE_OPTIONS: _options, ...env } = process.env
  const child = spawn(process.execPath, ['--import', loaderPath, ...nodeArgs, 'app.mjs'], {
    cwd: project.path,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  let output = ''
  let changed = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      changed.resolve()
      changed = Promise.withResolvers()
    })
  }
  const watched: Watched = {
    project,
    async until(pattern) {
      const ended = new RegExp(`${pattern.source}[^]*(?:Completed|Failed) running`)
      const late = AbortSignal.timeout(DEADLINE)
      while (!ended.test(output)) {
        const { promise } = changed
        const aborted = once(late, 'abort')
        await Promise.race([promise, aborted])
        assert.not.ok(late.aborted, `no ${pattern} in:\n${output}`)
      }
      output = ''
    },
    async stop() {
      child.kill('SIGTERM')
      await closed
      project.remove()
    },
  }
  return watched
}

const loader = (text: string) => `
  import { tag } from './tag.mjs'
  export const extensionMimeMap = { foo: 'text/x-foo' }
  export const accepts = ['text/x-foo']
  export const transform = (headers, body) =>
    ({ source: 'export default ' + JSON.stringify(tag + ${JSON.stringify(text)} + body), format: 'module' })`
const note = (n: number) => `\`\`\`ts\nexport const n: number = ${n}\n\`\`\`\n`

const files = {
  'mimeport.json': '{ "loaders": ["./loader.mjs"] }',
  'loader.mjs': loader('-'),
  'tag.mjs': 'export const tag = "tag"',
  'x.foo': 'foo',
  'n.md': note(1),
  'x.cts': 'enum A { B = 1 }\nexport = A.B\n',
  'app.mjs': `
    import { createRequire } from 'node:module'
    import { n } from './n.md'
    import foo from './x.foo'
    import text from './x.txt' with { type: 'text' }
    console.log('run', n, foo, createRequire(import.meta.url)('./x.cts'), text)`,
  'x.txt': 'text',
}

async function watching(
  test: (watched: Watched) => Promise<void>,
  ...args: Parameters<typeof watch>
) {
  const watched = await watch(...args)
  try {
    await test(watched)
  } finally {
    await watched.stop()
  }
}

test('a change of a local source restarts the program', () =>
  watching(async ({ project, until }) => {
    await until(/run 1 tag-foo 1 text/)
    project.write({ 'n.md': note(2) })
    await until(/run 2 tag-foo 1 text/)
    project.write({ 'x.foo': 'bar' })
    await until(/run 2 tag-bar 1 text/)
    project.write({ 'x.cts': 'enum A { B = 3 }\nexport = A.B\n' })
    await until(/run 2 tag-bar 3 text/)
    project.write({ 'x.txt': 'other' })
    await until(/run 2 tag-bar 3 other/)
  }, files))

test('a change of a loader, and of what it imports, restarts the program', () =>
  watching(async ({ project, until }) => {
    await until(/run 1 tag-foo/)
    project.write({ 'loader.mjs': loader('+') })
    await until(/run 1 tag\+foo/)
    project.write({ 'tag.mjs': 'export const tag = "other"' })
    await until(/run 1 other\+foo/)
  }, files))

test('a loader that is broken is watched until it works', () =>
  watching(async ({ project, until }) => {
    await until(/run 1 tag-foo/)
    project.write({ 'loader.mjs': 'export const accepts = (' })
    await until(/ERR_MIMEPORT_INVALID_LOADER/)
    project.write({ 'loader.mjs': loader('+') })
    await until(/run 1 tag\+foo/)
    project.write({ 'tag.mjs': 'export const tag = (' })
    await until(/ERR_MIMEPORT_INVALID_LOADER/)
    project.write({ 'tag.mjs': 'export const tag = "mended"' })
    await until(/run 1 mended\+foo/)
  }, files))

test('a change of the configuration restarts the program, and a broken one is watched', () =>
  watching(async ({ project, until }) => {
    await until(/run 1 tag-foo/)
    project.write({ 'mimeport.json': '{ "loader": [] }' })
    await until(/ERR_MIMEPORT_CONFIG/)
    project.write({ 'mimeport.json': files['mimeport.json'] })
    await until(/run 1 tag-foo/)
  }, files))

test('a file that was removed is watched for until it is there again', () =>
  watching(async ({ project, until }) => {
    await until(/run 1 tag-foo/)
    rmSync(join(project.path, 'n.md'))
    await until(/ERR_MODULE_NOT_FOUND/)
    project.write({ 'n.md': note(3) })
    await until(/run 3 tag-foo/)
  }, files))

test("what a program's worker imports is watched", () =>
  watching(
    async ({ project, until }) => {
      await until(/worker 1/)
      project.write({ 'n.md': note(2) })
      await until(/worker 2/)
      project.write({
        'worker.ts': `import { n } from './n.md'\nenum A { B = 5 }\nconsole.log('worker', n, A.B)`,
      })
      await until(/worker 2 5/)
    },
    {
      'n.md': note(1),
      'worker.ts': `import { n } from './n.md'\nconsole.log('worker', n as number)`,
      'app.mjs': `import { Worker } from 'node:worker_threads'
        new Worker(new URL('./worker.ts', import.meta.url), { execArgv: [] })`,
    },
  ))

test('--watch-path works as it does without us', () =>
  watching(
    async ({ project, until }) => {
      await until(/run 1/)
      project.write({ 'docs/n.md': note(2) })
      await until(/run 2/)
    },
    { 'docs/n.md': note(1), 'app.mjs': `import { n } from './docs/n.md'\nconsole.log('run', n)` },
    ['--watch-path=docs', '--watch-preserve-output'],
  ))

test.run()
