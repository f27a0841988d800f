/** The command: its help, its exit codes, and what it says of what cannot be meant. */

import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { cliPath, mimeport } from '../support/cli.mts'
import { makeProject, run } from '../support/spawn.mts'

const test = suite('cli')
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
const commands = ['allow', 'lock', 'vendor']

test('--help lists the commands, and each has its own with its exit codes', async () => {
  const { stdout, stderr, status } = await mimeport(['--help'])
  assert.is(status, 0)
  assert.is(stderr, '')
  for (const name of commands) {
    assert.match(stdout, new RegExp(`^ {2}${name} +\\w`, 'm'))
    const long = await mimeport([name, '--help'])
    assert.match(long.stdout, new RegExp(`^Usage: mimeport ${name} `))
    assert.match(long.stdout, /Exit codes: 0 done; 1 .*2 wrong usage\.\n$/s)
    assert.is(long.status, 0)
    assert.ok(long.stdout.split('\n').every((line) => line.length <= 80))
    const same = name === 'lock' ? ['help', 'lock'] : [name, 'x', '-h']
    assert.is((await mimeport(same)).stdout, long.stdout)
  }
})

test('--version prints the version', async () => {
  const { stdout, status } = await mimeport(['--version'])
  assert.is(stdout, `${version}\n`)
  assert.is(status, 0)
})

test('what cannot be meant is exit code 2, and says where help is', async () => {
  const cases: readonly (readonly [args: readonly string[], reason: RegExp])[] = [
    [[], /^Usage: mimeport/],
    [['lok'], /there is no command 'lok' \(there are allow, lock, vendor\)/],
    [['constructor'], /there is no command 'constructor'/],
    [['\u001b[31m'], /there is no command '\\u\{1b\}\[31m'/],
    [['lock', '--frozen'], /Unknown option '--frozen'\nTry 'mimeport lock --help'/],
    [['lock', '--check=1'], /does not take an argument/],
    [['lock', 'none.mjs'], /there is no file 'none.mjs', and it is no URL/],
    [['lock', '--check', '--prune'], /--check and --prune exclude each other/],
    [['lock', '--update', './x.mjs'], /--update takes specifiers as the lock has them/],
    [['vendor', dirname(cliPath)], /is a folder: name the program's first file/],
    [['allow'], /name what is to be allowed/],
    [['allow', 'esm.sh'], /did you mean 'https:\/\/esm.sh'\?/],
  ]
  // In one process: what a process costs is no news.
  const main = JSON.stringify(pathToFileURL(cliPath.replace(/mimeport(?=\.)/, 'main')).href)
  const all = JSON.stringify(cases.map(([args]) => args))
  const script = `import { writeSync } from 'node:fs'
    const { main } = await import(${main})
    for (const args of ${all}) { writeSync(2, '\\0' + await main(args)) }`
  const { stderr, stdout } = await run(['--input-type=module', '-e', script], { nodeArgs: [] })
  assert.is(stdout, '')
  const said = stderr.split('\0')
  for (const [index, [args, reason]] of cases.entries()) {
    assert.match(said[index]!.replace(/^\d/, ''), reason)
    assert.is(said[index + 1]?.[0], '2', args.join(' '))
  }
  assert.is((await mimeport(['lok'])).status, 2)
})

test('without a file, and without a package that names one, the program has to be named', async () => {
  const project = makeProject({})
  const { status, stderr } = await mimeport(['lock'], { cwd: project.path })
  assert.is(status, 2)
  assert.match(stderr, /name the program: .*package\.json' has no 'exports', 'main' or 'bin'/)
  assert.not.ok(existsSync(join(project.path, 'mimeport.lock')))
  project.remove()
})

test('a configuration that cannot be used is told, without a frame of ours', async () => {
  const project = makeProject({ 'app.mjs': '', 'mimeport.json': '{ "alow": [] }' })
  for (const args of [
    ['lock', 'app.mjs'],
    ['vendor', 'app.mjs'],
    ['allow', 'https://a.example/'],
  ]) {
    const { status, stderr } = await mimeport(args, { cwd: project.path })
    assert.is(status, 1)
    assert.match(stderr, /^mimeport: ERR_MIMEPORT_CONFIG: .*did you mean 'allow'\?\n$/)
  }
  project.write({ 'mimeport.json': '{ "lock": false }' })
  const { status, stderr } = await mimeport(['lock', 'app.mjs'], { cwd: project.path })
  assert.is(status, 1)
  assert.match(stderr, /its 'lock' is false/)
  project.remove()
})

test('MIMEPORT_CONFIG names the configuration, and so the project', async () => {
  const project = makeProject({ 'app.mjs': '', 'conf/mimeport.json': '{ "lock": "own.lock" }' })
  const env = { MIMEPORT_CONFIG: join(project.path, 'conf/mimeport.json') }
  const { status, stdout } = await mimeport(['lock', 'app.mjs'], { cwd: project.path, env })
  assert.is(status, 0)
  assert.match(stdout, /own\.lock: nothing to change/)
  project.remove()
})

test('a reader that goes away early ends it without a word', () => {
  const command = `'${process.execPath}' '${cliPath}' --help | true`
  const { stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' })
  assert.is(stderr, '')
})

test('it is found through a link, as npm makes one', async () => {
  const project = makeProject({ 'app.mjs': '' })
  const link = join(project.path, 'node_modules/.bin/mimeport')
  mkdirSync(dirname(link), { recursive: true })
  symlinkSync(cliPath, link)
  const { stdout } = spawnSync(process.execPath, [link, '--version'], { encoding: 'utf8' })
  assert.is(stdout, `${version}\n`)
  project.remove()
})

test('a Node that is too old gets one line', () => {
  const project = makeProject({ 'package.json': '{}' })
  // A copy of the entry alone, which has the rest in it in the package: more is not read.
  const extension = cliPath.slice(-3)
  const core = join(dirname(dirname(cliPath)), `core/application/node-version.${extension}`)
  mkdirSync(join(project.path, 'cli'))
  mkdirSync(join(project.path, 'core/application'), { recursive: true })
  cpSync(cliPath, join(project.path, `cli/mimeport.${extension}`))
  if (existsSync(core)) {
    cpSync(core, join(project.path, `core/application/node-version.${extension}`))
  }
  writeFileSync(
    join(project.path, 'old.mjs'),
    "Object.defineProperty(process.versions, 'node', { value: '22.19.0' })\n",
  )
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', './old.mjs', `cli/mimeport.${extension}`, 'lock'],
    { cwd: project.path, encoding: 'utf8' },
  )
  assert.is(status, 1)
  assert.is(stdout, '')
  assert.match(stderr, /^mimeport needs Node >=24\.18 or >=26\.4; this is v[^\n]+\n$/)
  project.remove()
})

test.run()
