/** `mimeport lock`: the whole graph of a program is pinned before it is run, and what changes is shown. */

import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mimeport } from '../support/cli.mts'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { makeProject, run } from '../support/spawn.mts'
import { canary, denied, passed } from '../threats/record.mts'
import type { TestServer } from '../support/server.mts'
import type { Project, Run, RunOptions } from '../support/spawn.mts'

const test = suite('cli-lock')
let server: TestServer

test.before(async () => {
  server = await startServer()
})
test.after(() => server.stop())
test.before.each(() => server.clear())

interface Own extends Project {
  /** Runs `mimeport lock`, with a cache of the project's. */
  lock(args: readonly string[], options?: RunOptions): Promise<Run>
  start(args: readonly string[], env?: RunOptions['env']): Promise<Run>
  /** The keys of the lock, without the server's address. */
  keys(): string[]
  text(): string
}

function projectOf(files: Readonly<Record<string, string>>): Own {
  const project = makeProject(files)
  const file = join(project.path, 'mimeport.lock')
  const cache = { MIMEPORT_CACHE: join(project.path, '.cache') }
  const cwd = project.path
  return {
    ...project,
    lock: (args, options) =>
      mimeport(['lock', ...args], { cwd, ...options, env: { ...cache, ...options?.env } }),
    start: (args, env) => run(args, { cwd, env: { ...cache, CI: '', ...env } }),
    text: () => readFileSync(file, 'utf8'),
    keys: () =>
      Object.keys(JSON.parse(readFileSync(file, 'utf8')))
        .filter((key) => key !== 'version')
        .map((key) => key.replaceAll(server.url, '')),
  }
}

test('every import that a text names is gone along, in local files of all kinds, and none is run', async () => {
  const types: Record<string, string> = {}
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'mapped', 'sub/deep']) {
    types[`/${name}.mjs`] = `export default '${name}'`
  }
  await server.set({
    ...types,
    '/r.mjs': { status: 302, headers: { location: '/g.mjs' } },
    '/root.mjs': "export * from './sub/deep.mjs'\nawait import('/h.mjs')\nprocess.exit(9)",
    '/c.cjs': "module.exports = require('./i.mjs')",
    '/data.json': '{}',
  })
  const project = projectOf({
    'mimeport.json': `{ "loaders": ["./virtual.mts"], "imports": { "mapped": "${server.url}/mapped.mjs", "own": "./own.mjs" } }`,
    'app.mjs': `
      import './typed.mts'
      import './notes.md'
      import './old.cjs'
      import './script'
      import 'own'
      import 'mapped'
      import 'dep'
      import 'virtual'
      import '#own'
      import 'node:fs'
      import data from '${server.url}/data.json' with { type: 'json' }
      import text from './text.txt' with { type: 'text' }
      process.exit(9)`,
    'typed.mts': `import type { T } from '${server.url}/never.mjs'\nimport a from '${server.url}/a.mjs'\nexport const x: string = a`,
    'notes.md': `# Notes\n\n\`\`\`ts\nimport b from '${server.url}/b.mjs'\nexport const y: string = b\n\`\`\`\n`,
    'old.cjs': `require('./folder')\nif (globalThis.never) require('${server.url}/c.cjs')\ntry { require('./none') } catch {}`,
    'folder/index.js': `module.exports = import('${server.url}/d.mjs')`,
    'folder/package.json': '{}',
    script: `#!/usr/bin/env node\nimport '${server.url}/e.mjs'\n`,
    'own.mjs': `import './app.mjs'\nimport '${server.url}/r.mjs'\nimport '${server.url}/root.mjs'`,
    // Without schemes: it is asked about every name.
    'virtual.mts': `
      export const resolve = (name: string) =>
        name === 'virtual' && { headers: { 'content-type': 'text/javascript' }, body: "import '${server.url}/f.mjs'" }
      export const resolveRelativePath = (name: string) => name`,
    'package.json': '{ "type": "module", "imports": { "#own": "./by-name.mjs" } }',
    'by-name.mjs': `import '${server.url}/j.mjs'`,
    'text.txt': `import '${server.url}/never.mjs'`,
    'node_modules/dep/package.json': '{ "type": "module", "exports": "./i.js" }',
    'node_modules/dep/i.js': `import '${server.url}/never.mjs'`,
  })
  const { status, stdout, stderr } = await project.lock(['app.mjs'])
  assert.is(stderr, '')
  assert.is(status, 0)
  assert.equal(project.keys().sort(), [
    '/a.mjs',
    '/b.mjs',
    '/c.cjs',
    '/d.mjs',
    '/e.mjs',
    '/f.mjs',
    '/g.mjs',
    '/h.mjs',
    '/i.mjs',
    '/j.mjs',
    '/mapped.mjs',
    '/r.mjs',
    '/root.mjs',
    '/sub/deep.mjs',
    'json /data.json',
  ])
  assert.match(stdout, /mimeport\.lock: 15 added; 15 entries; /)
  assert.is((await server.requests('/never.mjs')).length, 0)
  project.remove()
})

test('a program that was locked runs frozen, and so it does as a specifier', async () => {
  await server.set({
    '/app.mjs': "import x from './x.ts'\nconsole.log(x)",
    '/x.ts': {
      headers: { 'content-type': 'application/typescript' },
      body: 'export default 1 as number',
    },
  })
  const project = projectOf({})
  assert.is((await project.lock([`${server.url}/app.mjs`])).status, 0)
  const { stdout, stderr } = await project.start([`${server.url}/app.mjs`], {
    MIMEPORT_FROZEN: '1',
  })
  assert.is(stderr, '')
  assert.is(stdout, '1\n')
  assert.is((await project.lock(['--check', `${server.url}/app.mjs`])).status, 0)
  project.remove()
})

test('the lock of a program is that of its project, wherever the command is run', async () => {
  await server.set('/a.mjs', 'export default 1')
  const project = projectOf({
    'packages/p/package.json': '{"type":"module"}',
    'packages/p/app.mjs': `import a from '${server.url}/a.mjs'\nconsole.log(a)`,
  })
  const program = 'packages/p/app.mjs'
  const frozen = () => project.start([program], { MIMEPORT_FROZEN: '1' })
  const { stderr } = await frozen()
  denied('T14', 'frozen, in a folder below')
  // As the message has it, word for word.
  const [, words = ''] = /npx mimeport lock (.*)/.exec(stderr) ?? []
  assert.is(words, `${program} ${server.url}/a.mjs`)
  assert.is((await project.lock(words.split(' '))).status, 0)
  assert.equal(readdirSync(join(project.path, 'packages/p')).sort(), [
    'app.mjs',
    'mimeport.lock',
    'package.json',
  ])
  assert.is((await frozen()).stdout, '1\n')
  passed('T14')
  assert.is((await project.lock(['--check', program])).status, 0)

  await server.set('/a.mjs', 'export default 2')
  const changed = await project.start([program], { MIMEPORT_RELOAD: '1' })
  denied('T14', 'in a folder below')
  const folder = join(project.path, 'packages/p')
  assert.match(changed.stderr, `: cd ${folder} && npx mimeport lock --update ${server.url}/a.mjs`)
  const update = ['--update', `${server.url}/a.mjs`]
  assert.is((await project.lock(update, { cwd: folder })).status, 0)
  assert.is((await frozen()).stdout, '2\n')
  passed('T14')
  project.remove()
})

test('what a frozen program lacks is added by the command of the message, also what only the program names', async () => {
  await server.set({ '/a.json': '{"n":1}' })
  const project = projectOf({
    'app.mjs': `const name = '${server.url}/a.json'
      const { default: a } = await import(name, { with: { type: 'json' } })
      console.log(a.n)`,
  })
  const frozen = () => project.start(['app.mjs'], { MIMEPORT_FROZEN: '1' })
  const { stderr } = await frozen()
  denied('T14', 'frozen, by a name that only the program tells')
  const [, words = ''] = /npx mimeport lock (.*)/.exec(stderr) ?? []
  const key = `json ${server.url}/a.json`
  assert.is(words, process.platform === 'win32' ? `app.mjs "${key}"` : `app.mjs '${key}'`)
  assert.is((await project.lock(['app.mjs', key])).status, 0)
  assert.is((await frozen()).stdout, '1\n')
  passed('T14')
  project.remove()
})

test('the folder that the configuration names for the lock is made', async () => {
  await server.set('/a.mjs', '')
  const project = projectOf({
    'mimeport.json': '{"lock":"locks/web.lock"}',
    'app.mjs': `import '${server.url}/a.mjs'`,
  })
  const { status, stderr } = await project.lock(['app.mjs'])
  assert.is(status, 0, stderr)
  assert.equal(readdirSync(join(project.path, 'locks')), ['web.lock'])
  assert.is((await project.start(['app.mjs'], { MIMEPORT_FROZEN: '1' })).status, 0)
  project.remove()
})

test('without a file, what package.json names is locked', async () => {
  await server.set({ '/a.mjs': '', '/b.mjs': '', '/c.mjs': '', '/d.mjs': '' })
  const imports = (name: string) => `import '${server.url}/${name}.mjs'`
  const project = projectOf({
    'package.json': JSON.stringify({
      type: 'module',
      main: './main.mjs',
      bin: { x: './bin/x.mjs' },
      exports: {
        '.': { types: './main.d.mts', import: './main.mjs', require: './main.cjs' },
        './*': './features/*.mjs',
        './package.json': './package.json',
      },
    }),
    'main.mjs': imports('a'),
    'main.d.mts': imports('never'),
    'bin/x.mjs': imports('b'),
    'features/one.mjs': imports('c'),
    'features/two.mjs': imports('d'),
    'other.mjs': imports('never'),
  })
  assert.is((await project.lock([])).status, 0)
  assert.equal(project.keys(), ['/a.mjs', '/b.mjs', '/c.mjs', '/d.mjs'])
  project.remove()
})

test('what fails is told all at once, and the rest is locked', async () => {
  await server.set({ '/ok.mjs': '', '/deep.mjs': "import './gone.mjs'\nimport './error.mjs'" })
  await server.set('/error.mjs', { status: 400, body: 'no' })
  const project = projectOf({
    'app.mjs': `
      import '${server.url}/ok.mjs'
      import '${server.url}/deep.mjs'
      import './missing.mjs'
      import 'https://unlisted.example/x.mjs'
      try { await import('./optional.mjs') } catch {}`,
  })
  const { status, stderr, stdout } = await project.lock(['app.mjs'])
  assert.is(status, 1)
  assert.match(stderr, '4 imports failed:')
  for (const part of ['gone.mjs', 'error.mjs', 'missing.mjs', 'ERR_MIMEPORT_NOT_ALLOWED']) {
    assert.is(stderr.split('\n').filter((line) => line.includes(part)).length, 1, part)
  }
  assert.not.match(stderr, 'optional')
  assert.match(stdout, '2 added')
  assert.equal(project.keys(), ['/deep.mjs', '/ok.mjs'])
  denied('T04', 'mimeport lock')
  passed('T04', 'mimeport lock')
  project.remove()
})

test('--check fails for what is not locked, writes nothing, and passes once it is', async () => {
  await server.set({ '/a.mjs': '', '/b.mjs': '' })
  const project = projectOf({ 'app.mjs': `import '${server.url}/a.mjs'` })
  const before = await project.lock(['--check', 'app.mjs'])
  assert.is(before.status, 1)
  assert.match(before.stderr, 'mimeport.lock lacks 1 entry: npx mimeport lock app.mjs')
  assert.not.ok(existsSync(join(project.path, 'mimeport.lock')))
  await project.lock(['app.mjs'])
  const whole = project.text()
  const { status, stdout } = await project.lock(['--check', 'app.mjs'])
  assert.is(status, 0)
  assert.match(stdout, 'mimeport.lock has all that is imported: 1 module from the network')
  project.write({ 'app.mjs': `import '${server.url}/a.mjs'\nimport '${server.url}/b.mjs'` })
  const after = await project.lock(['--check', 'app.mjs'])
  assert.is(after.status, 1)
  assert.match(after.stdout, `+ ${server.url}/b.mjs`)
  assert.is(project.text(), whole)
  project.remove()
})

test('offline, the same command is advised, which fetches what is missing', async () => {
  await server.set({ '/a.mjs': '' })
  const project = projectOf({ 'app.mjs': `import '${server.url}/a.mjs?token=abc'` })
  const env = { MIMEPORT_CACHE: join(project.path, 'cache'), MIMEPORT_OFFLINE: '1' }
  const { status, stderr } = await mimeport(['lock', 'app.mjs'], { cwd: project.path, env })
  assert.is(status, 1)
  assert.match(stderr, /MIMEPORT_OFFLINE=(?:" && )? ?npx mimeport lock app\.mjs\n/)
  const url = `${server.url}/b.mjs?token=abc`
  const named = await mimeport(['lock', url], { cwd: project.path, env })
  assert.is(named.status, 1)
  assert.not.match(named.stderr, 'token=abc')
  project.remove()
})

test('--prune takes out what the program does not come to, and nothing while an import fails', async () => {
  await server.set({ '/a.mjs': '', '/b.mjs': '' })
  const project = projectOf({
    'app.mjs': `import '${server.url}/a.mjs'\nimport '${server.url}/b.mjs'`,
  })
  await project.lock(['app.mjs'])
  project.write({ 'app.mjs': `import '${server.url}/a.mjs'\nimport './none.mjs'` })
  assert.is((await project.lock(['--prune', 'app.mjs'])).status, 1)
  assert.equal(project.keys(), ['/a.mjs', '/b.mjs'])
  project.write({ 'app.mjs': `import '${server.url}/a.mjs'` })
  const { status, stdout } = await project.lock(['--prune', 'app.mjs'])
  assert.is(status, 0)
  assert.match(stdout, `- ${server.url}/b.mjs`)
  assert.equal(project.keys(), ['/a.mjs'])
  project.remove()
})

test('--update shows what is different, writes it, and leaves everything else as it was', async () => {
  const files = (body: string) => ({
    '/a.mjs': `export { default } from './b.mjs'\n// ${body}\n`,
    '/b.mjs': `export default '${body}'\n`,
  })
  await server.set(files('old'))
  const project = projectOf({
    'app.mjs': `import x from '${server.url}/a.mjs'\nconsole.log(x)`,
  })
  await project.lock(['app.mjs'])
  const before = project.text()
  await server.set(files('new'))
  const refused = await project.start(['app.mjs'], { MIMEPORT_RELOAD: '1' })
  assert.is(refused.status, 1)
  assert.match(refused.stderr, `npx mimeport lock --update ${server.url}/a.mjs`)
  denied('T14', 'a body that changed')
  assert.is(project.text(), before)

  const { status, stdout, stderr } = await project.lock(['--update', `${server.url}/b.mjs`])
  assert.is(stderr, '')
  assert.is(status, 0)
  const digest = /sha256-[\w+/]{43}=/.source
  assert.match(
    stdout,
    new RegExp(`^~ ${server.url}/b\\.mjs\\n    body    ${digest} → ${digest}\\n`),
  )
  assert.match(stdout, "    -export default 'old'\n    +export default 'new'\n")
  assert.match(stdout, 'mimeport.lock: 1 changed; 2 entries')
  const [a] = before.split('\n').filter((line) => line.includes('/a.mjs": {'))
  assert.ok(project.text().includes(a!), 'what was not named is as it was')
  assert.is.not(project.text(), before)
  const { stdout: said } = await project.lock(['--update'])
  assert.match(said, /^~ \S+\/a\.mjs$/m)
  assert.is((await project.start(['app.mjs'], { MIMEPORT_FROZEN: '1' })).stdout, 'new\n')
  passed('T14', 'after an update that was asked for')

  rmSync(join(project.path, '.cache'), { recursive: true })
  await server.set('/b.mjs', "export default 'newer'")
  const { stdout: blind } = await project.lock(['--update', `${server.url}/b.mjs`])
  assert.match(blind, 'the former body is not at hand to be compared')
  project.remove()
})

test('--update tells another type, and a redirect to somewhere else', async () => {
  await server.set({
    '/x,y': { headers: { 'content-type': 'text/javascript' }, body: 'export default 1' },
    '/latest.mjs': { status: 307, headers: { location: '/v1.mjs' } },
    '/v1.mjs': "export * from './v1-part.mjs'",
    '/v1-part.mjs': '',
    '/v2.mjs': 'export const v = 2',
  })
  const project = projectOf({
    'app.mjs': `import '${server.url}/x,y'\nimport '${server.url}/latest.mjs'`,
  })
  await project.lock(['app.mjs'])
  await server.set({
    '/x,y': { headers: { 'content-type': 'application/typescript' }, body: 'export default 1' },
    '/latest.mjs': { status: 307, headers: { location: '/v2.mjs' } },
  })
  const { stdout, status } = await project.lock([
    '--update',
    `${server.url}/x,y`,
    `${server.url}/latest.mjs`,
  ])
  assert.is(status, 0)
  assert.match(stdout, /~ \S+\/x,y\n {4}type +text\/javascript → application\/typescript\n/)
  assert.match(stdout, /~ \S+\/latest\.mjs\n {4}- 307 → \S+\/v1\.mjs\n {4}\+ 307 → \S+\/v2\.mjs\n/)
  denied('T16', 'another type, until it is accepted')
  assert.equal(project.keys(), ['/latest.mjs', '/v1-part.mjs', '/v1.mjs', '/v2.mjs', '/x,y'])
  project.remove()
})

test('--update of a branch pins its new commit, and shows how its files differ', async () => {
  const github = await startGitHub({
    repos: {
      'acme/lib': { files: { 'a.mjs': "export * from './b.mjs'", 'b.mjs': 'export default 1\n' } },
    },
  })
  const project = projectOf({ 'app.mjs': "import 'github:acme/lib/a.mjs'" })
  const env = { ...github.env }
  const old = await github.commit()
  await project.lock(['app.mjs'], { env })
  assert.ok(project.keys().includes(`github:acme/lib@${old}/b.mjs`))
  const own = await github.push({ 'b.mjs': 'export default 2\n' })
  const before = project.text()
  assert.match((await project.lock(['app.mjs'], { env })).stdout, 'nothing to change')
  assert.is(project.text(), before, 'the lock decides where the branch is')
  const { stdout, stderr, status } = await project.lock(['--update', 'github:acme/lib'], { env })
  assert.is(stderr, '')
  assert.is(status, 0)
  assert.match(stdout, `~ github:acme/lib@${old}/b.mjs\n  github:acme/lib@${own}/b.mjs\n`)
  assert.match(stdout, '    -export default 1\n    +export default 2\n')
  assert.equal(
    project.keys().filter((key) => key.includes(old)),
    [],
  )
  project.remove()
  await github.stop()
})

test('--update of what is not in the lock changes nothing', async () => {
  await server.set({ '/a.mjs': '' })
  const project = projectOf({ 'app.mjs': `import '${server.url}/a.mjs'` })
  const none = await project.lock(['--update'])
  assert.is(none.status, 1)
  assert.match(none.stderr, /ERR_MIMEPORT_LOCK: .*there is no such file/)
  await project.lock(['app.mjs'])
  const before = project.text()
  const { status, stderr } = await project.lock(['--update', 'https://esm.sh/'])
  assert.is(status, 1)
  assert.match(stderr, "has nothing that begins with 'https://esm.sh/'")
  assert.is(project.text(), before)
  project.remove()
})

test('a lock that cannot be read is told, asks nobody, and is never written', async () => {
  await server.set({ '/a.mjs': '' })
  const project = projectOf({ 'app.mjs': `import '${server.url}/a.mjs'` })
  await project.lock(['app.mjs'])
  const whole = project.text()
  await server.clear()
  const line = whole.split('\n')[1]!
  const broken = [
    `{\n<<<<<<< ours\n${line}\n=======\n${line}\n>>>>>>> theirs\n  "version": 1\n}\n`,
    whole.slice(0, -20),
    whole.replace('sha256-', 'sha1-'),
    whole.replace('"version": 1', '"version": 9'),
  ]
  const commands = [['app.mjs'], ['--update'], ['--prune', 'app.mjs'], ['--check', 'app.mjs']]
  for (const [index, text] of broken.entries()) {
    writeFileSync(join(project.path, 'mimeport.lock'), text)
    const { status, stderr } = await project.lock(commands[index]!)
    assert.is(status, 1, commands[index]!.join(' '))
    assert.match(stderr, 'ERR_MIMEPORT_LOCK')
    assert.is(project.text(), text)
    denied('T15', 'mimeport lock')
  }
  canary('T15', (await server.requests()).length)
  writeFileSync(join(project.path, 'mimeport.lock'), whole)
  await server.set({ '/a.mjs': '' })
  assert.is((await project.lock(['app.mjs'])).status, 0)
  passed('T15')
  project.remove()
})

test('--json prints what was found as data', async () => {
  await server.set({ '/a.mjs': 'export default 1' })
  const project = projectOf({
    'app.mjs': `import '${server.url}/a.mjs'\nimport './none.mjs'\nawait import(process.argv[2])`,
  })
  const { stdout, status, stderr } = await project.lock(['--json', 'app.mjs'])
  const { modules, entries, changes, failures, unknown } = JSON.parse(stdout)
  assert.is(stderr, '')
  assert.is(status, 1)
  assert.equal(modules, { local: 1, remote: 1 })
  assert.is(entries, 1)
  assert.is(changes[0].key, `${server.url}/a.mjs`)
  assert.is(changes[0].after.format, 'module')
  assert.is(changes[0].bytes, 16)
  assert.is(failures[0].code, 'ERR_MODULE_NOT_FOUND')
  assert.equal(Object.values(unknown), [1])
  project.remove()
})

test.run()
