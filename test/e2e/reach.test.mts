/** What code from elsewhere reaches of Node and of this machine, by every route that there is: allowed, and denied. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { runProject } from '../support/spawn.mts'
import { denied, passed } from '../threats/record.mts'
import type { GitHub } from '../support/github.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('reach')
let server: TestServer
let github: GitHub

const data = (text: string) =>
  `'data:text/javascript,' + encodeURIComponent(${JSON.stringify(text)})`

/** Route → module of the web that reaches for a builtin by it; its default export tells whether it got one. */
const routes: Readonly<Record<string, string>> = {
  'static.mjs': 'import { readFileSync } from "fs"; export default typeof readFileSync',
  'scheme.mjs': 'import { readFileSync } from "node:fs"; export default typeof readFileSync',
  'subpath.mjs': 'import { readFile } from "node:fs/promises"; export default typeof readFile',
  'dynamic.mjs': 'export default typeof (await import("fs/promises")).readFile',
  'reexport.mjs':
    'export * from "fs"; import * as own from "fs"; export default typeof own.readFileSync',
  'required.cjs': 'module.exports = typeof require("fs").readFileSync',
  'scheme.cjs': 'module.exports = typeof require("node:fs/promises").readFile',
  'late.cjs': 'module.exports = async () => typeof (await import("node:fs")).readFileSync',
  'create.mjs':
    'import { createRequire } from "module"; export default typeof createRequire(import.meta.url)("fs").readFileSync',
  'resolve.mjs': 'export default import.meta.resolve("fs") === "node:fs" && "function"',
  'required-resolve.cjs': 'module.exports = require.resolve("fs") === "fs" && "function"',
  'data.mjs': `export default (await import(${data('import { readFileSync } from "fs"; export default typeof readFileSync')})).default`,
  'data-later.mjs': `export default (await import(${data('export default typeof (await import("node:fs")).readFileSync')})).default`,
  'data-twice.mjs': `export default (await import(${data(
    `export { default } from "data:text/javascript,import { readFileSync } from 'fs'; export default typeof readFileSync"`,
  )})).default`,
  'own-name.mjs': 'import { readFileSync } from "#fs"; export default typeof readFileSync',
  'typed.ts': 'import { readFileSync } from "fs"; export default typeof readFileSync as string',
  'README.md':
    '```js\nimport { readFileSync } from "fs"\nexport default typeof readFileSync\n```\n',
  'worker.mjs': `
    const { Worker } = await import('worker_threads')
    const url = new URL('./in-worker.mjs', import.meta.url)
    export default await new Promise((resolve, reject) => new Worker(url).on('message', resolve).on('error', reject))`,
}

const others: Readonly<Record<string, string | object>> = {
  'package.json': '{ "imports": { "#fs": "fs" } }',
  'in-worker.mjs':
    'import { readFileSync } from "fs"; import { parentPort } from "worker_threads"; parentPort.postMessage(typeof readFileSync)',
}

const paths = Object.keys(routes)

test.before(async () => {
  server = await startServer()
  const all = Object.entries({ ...routes, ...others }).map(([path, text]) => [
    `/${path}`,
    text as string,
  ])
  await server.set(Object.fromEntries(all))
  await server.set('/moved', { status: 302, headers: { location: '/static.mjs' } })
  github = await startGitHub({
    repos: { 'o/r': { files: { ...routes, ...others } as Record<string, string> } },
  })
})
test.after(async () => {
  await Promise.all([server.stop(), github.stop()])
})

/** What each route gives, with these rules. */
async function outcomes(
  config: object,
  bases: readonly string[],
  names = paths,
): Promise<string[]> {
  const { stdout, stderr } = await runProject(
    {
      'mimeport.json': JSON.stringify(config),
      'own.mjs': 'import { readFileSync } from "fs"; export default typeof readFileSync',
      'app.mjs': `
        for (const base of ${JSON.stringify(bases)}) for (const path of ${JSON.stringify(names)}) {
          const outcome = await import(base + path)
            .then(({ default: given }) => (typeof given === 'function' ? given() : given))
            .catch(({ code }) => code)
          console.log(path, outcome)
        }
        console.log('own', (await import('./own.mjs')).default)`,
    },
    { env: { ...github.env }, timeout: 60_000 },
  )
  assert.is(stderr, '')
  const lines = stdout.trimEnd().split('\n')
  assert.is(lines.pop(), 'own function', 'code of the project has what it had')
  return lines
}

const each = (outcome: string, names = paths) => names.map((path) => `${path} ${outcome}`)

test('by default Node is there for code from elsewhere, by every route', async () => {
  assert.equal(await outcomes({}, [`${server.url}/`]), each('function'))
  assert.equal(await outcomes({}, ['github:o/r/']), each('function'))
  passed('T18', 'builtins', 2 * paths.length)
})

test('denied, it is by every route, and in every spelling', async () => {
  const refused = each('ERR_MIMEPORT_NOT_ALLOWED')
  assert.equal(await outcomes({ builtins: false }, [`${server.url}/`, 'github:o/r/']), [
    ...refused,
    ...refused,
  ])
  assert.equal(await outcomes({ builtins: ['path'] }, [`${server.url}/`]), refused)
  assert.equal(await outcomes({ builtins: false }, [`${server.url}/`], ['moved']), [
    'moved ERR_MIMEPORT_NOT_ALLOWED',
  ])
  denied('T18', 'builtins', 3 * paths.length + 1)
})

test('no spelling of a builtin is another name for it', async () => {
  const odd = [
    ' node:fs',
    'NODE:fs',
    'no\tde:fs',
    'node:fs ',
    'node:fs?x',
    'node:fs#x',
    'node:%66s',
    'fs ',
    ' fs',
    'fs/',
  ]
  await server.set(
    '/spellings.mjs',
    `const names = ${JSON.stringify(odd)}
    export default (await Promise.all(names.map((name) => import(name).then((m) => typeof m.readFileSync, () => 'refused')))).join(' ')`,
  )
  await server.set(
    '/spellings.cjs',
    `module.exports = ${JSON.stringify(odd)}.map((name) => { try { return typeof require(name).readFileSync } catch { return 'refused' } }).join(' ')`,
  )
  const names = ['spellings.mjs', 'spellings.cjs']
  const refused = odd.map(() => 'refused').join(' ')
  assert.equal(await outcomes({ builtins: false }, [`${server.url}/`], names), each(refused, names))
  denied('T18', 'spellings of a builtin', 2 * odd.length)
})

test('a list and a table give what they name, to whom they name', async () => {
  const some = ['static.mjs', 'required.cjs', 'data.mjs', 'subpath.mjs']
  const list = { builtins: ['fs'] }
  assert.equal(await outcomes(list, [`${server.url}/`], some), each('function', some))
  const table = { builtins: { '*': false, 'github:o/r': ['node:fs'] } }
  assert.equal(await outcomes(table, [`${server.url}/`, 'github:o/r/'], some), [
    ...each('ERR_MIMEPORT_NOT_ALLOWED', some),
    ...each('function', some),
  ])
  passed('T18', 'builtins of a list', 2 * some.length)
})

test('what the project names for the web, it means: a builtin of the import map or of the externals', async () => {
  await server.set('/mapped.mjs', 'import { sep } from "separator"; export default typeof sep')
  await server.set('/external.mjs', 'import { sep } from "other"; export default typeof sep')
  const config = {
    builtins: false,
    imports: { separator: 'node:path' },
    externals: { other: 'path' },
  }
  assert.equal(await outcomes(config, [`${server.url}/`], ['mapped.mjs', 'external.mjs']), [
    'mapped.mjs string',
    'external.mjs string',
  ])
  passed('T18', 'a builtin that the project names', 2)
})

test('a refusal says what, for whom, and the line that allows it; at the importing line', async () => {
  const { stderr, status } = await runProject(
    { 'mimeport.json': '{ "builtins": ["path"] }', 'app.mjs': `import '${server.url}/static.mjs'` },
    {},
  )
  assert.is(status, 1)
  assert.match(
    stderr,
    `LoaderError [ERR_MIMEPORT_NOT_ALLOWED]: Cannot import 'fs' imported from '${server.url}/static.mjs': the configuration's "builtins" does not let it have this module of Node's; to allow it, write "builtins": ["path", "fs"] into '`,
  )
  assert.match(stderr, `at ${server.url}/static.mjs:1:`)
})

test('what Node has no hook for is no boundary, and nobody says that it is', async () => {
  await server.set(
    '/process.mjs',
    'export default typeof process.getBuiltinModule("fs").readFileSync',
  )
  assert.equal(await outcomes({ builtins: false }, [`${server.url}/`], ['process.mjs']), [
    'process.mjs function',
  ])
})

test.run()
