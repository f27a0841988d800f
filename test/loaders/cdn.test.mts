/** `npm:` and `jsr:`: where they lead, by whose leave, and what is no package. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { resolve } from '../../loaders/cdn/cdn.mts'
import { mimeport } from '../support/cli.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'
import { makeProject, run, runProject } from '../support/spawn.mts'
import { denied, passed } from '../threats/record.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('cdn')

let server: TestServer

test.before(async () => {
  server = await startServer()
})
test.after(() => server.stop())

async function locationOf(specifier: string): Promise<string> {
  const { statusCode, headers } = await resolve(specifier)
  assert.is(statusCode, 307)
  return (headers as Record<string, string>)['location']!
}

for (const [specifier, location] of [
  ['npm:react', 'https://esm.sh/react?target=node'],
  ['npm:react@^18.2', 'https://esm.sh/react@%5E18.2?target=node'],
  [
    'npm:@scope/a.b_c@1.0.0-rc.1/x/y.mjs',
    'https://esm.sh/@scope/a.b_c@1.0.0-rc.1/x/y.mjs?target=node',
  ],
  ['npm:/react@18', 'https://esm.sh/react@18?target=node'],
  ['npm:react@latest?dev&exports=a', 'https://esm.sh/react@latest?target=node&dev&exports=a'],
  ['NPM:react', 'https://esm.sh/react?target=node'],
  ['jsr:@std/path@1/posix', 'https://esm.sh/jsr/@std/path@1/posix?target=node'],
] as const) {
  test(`${specifier} leads to the CDN`, async () => {
    assert.is(await locationOf(specifier), location)
    passed('T19', specifier)
  })
}

for (const specifier of [
  'npm:',
  'npm:/',
  'npm:..',
  'npm:a/../b',
  'npm:a/%2e%2E/b',
  'npm:@a',
  'npm:a@1/../../gh/x/y',
  'npm:a\\b',
  'npm:a@1\\..\\b',
  'npm:https://host/x',
  'npm://host/x',
  'npm:a b',
  'npm:a@1/.\t./.\t./gh/x/y',
  'npm:a/.\n./b',
  'npm:a/\r../b',
  'jsr:@std/path/.\t./.\t./.\t./gh/x/y',
  'npm:a?x=\t',
  'jsr:path',
  'jsr:@std',
]) {
  test(`${specifier} is no package`, async () => {
    await rejects(() => resolve(specifier), 'ERR_MIMEPORT_INVALID_SPECIFIER')
    denied('T19', specifier)
  })
}

test('the environment says which CDN, as a beginning or as a form', async () => {
  for (const [place, location] of [
    ['https://cdn.test/npm', 'https://cdn.test/npm/a@1/b'],
    ['https://cdn.test/npm/', 'https://cdn.test/npm/a@1/b'],
    ['https://cdn.test/npm/*/+esm', 'https://cdn.test/npm/a@1/b/+esm'],
    ['https://cdn.test/*?module', 'https://cdn.test/a@1/b?module'],
  ] as const) {
    process.env['MIMEPORT_NPM_URL'] = place
    assert.is(await locationOf('npm:a@1/b'), location)
  }
  process.env['MIMEPORT_NPM_URL'] = 'nowhere'
  const { message } = await rejects(() => resolve('npm:a'), 'ERR_MIMEPORT_INVALID_SPECIFIER')
  assert.match(message, "MIMEPORT_NPM_URL has no URL: 'nowhere'")
  delete process.env['MIMEPORT_NPM_URL']
})

/** A CDN with a package that needs another, and a package of JSR that is TypeScript and needs one of npm. */
async function serve(): Promise<Record<string, string>> {
  await server.set({
    '/npm/left@1': { status: 302, headers: { location: '/npm/left@1.2.3/index.mjs' } },
    '/npm/left@1.2.3/index.mjs':
      "export { pad } from './pad.mjs'\nexport const { url } = import.meta\n",
    '/npm/left@1.2.3/pad.mjs': "export const pad = (text) => ' ' + text\n",
    '/jsr/@std/x@1/mod.ts':
      "import { pad } from 'npm:left@1'\nexport const padded: string = pad('x')\n",
  })
  return { MIMEPORT_NPM_URL: `${server.url}/npm`, MIMEPORT_JSR_URL: `${server.url}/jsr` }
}

test('a package is one module, whoever names it; what it imports is relative to the CDN', async () => {
  const { stdout, stderr } = await runProject(
    {
      'app.mjs': `
        import * as left from 'npm:left@1'
        import { padded } from 'jsr:@std/x@1/mod.ts'
        console.log(left.pad('a'), padded, left.url, import.meta.resolve('npm:left@1') === left.url)
        console.log(left === (await import('${server.url}/npm/left@1.2.3/index.mjs')))`,
    },
    { env: await serve() },
  )
  assert.is(stderr, '')
  assert.is(stdout, ` a  x ${server.url}/npm/left@1.2.3/index.mjs true\ntrue\n`)
})

test('allow and deny go for the scheme and for the CDN', async () => {
  const env = await serve()
  const program =
    "await import('npm:left@1').then(() => console.log('loaded'), ({ code, message }) => console.log(code, message))"
  for (const [rules, expected] of [
    [
      { allow: [`${server.url}/`] },
      /^ERR_MIMEPORT_NOT_ALLOWED Cannot load 'npm:left@1'.*"allow": \[.*"npm:"\]/,
    ],
    [{ allow: ['npm:'] }, /^ERR_MIMEPORT_NOT_ALLOWED Cannot load 'http:/],
    [{ deny: ['npm:left'] }, /^ERR_MIMEPORT_NOT_ALLOWED.*"deny" has 'npm:left'/],
    [{ allow: ['npm:left', `${server.url}/`] }, /^loaded/],
    [{}, /^loaded/],
  ] as const) {
    const files = { 'mimeport.json': JSON.stringify(rules), 'app.mjs': program }
    const { stdout } = await runProject(files, { env })
    assert.match(stdout, expected)
  }
})

test('a lock pins what a range led to', async () => {
  const env = await serve()
  const project = makeProject({
    'app.mjs': "const { url } = await import('npm:left@1')\nconsole.log(url)",
  })
  try {
    const { stderr } = await mimeport(['lock', 'app.mjs'], { cwd: project.path, env })
    assert.is(stderr, '')
    const first = await run(['app.mjs'], { cwd: project.path, env })
    await server.set({
      '/npm/left@1': { status: 302, headers: { location: '/npm/left@1.2.4/index.mjs' } },
      '/npm/left@1.2.4/index.mjs': 'export const { url } = import.meta',
    })
    const second = await run(['app.mjs'], { cwd: project.path, env })
    assert.is(first.stdout, `${server.url}/npm/left@1.2.3/index.mjs\n`)
    assert.is(second.stdout, first.stdout)
  } finally {
    project.remove()
  }
})

test.run()
