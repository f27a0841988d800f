/** `mimeport run`: what is run, with which flags, and what is found under a command's name. */

import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { flagsWithValue, partWords } from '../../cli/node-flags.mts'
import { mimeport } from '../support/cli.mts'
import { startServer } from '../support/server.mts'
import { makeProject, run } from '../support/spawn.mts'
import type { Project } from '../support/spawn.mts'

const test = suite('mimeport run')

const tells = `console.log(JSON.stringify({
  argv: process.argv.slice(1), flags: process.execArgv.slice(2), argv0: process.argv0, own: process.env.OWN }))`

/** Runs in a project, and gives what the program tells of itself. */
async function told(project: Project, args: readonly string[]) {
  const { stdout, stderr, status } = await mimeport(['run', ...args], { cwd: project.path })
  assert.is(stderr, '')
  assert.is(status, 0)
  return JSON.parse(stdout) as { argv: string[]; flags: string[]; argv0: string; own?: string }
}

function link(project: Project, name: string, target: string): string {
  const path = join(project.path, 'node_modules/.bin', name)
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(join(project.path, target), path)
  return path
}

test('a file of any kind is run, with flags of Node before it and its own arguments after it', async () => {
  const project = makeProject({
    'app.ts': `enum A { B }\n${tells}`,
    'notes.md': `# Notes\n\n\`\`\`ts\nconst n: number = 1\n${tells}\n\`\`\`\n`,
    'my.env': 'OWN=value\n',
    // Node has such a flag, and so has the program.
    'value.mjs': tells,
  })
  try {
    const app = join(project.path, 'app.ts')
    const args = ['a', '--watch', '-r', 'x', '--help', '--', '--json']
    const { argv, flags, argv0 } = await told(project, ['app.ts', ...args])
    assert.equal(argv, [app, ...args])
    assert.equal(flags, [])
    assert.is(argv0, process.execPath)
    const words = ['--env-file', 'my.env', '-C', 'dev', '--no-warnings', 'notes.md', 'b']
    const notes = await told(project, words)
    assert.equal(notes.argv, [join(project.path, 'notes.md'), 'b'])
    assert.equal(notes.flags, words.slice(0, 5))
    assert.is(notes.own, 'value')
    assert.equal((await told(project, ['--title=x', '--', 'app.ts'])).argv, [app])
    assert.equal((await told(project, [pathToFileURL(app).href])).argv, [app])
    assert.equal((await told(project, ['./value.mjs'])).argv.length, 1)
  } finally {
    project.remove()
  }
})

test('without a program, Node is told by its flags or by stdin, and otherwise it is missing', async () => {
  const project = makeProject({ 'note.md': '```js\nexport default 42\n```\n' })
  const options = { cwd: project.path }
  try {
    const code = "import('./note.md').then((m) => console.log(m.default, process.argv.slice(1)))"
    const evaluated = await mimeport(['run', '-e', code, 'a'], options)
    assert.is(evaluated.stdout, "42 [ 'a' ]\n")
    const input = "import n from './note.md'\nconsole.log(n, process.argv.slice(2))\n"
    const piped = await mimeport(['run', '--input-type=module', '-', 'b'], { ...options, input })
    assert.is(piped.stdout, "42 [ 'b' ]\n")
    for (const args of [[], ['--watch'], ['-C', 'note.md']]) {
      const { status, stderr } = await mimeport(['run', ...args], options)
      assert.is(status, 2)
      assert.match(stderr, /name what is to be run.*\nTry 'mimeport run --help'\n$/)
    }
  } finally {
    project.remove()
  }
})

test('what is typed may be imported, and nothing is allowed to others by that', async () => {
  const server = await startServer()
  const project = makeProject({
    'mimeport.json': '{ "allow": ["https://cdn.example/"] }',
    'app.mjs': `import '${server.url}/app.mjs'`,
  })
  try {
    await server.set({
      '/app.mjs': `import { v } from './v.ts'; console.log(v, process.argv.slice(1))`,
      '/v.ts': 'export const v: string = "remote"',
    })
    const url = `${server.url}/app.mjs`
    const { stdout, stderr } = await mimeport(['run', url, 'a'], { cwd: project.path })
    assert.is(stdout, `remote [ '${url}', 'a' ]\n`, stderr)
    const refused = await mimeport(['run', 'app.mjs'], { cwd: project.path })
    assert.match(refused.stderr, /ERR_MIMEPORT_NOT_ALLOWED/)
    assert.is(refused.status, 1)
  } finally {
    project.remove()
    await server.stop()
  }
})

test("a command of a package is found as npx does: by a link, by package.json's bin, from the folder upwards", async () => {
  const manifest = (name: string, bin: unknown) => JSON.stringify({ name, bin })
  const project = makeProject({
    'package.json': manifest('@me/project', { mine: './mine.mjs' }),
    'mine.mjs': tells,
    'node_modules/linked/cli.mjs': `#!/usr/bin/env node\nimport md from './x.md'\n${tells}`,
    'node_modules/linked/x.md': '```ts\nexport default 1 as number\n```\n',
    'node_modules/single/package.json': manifest('single', './tool.cjs'),
    'node_modules/single/tool.cjs': tells,
    'node_modules/@scope/pair/package.json': manifest('@scope/pair', { first: 'a', pair: 'b' }),
    'node_modules/@scope/pair/a': `#!/usr/bin/env -S node --title=first\n${tells}`,
    'node_modules/@scope/pair/b': `#!/usr/bin/env node\n${tells}`,
    // What pnpm makes in place of a link.
    'node_modules/.bin/first': '#!/bin/sh\nexec node "$basedir/../@scope/pair/a" "$@"\n',
    'deep/er/folder/x.txt': '',
    single: '',
    'deep/single/index.js': '',
  })
  const modules = join(project.path, 'node_modules')
  const cwd = join(project.path, 'deep')
  const found = async (...args: string[]) => {
    const { stdout, stderr } = await mimeport(['run', ...args], { cwd })
    assert.is(stderr, '')
    const { argv, flags } = JSON.parse(stdout) as { argv: string[]; flags: string[] }
    return [...flags, ...argv]
  }
  try {
    const bin = link(project, 'linked', 'node_modules/linked/cli.mjs')
    assert.equal(await found('linked', '.'), [bin, '.'])
    assert.equal(await found('-C', 'dev', 'single'), [
      '-C',
      'dev',
      join(modules, 'single/tool.cjs'),
    ])
    assert.equal(await found('first'), ['--title=first', join(modules, '@scope/pair/a')])
    assert.equal(await found('@scope/pair'), [join(modules, '@scope/pair/b')])
    assert.equal(await found('mine'), [join(project.path, 'mine.mjs')])
    // A file in the working folder goes before, as with node.
    const { stdout, status } = await mimeport(['run', 'single'], { cwd: project.path })
    assert.is(stdout, '')
    assert.is(status, 0)
  } finally {
    project.remove()
  }
})

test('a command that is not JavaScript is refused, and one that nobody has is said to be missing', async () => {
  const project = makeProject({
    'node_modules/other/tool': '#!/usr/bin/env -S FOO=1 python3 -u\nprint(1)\n',
    'node_modules/other/shell': '#! /bin/sh\necho no\n',
    'node_modules/other/binary': Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]),
    'node_modules/other/old.js':
      '#!/bin/sh\n\':\' //; exec node "$0" "$@"\nconsole.log("polyglot")\n',
  })
  const options = { cwd: project.path }
  const cases = [
    ['tool', /'tool' is a script for 'python3', not JavaScript/],
    ['shell', /'shell' is a script for 'sh', not JavaScript.*: node_modules\/\.bin\/shell\n/],
    ['binary', /'binary' is a program of the machine, not JavaScript/],
  ] as const
  try {
    for (const [name, reason] of cases) {
      chmodSync(link(project, name, `node_modules/other/${name}`), 0o755)
      const { status, stdout, stderr } = await mimeport(['run', name], options)
      assert.match(stderr, reason)
      assert.is(status, 2)
      assert.is(stdout, '')
    }
    link(project, 'old', 'node_modules/other/old.js')
    assert.is((await mimeport(['run', 'old'], options)).stdout, 'polyglot\n')
    const { status, stderr } = await mimeport(['run', 'shel'], options)
    assert.match(stderr, /no file 'shel', no package from '.+' upwards .*did you mean 'shell'\?/)
    assert.is(status, 2)
    const missing = await mimeport(['run', 'none.mjs'], options)
    assert.match(missing.stderr, /ERR_MODULE_NOT_FOUND/)
    assert.is(missing.status, 1, 'as with node')
  } finally {
    project.remove()
  }
})

test('which flags have a value in the next word is what this Node says of itself', async () => {
  const help = spawnSync(process.execPath, ['--help'], { encoding: 'utf8' }).stdout
  const known = flagsWithValue(help)
  const project = makeProject({ 'a.mjs': 'console.log("a")', 'b.mjs': 'console.log("b")' })
  // What Node does with `--flag a.mjs b.mjs`: it runs the one or the other.
  const flags = [
    '--conditions',
    '-C',
    '--env-file',
    '--env-file-if-exists',
    '--icu-data-dir',
    '--import',
    '--inspect-port',
    '--no-warnings',
    '--require',
    '--title',
    '--trace-exit',
    '--use-system-ca',
  ]
  try {
    const runs = flags.map((flag) =>
      run([flag, './a.mjs', './b.mjs'], { cwd: project.path, nodeArgs: [] }),
    )
    for (const [index, { stdout }] of (await Promise.all(runs)).entries()) {
      const flag = flags[index]!
      assert.is(known.has(flag), stdout.endsWith('b\n'), flag)
      const { program } = partWords([flag, './a.mjs', './b.mjs'])
      assert.is(program, stdout.endsWith('b\n') ? './b.mjs' : './a.mjs')
    }
    assert.ok(known.has('--conditions') && !known.has('--inspect') && !known.has('--no-warnings'))
  } finally {
    project.remove()
  }
  assert.equal(partWords(['--env_file', 'x', 'app']).program, 'app')
  assert.equal(partWords(['--env-file=x', 'app']).program, 'app')
})

test.run()
