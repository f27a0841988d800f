/** The entrances of the matrix, in the order of its rows. Programs are in `programs/`, and beside `cells.cjs` when run. */

import { pathToFileURL } from 'node:url'
import type { Entrance, Manner } from './entrance.mts'

/** A program that imports whatever it is to import. */
const program = (name: string, manner: Manner, file: string, more: readonly string[] = []) => ({
  name,
  manner,
  start: (loader: string) => ({ nodeArgs: ['--import', loader], args: [file, ...more] }),
})

const visit = "const { visitAll, requireAll } = require('./visit.cjs')"
const load = '(specifier, options) => import(specifier, options)'

export const entrances: readonly Entrance[] = [
  program('static import', 'import', 'static.mjs'),
  program('import()', 'import', 'import.mjs'),
  program('require()', 'require', 'require.cjs'),
  program('createRequire', 'require', 'create-require.mjs'),
  { ...program('require.resolve', 'resolve', 'require-resolve.cjs'), resolvesTo: 'filename' },
  { ...program('import.meta.resolve', 'resolve', 'import-meta-resolve.mjs'), resolvesTo: 'url' },
  {
    name: 'the program',
    manner: 'program',
    start: (loader, { specifier }) => ({
      nodeArgs: ['--import', loader, '--import', './entry.mjs'],
      args: [specifier],
    }),
  },
  {
    name: '--entry-url',
    manner: 'program',
    start: (loader, { absolute }) => ({
      nodeArgs: ['--import', loader, '--import', './entry.mjs'],
      args: ['--entry-url', absolute],
    }),
    warns: ['--entry-url', 'data:text/javascript,'],
  },
  {
    name: '-e',
    manner: 'import',
    start: (loader) => ({
      nodeArgs: ['--import', loader],
      args: ['-e', `${visit}; visitAll(${load})`],
    }),
  },
  {
    name: '-p',
    manner: 'require',
    start: (loader) => ({
      nodeArgs: ['--import', loader],
      args: ['-p', `${visit}; requireAll(require)`],
    }),
    stdout: /^all required\n$/,
    synchronous: true,
  },
  {
    name: 'stdin',
    manner: 'import',
    start: (loader) => ({
      nodeArgs: ['--import', loader],
      args: ['--input-type=module', '-'],
      input: `import { visitAll } from './visit.cjs'\nawait visitAll(${load})\n`,
    }),
  },
  {
    name: 'REPL',
    manner: 'import',
    start: (loader) => ({
      nodeArgs: ['--import', loader],
      args: ['-i'],
      input: `${visit}\nawait visitAll(${load})\n.exit\n`,
    }),
    stdout:
      /^Welcome to Node\.js .*\nType "\.help" for more information\.\n> undefined\n> undefined\n(?:> \n)?$/,
  },
  {
    name: 'node --test',
    manner: 'import',
    start: (loader) => ({
      nodeArgs: ['--import', loader],
      args: ['--test', '--test-reporter=tap', 'import.test.mjs'],
    }),
    stdout:
      /^(?:(?:TAP version 13|# Subtest: imports|ok 1 - imports| {2}(?:---|\.\.\.|duration_ms: .*|type: '?test'?)|1\.\.1|# (?:tests|pass) 1|# (?:suites|fail|cancelled|skipped|todo) 0|# duration_ms .*)\n)+$/,
  },
  {
    ...program('node --watch', 'import', 'import.mjs'),
    start: (loader) => ({
      nodeArgs: ['--import', loader],
      args: ['--watch', '--watch-preserve-output', 'import.mjs'],
    }),
    stdout: /^(?:Completed running 'import\.mjs'.*\n)?$/,
    endless: true,
  },
  program('Worker, a file', 'import', 'worker.mjs', ['file']),
  program('Worker, data:', 'import', 'worker.mjs', ['data']),
  program('Worker, eval', 'import', 'worker.mjs', ['eval']),
  program('Worker, execArgv: []', 'import', 'worker.mjs', ['bare']),
  program('fork', 'import', 'fork.mjs'),
  program('cluster', 'import', 'cluster.mjs'),
  {
    ...program('vm, default loader', 'import', 'vm.mjs'),
    warns: [
      '-e',
      `const { constants, Script } = require('node:vm')
      const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER
      void new Script('import("node:fs")', { importModuleDynamically }).runInThisContext()`,
    ],
  },
  {
    name: 'NODE_OPTIONS',
    manner: 'import',
    start: (loader) => ({
      nodeArgs: [],
      env: { NODE_OPTIONS: `--import ${JSON.stringify(loader)}` },
      args: ['import.mjs'],
    }),
  },
  {
    name: 'preload()',
    manner: 'preload',
    start: (loader) => ({
      nodeArgs: [],
      env: { LOADER: pathToFileURL(loader).href },
      args: ['preload.mjs'],
    }),
  },
]
