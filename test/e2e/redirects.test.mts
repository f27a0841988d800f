import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runProject } from '../support/spawn.mts'
import { startServer } from '../support/server.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('redirects')

let server: TestServer
test.before(async () => {
  server = await startServer()
})
test.after(() => server.stop())

/** A loader of one scheme that answers from a table of statuses and locations, or of modules. */
const table = (scheme: string, answers: Readonly<Record<string, string | [number, string?]>>) => `
  const answers = ${JSON.stringify(answers)}
  export const schemes = ['${scheme}:']
  export function resolve(specifier) {
    const chain = /^${scheme}:h\\/([0-9]+)-of-([0-9]+)$/.exec(specifier)
    const [, at, end] = chain ?? []
    const answer = chain ? (at === end ? 'export default "end"' : [302, './' + (Number(at) + 1) + '-of-' + end]) : answers[specifier]
    if (answer === undefined) return false
    if (typeof answer === 'string') return { headers: { 'content-type': 'text/javascript' }, body: answer }
    return { statusCode: answer[0], headers: { Location: answer[1] } }
  }
  export const resolveRelativePath = (specifier, parentPath) =>
    new URL(specifier, parentPath.replace(':', '://')).href.replace('://', ':')`

const config = { 'mimeport.json': '{ "loaders": ["./one.mjs", "./two.mjs"] }' }

/** Prints what each import gives, or how it fails. */
const app = (specifiers: readonly string[]) => `
  for (const specifier of ${JSON.stringify(specifiers)}) {
    try {
      console.log(JSON.stringify((await import(specifier)).default))
    } catch ({ code, message }) {
      console.log(code + ' ' + message)
    }
  }`

test('a redirect is followed from loader to loader, and the module is where it was found', async () => {
  await server.set({
    '/start': { status: 302, headers: { location: 'one:h/dir/a' } },
    '/lib/end.mjs':
      "import own from './own.mjs'\nexport default [import.meta.url, own, globalThis.count = (globalThis.count ?? 0) + 1]",
    '/lib/own.mjs': 'export default import.meta.url',
  })
  const end = `${server.url}/lib/end.mjs`
  const { stdout, stderr } = await runProject({
    ...config,
    'one.mjs': table('one', { 'one:h/dir/a': [301, '../b'], 'one:h/b': [308, 'two:x/y'] }),
    'two.mjs': table('two', { 'two:x/y': [303, end] }),
    'app.mjs': `
      import { createRequire } from 'node:module'
      import first from '${server.url}/start'
      import second from 'one:h/b'
      import third from '${end}'
      const require = createRequire(import.meta.url)
      console.log(JSON.stringify(first))
      console.log(first === second, second === third, require('two:x/y').default === first)
      console.log(import.meta.resolve('two:x/y'))`,
  })
  assert.is(stderr, '')
  assert.equal(stdout.split('\n'), [
    JSON.stringify([end, `${server.url}/lib/own.mjs`, 1]),
    'true true true',
    end,
    '',
  ])
})

test('circles, long ways and dead ends fail with the way that they came', async () => {
  const { stdout, stderr } = await runProject({
    ...config,
    'one.mjs': table('one', {
      'one:self': [302, 'one:self'],
      'one:there': [307, 'two:back'],
      'one:nowhere': [302],
      'one:gone': [302, 'nobody:x'],
      'one:file': [302, 'two:lost'],
    }),
    'two.mjs': table('two', { 'two:back': [308, 'one:there'], 'two:lost': [404] }),
    'app.mjs': app([
      'one:h/0-of-10',
      'one:h/0-of-11',
      'one:self',
      'one:there',
      'one:nowhere',
      'one:gone',
      'one:file',
    ]),
  })
  assert.is(stderr, '')
  const lines = stdout.split('\n')
  assert.is(lines[0], '"end"')
  assert.match(
    lines[1]!,
    /^ERR_MIMEPORT_TOO_MANY_REDIRECTS Cannot load 'one:h\/0-of-11' imported from 'file:.*app\.mjs': stopped after 10 redirects: one:h\/0-of-11 -302→ one:h\/1-of-11 -302→ .*→ one:h\/11-of-11$/,
  )
  assert.match(lines[2]!, /^ERR_MIMEPORT_REDIRECT_CYCLE .*: one:self -302→ one:self$/)
  assert.match(
    lines[3]!,
    /^ERR_MIMEPORT_REDIRECT_CYCLE .*: one:there -307→ two:back -308→ one:there$/,
  )
  assert.match(
    lines[4]!,
    /^ERR_MIMEPORT_INVALID_REDIRECT Cannot follow the 302 from 'one:nowhere' .*: it has no Location$/,
  )
  assert.match(
    lines[5]!,
    /^ERR_MODULE_NOT_FOUND Cannot find 'nobody:x' .*\(one:gone -302→ nobody:x\)$/,
  )
  assert.match(
    lines[6]!,
    /^ERR_MODULE_NOT_FOUND Cannot find 'two:lost' .* it answered 404 \(one:file -302→ two:lost\)$/,
  )
})

test('the web redirects by relative paths, with every code, and keeps fragments', async () => {
  const codes = [301, 302, 303, 307, 308]
  await server.set('/a/end.mjs', 'export default import.meta.url')
  for (const status of codes) {
    await server.set(`/a/b/${status}`, { status, headers: { location: '../end.mjs' } })
  }
  const { stdout, stderr } = await runProject({
    'app.mjs': app(codes.map((status) => `${server.url}/a/b/${status}#${status}`)),
  })
  assert.is(stderr, '')
  assert.is(stdout, codes.map((status) => `"${server.url}/a/end.mjs#${status}"\n`).join(''))
})

test('the web does not redirect to a local file', async () => {
  await server.set('/evil', { status: 302, headers: { location: 'file:///etc/hostname' } })
  const { stdout, stderr } = await runProject({ 'app.mjs': app([`${server.url}/evil`]) })
  assert.is(stderr, '')
  assert.match(stdout, /^ERR_MIMEPORT_LOCAL_IMPORT /)
})

test.run()
