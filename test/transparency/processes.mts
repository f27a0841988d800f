/** How a program is started: flags of Node's, the environment, and the processes and threads that it starts itself. */

import type { Program } from './program.mts'

const versions = process.versions.node.split('.').map(Number)

/** What a flag might change: modules that load, an import and a require that fail, and what a program may do at all. */
const many = {
  'app.mjs': `
import './m.cjs'
import { named } from './n.mjs'
import { createRequire } from 'node:module'
console.log(named, import.meta.url, process.argv.slice(2), process.execArgv.filter((each) => !/^--import|empty|noop|loader|mjs$/.test(each)))
const require = createRequire(import.meta.url)
for (const attempt of [() => import('./none.mjs'), async () => require('./none'), async () => require('node:punycode'), () => import('cond'), async () => require('./link.cjs'), async () => eval('1'), async () => ({}).__proto__])
  await attempt().then(console.log, (error) => console.log(error.stack, error.code))
`,
  'm.cjs': 'console.log("m", __filename, require.main)',
  'n.mjs': 'export const named = "n"',
  'real/m.cjs': 'exports.at = __filename',
  'node_modules/cond/package.json':
    '{ "exports": { "custom": "./custom.js", "default": "./default.js" } }',
  'node_modules/cond/custom.js': 'exports.by = "custom"',
  'node_modules/cond/default.js': 'exports.by = "default"',
}
const links = { 'link.cjs': 'real/m.cjs', 'app-link.mjs': 'app.mjs' }

/** Hooks that do nothing. */
const pass = `
import { registerHooks } from 'node:module'
registerHooks({ resolve: (a, b, next) => next(a, b), load: (a, b, next) => next(a, b) })`

const flags: readonly (readonly string[])[] = [
  ['--pending-deprecation'],
  ['--trace-warnings'],
  ['--trace-deprecation'],
  ['--throw-deprecation'],
  ['--no-deprecation'],
  ['--no-warnings'],
  ['--disable-warning=DEP0040'],
  ['--redirect-warnings=warnings.txt'],
  ['--frozen-intrinsics'],
  ['--disallow-code-generation-from-strings'],
  ['--disable-proto=throw'],
  ['--disable-proto=delete'],
  ['--no-addons'],
  ['--preserve-symlinks'],
  ['--preserve-symlinks-main'],
  ['--stack-trace-limit=0'],
  ['--stack-trace-limit=1'],
  ['--stack-trace-limit=100'],
  ['--enable-source-maps'],
  ['--conditions=custom'],
  ['-C', 'custom'],
  ['--trace-uncaught'],
  ['--trace-exit'],
  ['--unhandled-rejections=warn'],
  ['--unhandled-rejections=strict'],
  ['--experimental-vm-modules'],
  ['--experimental-import-meta-resolve'],
  ['--no-experimental-require-module'],
  ['--no-experimental-strip-types'],
  ['--no-experimental-detect-module'],
  ['--no-global-search-paths'],
  ['--experimental-network-inspection'],
  ['--abort-on-uncaught-exception', '--max-old-space-size=256'],
  ['--use-strict'],
  ['--jitless'],
  ['--expose-gc'],
  ['--title=renamed'],
  ['--permission', '--allow-fs-read=*'],
  ['--insecure-http-parser'],
  ['--no-node-snapshot'],
  ['--check'],
]

/** An abort leaves a core behind where the system wants one, and a stack of addresses. */
const usable = flags.filter(([flag]) => flag !== '--abort-on-uncaught-exception')

const worker = (more: string, options = '') => `
import { Worker, SHARE_ENV } from 'node:worker_threads'
const worker = new Worker(${more}${options && `, ${options}`})
worker.on('message', (message) => console.log('message', message))
worker.on('error', (error) => console.log('error', error?.stack ?? error, error?.code))
worker.on('exit', (code) => console.log('exit', code))`

const post =
  'const { parentPort, threadId, workerData, isMainThread } = require("node:worker_threads"); parentPort.postMessage([threadId > 0, workerData, isMainThread, process.argv.slice(2), Object.keys(require.cache).length, process.eventNames().length])'

const program = (
  name: string,
  files: Record<string, string>,
  more: Partial<Program> = {},
): Program => ({
  name,
  ...more,
  files,
})

/** A reporter that says nothing of times. */
const reporter = `
export default async function* (events) {
  for await (const { type, data } of events) {
    if (!/^test:(?:pass|fail|diagnostic)$/.test(type) || /duration_ms/.test(data.message)) continue
    const { cause } = data.details?.error ?? {}
    yield [type, data.name, data.file, data.line, data.message, cause?.stack ?? cause].join(' ') + '\\n'
  }
}`

export const processes: readonly Program[] = [
  ...usable.map((each) =>
    program(each.join(' '), many, { links, args: [...each, 'app.mjs', '--flag', 'x'] }),
  ),
  program('--experimental-default-type', many, {
    links,
    args: [...(versions[0]! < 26 ? ['--experimental-default-type=module'] : []), 'app.mjs'],
  }),
  program('NODE_OPTIONS', many, {
    links,
    env: { NODE_OPTIONS: '--stack-trace-limit=2 --conditions=custom' },
  }),
  program(
    'NODE_OPTIONS with a preload',
    { ...many, 'pre.mjs': 'console.log("pre")' },
    { links, env: { NODE_OPTIONS: '--import ./pre.mjs' } },
  ),
  program(
    'hooks of another, before',
    { ...many, 'hooks.mjs': pass },
    { links, env: { NODE_OPTIONS: '--import ./hooks.mjs' } },
  ),
  program(
    'hooks of others, after',
    { ...many, 'hooks.mjs': pass, 'more.mjs': pass },
    { links, args: ['--import', './hooks.mjs', '--import', './more.mjs', 'app.mjs'] },
  ),
  program(
    'hooks of others, before and after, and few frames',
    { ...many, 'hooks.mjs': pass, 'more.mjs': pass },
    {
      links,
      env: { NODE_OPTIONS: '--import ./hooks.mjs' },
      args: ['--stack-trace-limit=7', '--import', './more.mjs', 'app.mjs'],
    },
  ),
  program(
    'hooks of another that catch and throw on',
    {
      ...many,
      'hooks.mjs': pass.replaceAll(
        'next(a, b)',
        '{ try { return next(a, b) } catch (error) { throw error } }',
      ),
    },
    { links, env: { NODE_OPTIONS: '--import ./hooks.mjs' } },
  ),
  program('NODE_NO_WARNINGS', many, { links, env: { NODE_NO_WARNINGS: '1' } }),
  program('NODE_PENDING_DEPRECATION', many, { links, env: { NODE_PENDING_DEPRECATION: '1' } }),
  program('NODE_PRESERVE_SYMLINKS', many, { links, env: { NODE_PRESERVE_SYMLINKS: '1' } }),
  program('the program by a link', many, { links, args: ['app-link.mjs'] }),
  program(
    'a program without its extension',
    { 'app.js': 'console.log(__filename, process.argv.length)' },
    { args: ['./app'] },
  ),
  program(
    'a program that is a folder',
    { 'x/index.js': 'console.log(__filename, process.argv)' },
    { args: ['x'] },
  ),
  program(
    'a program that is a package',
    { 'package.json': '{ "main": "lib/m.js" }', 'lib/m.js': 'console.log(__filename)' },
    { args: ['.'] },
  ),
  program('a program that is not there', {}, { args: ['none.mjs'] }),
  program('a program that is not there, as CommonJS', {}, { args: ['none'] }),
  program(
    'a program with a name like a flag',
    { '-odd.cjs': 'console.log(process.argv.length)' },
    { args: ['--', '-odd.cjs'] },
  ),
  program(
    'a program of a kind that nobody knows',
    { 'app.xyz': 'console.log(typeof require)' },
    { args: ['app.xyz'] },
  ),
  program(
    'a program of a kind that nobody knows, of modules',
    { 'package.json': '{ "type": "module" }', 'app.xyz': 'console.log(1)' },
    { args: ['app.xyz'] },
  ),
  program(
    'a program by an absolute URL',
    { 'app.mjs': 'console.log(import.meta.main)' },
    { args: ['--entry-url', 'file:./app.mjs'] },
  ),
  program('a program that is empty', { 'app.mjs': '' }),
  program('a program that is JSON', { 'app.json': '{ "a": 1 }' }, { args: ['app.json'] }),
  program(
    'a preload by --require',
    {
      'pre.cjs': 'console.log("pre", module.isPreloading, module.parent?.id, require.main)',
      'app.cjs': 'console.log(Object.keys(require.cache))',
    },
    { args: ['-r', './pre.cjs', 'app.cjs'] },
  ),
  program(
    'a preload by --require that is missing',
    { 'app.cjs': '' },
    { args: ['-r', './none.cjs', 'app.cjs'] },
  ),
  program(
    'a preload by --import that is missing',
    { 'app.cjs': '' },
    { args: ['--import', './none.mjs', 'app.cjs'] },
  ),
  program(
    'a preload by --import that throws',
    { 'pre.mjs': 'throw new Error("pre")', 'app.cjs': 'console.log(1)' },
    { args: ['--import', './pre.mjs', 'app.cjs'] },
  ),
  program(
    'a preload by --import that is a package',
    {
      'node_modules/pre/package.json': '{ "exports": "./p.js" }',
      'node_modules/pre/p.js': 'console.log("pre")',
      'app.mjs': 'console.log("app")',
    },
    { args: ['--import', 'pre', 'app.mjs'] },
  ),
  program(
    '-e',
    {},
    {
      args: [
        '-e',
        'console.log(__filename, module.id, module.paths.length, require.main, process.argv, Object.keys(require.cache))',
        'x',
      ],
    },
  ),
  program('-e that throws', {}, { args: ['-e', 'const f = () => { throw new Error("x") }\nf()'] }),
  program('-e with a syntax error', {}, { args: ['-e', 'const ='] }),
  program(
    '-e that imports',
    { 'm.mjs': 'export default 1' },
    { args: ['-e', 'import("./m.mjs").then(console.log)'] },
  ),
  program(
    '-e of a module',
    { 'm.mjs': 'export default 1' },
    { args: ['-e', 'import m from "./m.mjs"; console.log(m, import.meta.url)'] },
  ),
  program(
    '-e of a module that fails',
    {},
    { args: ['--input-type=module', '-e', 'await import("./none.mjs")'] },
  ),
  program('-p', {}, { args: ['-p', '[1, process.argv.length, typeof require]'] }),
  program('-p of a promise', {}, { args: ['-p', 'import("node:path").then((x) => x.sep)'] }),
  program('-pe of modules', {}, { args: ['--input-type=module', '-p', '1'] }),
  program(
    'stdin',
    {},
    { args: ['-'], input: 'console.log(__filename, require.main === module, process.argv)' },
  ),
  program(
    'stdin of a module',
    {},
    {
      args: ['--input-type=module', '-'],
      input: 'console.log(import.meta.url); await import("./none.mjs")',
    },
  ),
  program('stdin that throws', {}, { args: [], input: '\n\nrequire("./none")' }),
  program(
    'the REPL',
    { 'm.cjs': 'exports.a = 1' },
    {
      args: ['-i'],
      input:
        'require("./m.cjs")\nrequire("./none").x\nawait import("node:path").then((x) => x.sep)\n.exit\n',
      env: { NODE_REPL_HISTORY: '', TERM: 'dumb' },
    },
  ),
  program(
    '--test',
    {
      'a.test.mjs':
        'import { test } from "node:test"; import assert from "node:assert"; test("passes", () => {}); test("fails", () => assert.equal(1, 2)); test("misses", () => import("./none.mjs"))',
      'reporter.mjs': reporter,
    },
    { args: ['--test', '--test-reporter=./reporter.mjs', 'a.test.mjs'] },
  ),
  program(
    '--test of CommonJS, in one process',
    {
      'a.test.cjs':
        'const { test } = require("node:test"); test("misses", () => require("./none")); test("mocks", (t) => { t.mock.method(process, "cwd", () => "mocked"); require("node:assert").equal(process.cwd(), "mocked") })',
      'reporter.mjs': reporter,
    },
    { args: ['--test', '--test-isolation=none', '--test-reporter=./reporter.mjs', 'a.test.cjs'] },
  ),
  program(
    '--test with mocked modules',
    {
      'a.test.mjs':
        'import { test, mock } from "node:test"; import assert from "node:assert"; mock.module("./m.mjs", { namedExports: { a: 2 }, exports: { a: 2 } }); test("mocked", async () => assert.equal((await import("./m.mjs")).a, 2))',
      'm.mjs': 'export const a = 1',
      'reporter.mjs': reporter,
    },
    {
      args: [
        '--test',
        '--no-warnings',
        '--experimental-test-module-mocks',
        '--test-reporter=./reporter.mjs',
        'a.test.mjs',
      ],
    },
  ),
  program(
    '--run',
    { 'package.json': '{ "scripts": { "x": "echo ran" } }' },
    { args: ['--run', 'x'] },
  ),
  program('--version', {}, { args: ['--version'] }),
  program('a bad option', {}, { args: ['--no-such-option', 'x.mjs'] }),
  program('a worker of a file', {
    'app.mjs': worker(
      'new URL("./w.cjs", import.meta.url)',
      '{ workerData: { a: 1 }, argv: ["x"] }',
    ),
    'w.cjs': post,
  }),
  program('a worker of a module', {
    'app.mjs': worker('new URL("./w.mjs", import.meta.url)'),
    'w.mjs':
      'import { parentPort } from "node:worker_threads"; parentPort.postMessage([import.meta.url, import.meta.main])',
  }),
  program('a worker of source text', { 'app.mjs': worker(JSON.stringify(post), '{ eval: true }') }),
  program('a worker of source text that imports', {
    'app.mjs': worker(JSON.stringify('import("./none.mjs")'), '{ eval: true }'),
  }),
  program('a worker of a data: URL', {
    'app.mjs': worker(
      'new URL("data:text/javascript,import { parentPort } from \'node:worker_threads\'; parentPort.postMessage(import.meta.url)")',
    ),
  }),
  program('a worker without execArgv', {
    'app.mjs': worker('new URL("./w.cjs", import.meta.url)', '{ execArgv: [], env: SHARE_ENV }'),
    'w.cjs': post,
  }),
  program('a worker that is not there', {
    'app.mjs': worker('new URL("./none.mjs", import.meta.url)'),
  }),
  program('a worker that throws', {
    'app.mjs': worker('new URL("./w.mjs", import.meta.url)'),
    'w.mjs': 'throw new RangeError("w")',
  }),
  program('a worker whose import is missing', {
    'app.mjs': worker('new URL("./w.mjs", import.meta.url)'),
    'w.mjs': '\nimport "./none.mjs"',
  }),
  program('a worker that exits', {
    'app.mjs': worker('new URL("./w.mjs", import.meta.url)'),
    'w.mjs': 'process.exit(6)',
  }),
  program('a worker in a worker', {
    'app.mjs': worker('new URL("./w.mjs", import.meta.url)'),
    'w.mjs':
      'import { Worker, parentPort } from "node:worker_threads"; new Worker("require(\\"./none\\")", { eval: true }).on("error", (error) => parentPort.postMessage(error.stack))',
  }),
  program('a worker that is terminated', {
    'app.mjs': `${worker('new URL("./w.mjs", import.meta.url)')}\nworker.once('online', () => worker.terminate())`,
    'w.mjs': 'setInterval(() => {}, 1000)',
  }),
  program('a worker that is unref’d', {
    'app.mjs': `${worker('new URL("./w.mjs", import.meta.url)')}\nworker.unref()`,
    'w.mjs': 'setInterval(() => {}, 1000)',
  }),
  program('a fork', {
    'app.mjs':
      'import { fork } from "node:child_process"; fork("./c.mjs", ["x"]).on("message", (m) => console.log(m)).on("exit", (...all) => console.log(...all))',
    'c.mjs':
      'process.send([process.argv.slice(2), import.meta.main]); process.disconnect(); process.exitCode = 3',
  }),
  program('a fork whose import is missing', {
    'app.mjs':
      'import { fork } from "node:child_process"; fork("./c.mjs").on("exit", (...all) => console.log(...all))',
    'c.mjs': 'import "./none.mjs"',
  }),
  program('a cluster', {
    'app.mjs':
      'import cluster from "node:cluster"; if (cluster.isPrimary) { cluster.fork().on("message", (m) => console.log(m)).on("exit", (code) => console.log("exit", code)) } else { process.send(cluster.worker.id, () => process.exit(2)) }',
  }),
  program('a child process', {
    'app.mjs':
      'import { spawnSync } from "node:child_process"; const { status, stdout, stderr } = spawnSync(process.execPath, ["-p", "process.execArgv.concat(process.argv.length)"], { encoding: "utf8" }); console.log(status, stdout, stderr)',
  }),
  program('a server', {
    'app.mjs':
      'import { createServer } from "node:http"; const s = createServer((q, r) => r.end("hi")); s.listen(0, "127.0.0.1", async () => { console.log(await (await fetch("http://127.0.0.1:" + s.address().port)).text()); s.close(); s.closeAllConnections() })',
  }),
  program('output that is long', {
    'app.mjs': 'for (let i = 0; i < 3000; i++) console.log("line", i)',
  }),
  program(
    'input that is read',
    {
      'app.mjs':
        'let text = ""; for await (const part of process.stdin) text += part; console.log(text.length, text.slice(0, 9))',
    },
    { input: 'something to read\n'.repeat(50) },
  ),
  program(
    'a coverage',
    {
      'app.mjs':
        'import "./m.mjs"; import { readdirSync, readFileSync } from "node:fs"; process.on("exit", () => {}); import v8 from "node:v8"; v8.takeCoverage(); const [name] = readdirSync("cov"); console.log(JSON.parse(readFileSync("cov/" + name, "utf8")).result.map((r) => r.url).filter((u) => u.startsWith(import.meta.dirname)).length); await import("node:fs").then((fs) => fs.rmSync("cov", { recursive: true }))',
      'm.mjs': '',
    },
    { env: { NODE_V8_COVERAGE: 'cov' } },
  ),
  program('NODE_DEBUG', { 'app.mjs': 'console.log(1)' }, { env: { NODE_DEBUG: 'none' } }),
  program('hidden loaders of a chain', {
    'app.mjs': 'await import("./m.mjs")',
    'm.mjs': 'import "./n.mjs"; import "./o.cjs"',
    'n.mjs': '',
    'o.cjs': 'require("./none-at-all")',
  }),
]
