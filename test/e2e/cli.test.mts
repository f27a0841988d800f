/** The command: its help, its exit codes, and what it says of what cannot be meant. */

import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readWords } from '../../cli/command.mts'
import { commands } from '../../cli/commands.mts'
import { cliPath, mimeport } from '../support/cli.mts'
import { makeProject, run } from '../support/spawn.mts'

const test = suite('cli')
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

/** What `main` prints and returns for each of these command lines, in one process: what a process costs is no news. */
async function mains(
  lines: readonly (readonly string[])[],
): Promise<{ readonly stdout: string; readonly stderr: string; readonly code: string }[]> {
  const main = JSON.stringify(pathToFileURL(cliPath.replace(/mimeport(?=\.)/, 'main')).href)
  const script = `import { writeSync } from 'node:fs'
    const { main } = await import(${main})
    for (const args of ${JSON.stringify(lines)}) {
      writeSync(2, '\\0' + await main(args) + '\\0')
      writeSync(1, '\\0')
    }`
  const { stderr, stdout } = await run(['--input-type=module', '-e', script], { nodeArgs: [] })
  const said = stderr.split('\0')
  const printed = stdout.split('\0')
  return lines.map((_, index) => ({
    stdout: printed[index] ?? '',
    stderr: said[2 * index] ?? '',
    code: said[2 * index + 1] ?? '',
  }))
}

test('--help lists the commands, and each has its own with its exit codes and options', async () => {
  const { stdout, stderr, status } = await mimeport(['--help'])
  assert.is(status, 0)
  assert.is(stderr, '')
  const lines = stdout.split('\n')
  assert.ok(lines.every((line) => line.length <= 80))
  const names = lines.flatMap((line) => /^ {2}([a-z]+) +\w/.exec(line)?.[1] ?? [])
  assert.equal(names.toSorted(), Object.keys(commands))
  assert.equal(Object.keys(commands).toSorted(), Object.keys(commands), 'in their order')
  const long = await mains(names.map((name) => [name, '--help']))
  const same = await mains(names.map((name) => ['help', name]))
  for (const [index, name] of names.entries()) {
    const { stdout: help, stderr: said, code } = long[index]!
    assert.match(help, new RegExp(`^Usage: mimeport ${name}\\b`))
    assert.match(help, /Exit codes: .*2 wrong usage\.\n$/s)
    assert.is(said, '')
    assert.is(code, '0')
    assert.ok(
      help.split('\n').every((line) => line.length <= 80),
      name,
    )
    const { options } = await commands[name]!.load()
    for (const option of [...Object.keys(options), 'help']) {
      assert.match(help, new RegExp(`^ {2,}(?:-\\w, )?--${option}\\b`, 'm'))
    }
    assert.is(same[index]!.stdout, help)
  }
  assert.is((await mimeport(['lock', 'x', '-h'])).stdout, long[names.indexOf('lock')]!.stdout)
})

test('an option has a value, before words or after them, and none after two dashes', () => {
  const options = { out: { type: 'string' }, json: { type: 'boolean' } } as const
  const read = (...args: string[]) => {
    const { words, has, value } = readWords(args, options)
    return [words, has('json'), value('out')]
  }
  assert.equal(read('a', '--out', 'b', '--json'), [['a'], true, 'b'])
  assert.equal(read('--out=b', 'a'), [['a'], false, 'b'])
  assert.equal(read('--', '--out', 'b'), [['--out', 'b'], false, undefined])
  assert.throws(() => read('--out'), /'--out <value>' argument missing/)
  assert.throws(() => read('--out', '--json'), /'--out' argument is ambiguous/)
  assert.throws(() => read('--json=x'), /does not take an argument/)
})

test('--version prints the version', async () => {
  const { stdout, status } = await mimeport(['--version'])
  assert.is(stdout, `${version}\n`)
  assert.is(status, 0)
})

test('what cannot be meant is exit code 2, and says where help is', async () => {
  const cases: readonly (readonly [args: readonly string[], reason: RegExp])[] = [
    [[], /^Usage: mimeport/],
    [['lok'], /there is no command 'lok'; did you mean 'lock'\?\nTry 'mimeport --help'/],
    [['frobnicate'], /there is no command 'frobnicate' \(there are allow, .*vendor\)/],
    [
      ['./app.mjs'],
      /there is no command '\.\/app\.mjs'; a program is run with: mimeport run \.\/app/,
    ],
    [['constructor'], /there is no command 'constructor'/],
    [['\u001b[31m'], /there is no command '\\u\{1b\}\[31m'/],
    [['lock', '--frozen'], /Unknown option '--frozen'\nTry 'mimeport lock --help'/],
    [['lock', '--chekc'], /Unknown option '--chekc'; did you mean '--check'\?\n/],
    [['lock', '--', '--check'], /there is no file '--check'/],
    [['lock', '--check=1'], /does not take an argument/],
    [['lock', 'none.mjs'], /there is no file 'none.mjs', and it is no URL/],
    [['lock', '--check', '--prune'], /--check and --prune exclude each other/],
    [['lock', '--update', './x.mjs'], /--update takes specifiers as the lock has them/],
    [['vendor', dirname(cliPath)], /is a folder: name the program's first file/],
    [['allow'], /name what is to be allowed/],
    [['allow', 'esm.sh'], /did you mean 'https:\/\/esm.sh'\?/],
  ]
  const said = await mains(cases.map(([args]) => args))
  for (const [index, [args, reason]] of cases.entries()) {
    const { stdout, stderr, code } = said[index]!
    assert.is(stdout, '')
    assert.match(stderr, reason)
    assert.is(code, '2', args.join(' '))
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
