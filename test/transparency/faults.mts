/** Paths that lead somewhere or nowhere, and every way in which a module can be wrong. */

import { pack } from './target.mts'
import type { Target } from './target.mts'

export const faults: readonly Target[] = [
  {
    name: 'a link to a module',
    specifier: './link.mjs',
    entry: 'link.mjs',
    files: { 'real/m.mjs': 'export default import.meta.url' },
    links: { 'link.mjs': 'real/m.mjs' },
  },
  {
    name: 'a link to CommonJS',
    specifier: './link.cjs',
    entry: 'link.cjs',
    files: { 'real/m.cjs': 'exports.at = __filename' },
    links: { 'link.cjs': 'real/m.cjs' },
  },
  { name: 'a link to nothing', specifier: './link.mjs', links: { 'link.mjs': 'nowhere.mjs' } },
  {
    name: 'a folder with an index',
    specifier: './folder',
    files: { 'folder/index.js': 'exports.index = 1' },
  },
  {
    name: 'a folder with a main',
    specifier: './folder/',
    files: { 'folder/package.json': pack({ main: 'x' }), 'folder/x.js': 'exports.main = 1' },
  },
  { name: 'an empty folder', specifier: './folder', files: { 'folder/sub/x.txt': '' } },
  { name: 'a file without its extension', specifier: './m', files: { 'm.js': 'exports.m = 1' } },
  { name: 'JSON without its extension', specifier: './m', files: { 'm.json': '{}' } },
  { name: 'a module without its extension', specifier: './m', files: { 'm.mjs': '' } },
  { name: 'a file that is not there', specifier: './none.mjs' },
  {
    name: 'a file that is not there, one letter off',
    specifier: './nome.cjs',
    files: { 'name.cjs': '' },
  },
  { name: 'a path above the root', specifier: '../../../../../../../../../none.mjs' },
  { name: 'the folder itself', specifier: '.' },
  { name: 'a file: URL of a file that is not there', specifier: 'file:///none/of/this.mjs' },
  { name: 'a file: URL of another host', specifier: 'file://elsewhere/none.mjs' },
  {
    name: 'a module that throws',
    specifier: './m.mjs',
    entry: 'm.mjs',
    files: { 'm.mjs': '\nconst f = () => {\n  throw new TypeError("thrown")\n}\nf()' },
  },
  {
    name: 'CommonJS that throws',
    specifier: './m.cjs',
    entry: 'm.cjs',
    files: {
      'm.cjs':
        '\nfunction f() {\n  throw Object.assign(new Error("thrown"), { code: "E", cause: new Error("cause") })\n}\nf()',
    },
  },
  {
    name: 'a module that throws null',
    specifier: './m.mjs',
    entry: 'm.mjs',
    files: { 'm.mjs': 'throw null' },
  },
  {
    name: 'CommonJS that throws a string',
    specifier: './m.cjs',
    entry: 'm.cjs',
    files: { 'm.cjs': 'throw "text"' },
  },
  {
    name: 'a module whose await rejects',
    specifier: './m.mjs',
    entry: 'm.mjs',
    files: { 'm.mjs': 'await Promise.reject(new Error("rejected"))' },
  },
  {
    name: 'a module that awaits',
    specifier: './m.mjs',
    entry: 'm.mjs',
    files: { 'm.mjs': 'export const a = await 1; export default 2' },
  },
  {
    name: 'a module whose dependency awaits',
    specifier: './m.mjs',
    entry: 'm.mjs',
    files: { 'm.mjs': 'export * from "./n.mjs"', 'n.mjs': 'export const a = await 1' },
  },
  {
    name: 'a module with a syntax error',
    specifier: './m.mjs',
    entry: 'm.mjs',
    files: { 'm.mjs': 'const a = 1\nconst = 2\n' },
  },
  {
    name: 'CommonJS with a syntax error',
    specifier: './m.cjs',
    entry: 'm.cjs',
    files: { 'm.cjs': 'var a = 1\nvar = 2\n' },
  },
  {
    name: 'CommonJS with an import',
    specifier: './m.cjs',
    entry: 'm.cjs',
    files: { 'm.cjs': 'import x from "./x.mjs"' },
  },
  {
    name: 'CommonJS with an await',
    specifier: './m.cjs',
    entry: 'm.cjs',
    files: { 'm.cjs': 'const x = await 1' },
  },
  {
    name: 'a module with require',
    specifier: './m.mjs',
    entry: 'm.mjs',
    files: { 'm.mjs': 'const x = require("fs")' },
  },
  {
    name: 'a module with __dirname',
    specifier: './m.mjs',
    entry: 'm.mjs',
    files: { 'm.mjs': 'console.log(__dirname)' },
  },
  {
    name: 'a module with exports',
    specifier: './esm/m.js',
    entry: 'esm/m.js',
    files: { 'esm/package.json': pack({ type: 'module' }), 'esm/m.js': 'module.exports = 1' },
  },
  {
    name: 'a module with a duplicate export',
    specifier: './m.mjs',
    files: { 'm.mjs': 'export const a = 1; export { a }' },
  },
  {
    name: 'an import of an export that is missing',
    specifier: './m.mjs',
    entry: 'm.mjs',
    files: { 'm.mjs': 'import {\n  a,\n  nope,\n} from "./n.mjs"', 'n.mjs': 'export const a = 1' },
  },
  {
    name: 'an import of a name that CommonJS does not export',
    specifier: './m.mjs',
    entry: 'm.mjs',
    files: { 'm.mjs': 'import { nope } from "./n.cjs"', 'n.cjs': 'exports.a = 1' },
  },
  {
    name: 'an import of a default that is missing',
    specifier: './m.mjs',
    entry: 'm.mjs',
    files: { 'm.mjs': 'import d from "./n.mjs"', 'n.mjs': 'export const a = 1' },
  },
  {
    name: 'an export * that is ambiguous',
    specifier: './m.mjs',
    entry: 'm.mjs',
    files: {
      'm.mjs': 'import { a } from "./n.mjs"',
      'n.mjs': 'export * from "./o.mjs"; export * from "./p.mjs"',
      'o.mjs': 'export const a = 1',
      'p.mjs': 'export const a = 2',
    },
  },
  {
    name: 'a circle of modules with a dead zone',
    specifier: './m.mjs',
    entry: 'm.mjs',
    files: {
      'm.mjs': 'import { b } from "./n.mjs"; export const a = b',
      'n.mjs': 'import { a } from "./m.mjs"; export const b = a',
    },
  },
  {
    name: 'a circle of modules that works',
    specifier: './m.mjs',
    entry: 'm.mjs',
    files: {
      'm.mjs': 'import { b } from "./n.mjs"; export function a() { return b }; export default a()',
      'n.mjs': 'import { a } from "./m.mjs"; export const b = typeof a',
    },
  },
  {
    name: 'a circle of CommonJS',
    specifier: './m.cjs',
    entry: 'm.cjs',
    files: {
      'm.cjs': 'exports.early = 1; exports.n = require("./n.cjs"); exports.late = 1',
      'n.cjs': 'const m = require("./m.cjs"); module.exports = [Object.keys(m), m.late, m.nope]',
    },
  },
  {
    name: 'a circle of a module and CommonJS',
    specifier: './m.mjs',
    entry: 'm.mjs',
    files: {
      'm.mjs': 'import n from "./n.cjs"; export default n',
      'n.cjs': 'module.exports = require("./m.mjs")',
    },
  },
  {
    name: 'an attribute that is unknown',
    specifier: './m.mjs',
    entry: 'm.mjs',
    files: { 'm.mjs': 'import "./n.mjs" with { lazy: "yes" }', 'n.mjs': '' },
  },
  {
    name: 'a type that is unknown',
    specifier: './m.mjs',
    entry: 'm.mjs',
    files: { 'm.mjs': 'import "./n.mjs" with { type: "css" }', 'n.mjs': '' },
  },
  {
    name: 'a module that exits',
    specifier: './m.mjs',
    entry: 'm.mjs',
    files: { 'm.mjs': 'process.on("exit", (code) => console.log("exit", code)); process.exit(7)' },
  },
  {
    name: 'a module that sets the exit code',
    specifier: './m.mjs',
    entry: 'm.mjs',
    files: {
      'm.mjs': 'process.exitCode = 9; process.on("exit", (code) => console.log("exit", code))',
    },
  },
  {
    name: 'a dependency two steps away that is missing',
    specifier: './m.mjs',
    entry: 'm.mjs',
    files: { 'm.mjs': 'import "./n.mjs"', 'n.mjs': '// first\n\nimport "./none.mjs"' },
  },
  {
    name: 'CommonJS whose dependency is missing',
    specifier: './m.cjs',
    entry: 'm.cjs',
    files: { 'm.cjs': 'require("./n.cjs")', 'n.cjs': '\nrequire("./none")' },
  },
  {
    name: 'CommonJS that requires a module that awaits',
    specifier: './m.cjs',
    entry: 'm.cjs',
    files: { 'm.cjs': 'require("./n.mjs")', 'n.mjs': 'await 1' },
  },
  {
    name: 'CommonJS that requires a module',
    specifier: './m.cjs',
    entry: 'm.cjs',
    files: {
      'm.cjs': 'module.exports = require("./n.mjs"); console.log(Object.keys(require.cache))',
      'n.mjs': 'export default 1; export const named = import.meta.url',
    },
  },
  {
    name: 'a hash-bang',
    specifier: './m.cjs',
    entry: 'm.cjs',
    files: { 'm.cjs': '#!/usr/bin/env node\nconsole.log(new Error("x").stack)' },
  },
  {
    name: 'a module under a strange name',
    specifier: './m.mjs.txt.mjs',
    entry: 'm.mjs.txt.mjs',
    files: { 'm.mjs.txt.mjs': 'export default 1' },
  },
]
