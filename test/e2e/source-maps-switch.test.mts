/** Whether there are source maps at all. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import type { Project } from '../support/spawn.mts'

const test = suite('source maps: switch')

const compiled =
  'enum Kind { A }\n\nexport const fail = () => { throw new Error(String(Kind.A)) }\n'

let project: Project

test.before(() => {
  project = makeProject({
    'lib.ts': compiled,
    'app.mjs': `
      const { fail } = await import(process.argv[2])
      try { fail() } catch (error) { console.log(process.sourceMapsEnabled, error.stack) }`,
    'off-before.mjs': `process.setSourceMapsEnabled(false); await import('./app.mjs')`,
    'off-after.mjs': `
      await import('./lib.ts')
      process.setSourceMapsEnabled(false)
      await import('./app.mjs')
      await import('./other.ts')
      console.log(process.sourceMapsEnabled)`,
    'other.ts': 'enum Other { A }',
    'own.mjs': `import module from 'node:module'
      await import(process.argv[2])
      console.log(JSON.stringify(module.getSourceMapsSupport()))`,
    'node_modules/dep/lib.ts': compiled,
    'off.json': '{ "sourceMaps": false }',
    'shift.mjs': `
      export const name = 'shift'
      export const accepts = ['text/javascript']
      export const transform = (headers, body) =>
        ({ source: '\\n\\n' + body, format: 'module' })`,
    'shifted.json': '{ "loaders": ["./shift.mjs"] }',
  })
})
test.after(() => project.remove())

const on = '/lib.ts:3:35)'
const nodeArgs = (...flags: readonly string[]) => [...flags, '--import', loaderPath]

async function placeIn(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): Promise<{ stdout: string; mapped: boolean }> {
  const options = { cwd: project.path, env, nodeArgs: nodeArgs(...flags) }
  const { stdout, stderr } = await run(args, options)
  assert.is(stderr, '')
  assert.match(stdout, /lib\.ts:\d+:\d+/)
  return { stdout, mapped: stdout.includes(on) }
}

const switches: readonly [
  what: string,
  mapped: boolean,
  env: Readonly<Record<string, string>>,
  flags?: readonly string[],
][] = [
  ['by default, and where the environment is empty', true, { MIMEPORT_SOURCE_MAPS: '' }],
  ['the configuration says no', false, { MIMEPORT_CONFIG: 'off.json' }],
  ['the environment says no', false, { MIMEPORT_SOURCE_MAPS: '0' }],
  [
    'the environment goes before the configuration',
    true,
    { MIMEPORT_SOURCE_MAPS: '1', MIMEPORT_CONFIG: 'off.json' },
  ],
  ["Node's flag says no", false, {}, ['--no-enable-source-maps']],
  ["Node's flag says no, in NODE_OPTIONS", false, { NODE_OPTIONS: '--no-enable-source-maps' }],
  [
    'the command line goes before NODE_OPTIONS',
    true,
    { NODE_OPTIONS: '--no-enable-source-maps' },
    ['--enable-source-maps'],
  ],
  [
    "Node's flag goes before the configuration",
    true,
    { MIMEPORT_CONFIG: 'off.json' },
    ['--enable-source-maps'],
  ],
  [
    "the environment goes before Node's flag",
    true,
    { MIMEPORT_SOURCE_MAPS: '1' },
    ['--no-enable-source-maps'],
  ],
]

for (const [what, mapped, env, flags] of switches) {
  test(`${mapped ? 'on' : 'off'}: ${what}`, async () => {
    const found = await placeIn(['app.mjs', './lib.ts'], env, flags)
    assert.is(found.mapped, mapped, found.stdout)
    assert.ok(found.stdout.startsWith(String(mapped)), found.stdout)
  })
}

test('a program that said no keeps its no, before and after', async () => {
  assert.is((await placeIn(['off-before.mjs', './lib.ts'])).mapped, false)
  const { mapped, stdout } = await placeIn(['off-after.mjs', './lib.ts'])
  assert.is(mapped, false)
  assert.match(stdout, /\nfalse\n$/)
})

test('another value is an error that names the variable', async () => {
  const env = { MIMEPORT_SOURCE_MAPS: 'off' }
  const { status, stderr } = await run(['app.mjs', './lib.ts'], { cwd: project.path, env })
  assert.is(status, 1)
  assert.match(stderr, /MIMEPORT_SOURCE_MAPS: it must be 0 or 1\. Received a string \('off'\)/)
})

test('Node applies maps from the first module that has one, and not to packages', async () => {
  const support = async (specifier: string) =>
    JSON.parse((await run(['own.mjs', specifier], { cwd: project.path })).stdout)
  const nothing = { enabled: false, nodeModules: false, generatedCode: false }
  assert.equal(await support('data:text/javascript,'), nothing)
  assert.equal(await support('./lib.ts'), { ...nothing, enabled: true })
  const dep = './node_modules/dep/lib.ts'
  assert.equal(await support(dep), { ...nothing, enabled: true, nodeModules: true })
  assert.is((await placeIn(['app.mjs', dep])).mapped, true)
})

test('a step that moves a text and gives no map: places are those of the text that runs', async () => {
  const { stdout } = await placeIn(['app.mjs', './lib.ts'], { MIMEPORT_CONFIG: 'shifted.json' })
  // What runs, and not a line of the original that happens to have that number.
  const ran = 'new Error'
  const { stderr } = await run(['-e', `import('./lib.ts').then(({ fail }) => fail())`], {
    cwd: project.path,
    env: { MIMEPORT_CONFIG: 'shifted.json' },
  })
  const [, line = '', shown = '', arrow = ''] = /lib\.ts:(\d+)\n(.*)\n(\s*\^)\n/.exec(stderr) ?? []
  assert.ok(shown.includes(ran), stderr)
  assert.is(shown.indexOf(ran), arrow.length - 1)
  assert.match(stdout, `lib.ts:${line}:`)
})

test.run()
