/** Every kind of module that Node has, and of package. */

import { pack } from './target.mts'
import type { Target } from './target.mts'

/** A module with a function `add`. */
const wasm = Uint8Array.from(
  '0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b'.match(
    /../g,
  )!,
  (byte) => Number.parseInt(byte, 16),
)

/** A package with every form of `exports`. */
const rich = {
  'node_modules/rich/package.json': pack({
    name: 'rich',
    version: '1.2.3',
    exports: {
      '.': { import: './import.mjs', require: './require.cjs' },
      './sub': './sub.js',
      './pattern/*': './lib/*.js',
      './conditions': { development: './dev.js', custom: './custom.js', default: './sub.js' },
      './array': [{ nothing: './no.js' }, './sub.js'],
      './blocked': null,
      './outside': '../elsewhere.js',
      './absent': './absent.js',
      './module-sync': { 'module-sync': './import.mjs', default: './require.cjs' },
      './package.json': './package.json',
    },
  }),
  'node_modules/rich/import.mjs': 'export const by = "import"; export default import.meta.url',
  'node_modules/rich/require.cjs':
    'exports.by = "require"; exports.children = module.children.length',
  'node_modules/rich/sub.js': 'exports.sub = __filename',
  'node_modules/rich/dev.js': 'exports.sub = "development"',
  'node_modules/rich/custom.js': 'exports.sub = "custom"',
  'node_modules/rich/lib/deep.js': 'exports.deep = require("../sub.js")',
}

export const kinds: readonly Target[] = [
  {
    name: 'an ES module',
    specifier: './m.mjs',
    entry: 'm.mjs',
    files: {
      'm.mjs':
        'export const a = 1; export let b; export default function f() {}; console.log(import.meta.url, import.meta.filename, import.meta.dirname, import.meta.main, Object.keys(import.meta), this)',
    },
  },
  {
    name: 'a CommonJS module',
    specifier: './m.cjs',
    entry: 'm.cjs',
    files: {
      'm.cjs':
        'exports.a = 1; exports.__esModule = true; exports.default = 2; console.log(__filename, module.paths, module.parent?.id, require.main === module, Object.keys(require), this === exports, arguments.length)',
    },
  },
  {
    name: 'a .js of a package of ES modules',
    specifier: './esm/m.js',
    entry: 'esm/m.js',
    files: {
      'esm/package.json': pack({ type: 'module' }),
      'esm/m.js': 'export default typeof require',
    },
  },
  {
    name: 'a .js of a package of CommonJS',
    specifier: './cjs/m.js',
    entry: 'cjs/m.js',
    files: {
      'cjs/package.json': pack({ type: 'commonjs' }),
      'cjs/m.js': 'module.exports = typeof require',
    },
  },
  {
    name: 'a .js without a type that is CommonJS',
    specifier: './plain/m.js',
    entry: 'plain/m.js',
    files: { 'plain/package.json': '{}', 'plain/m.js': 'module.exports = { a: typeof require }' },
  },
  {
    name: 'a .js without a type that has the syntax of ES modules',
    specifier: './plain/m.js',
    entry: 'plain/m.js',
    files: { 'plain/package.json': '{}', 'plain/m.js': 'export default typeof require' },
  },
  {
    name: 'a .js without a type that awaits',
    specifier: './plain/m.js',
    entry: 'plain/m.js',
    files: {
      'plain/package.json': '{}',
      'plain/m.js': 'const a = await 1; console.log(a, typeof require)',
    },
  },
  {
    name: 'JSON',
    specifier: './m.json',
    type: 'json',
    files: { 'm.json': '{ "a": [1, { "b": null }] }' },
  },
  { name: 'JSON without its attribute', specifier: './m.json', files: { 'm.json': '{ "a": 1 }' } },
  {
    name: 'JSON with a byte-order mark',
    specifier: './m.json',
    type: 'json',
    files: { 'm.json': '\ufeff{}' },
  },
  { name: 'JSON that is empty', specifier: './m.json', type: 'json', files: { 'm.json': '' } },
  {
    name: 'JSON that is cut off',
    specifier: './m.json',
    type: 'json',
    files: { 'm.json': '{\n  "a": [1,\n' },
  },
  {
    name: 'JavaScript as JSON',
    specifier: './m.mjs',
    type: 'json',
    files: { 'm.mjs': 'export {}' },
  },
  { name: 'wasm', specifier: './m.wasm', files: { 'm.wasm': wasm } },
  { name: 'wasm that is none', specifier: './m.wasm', files: { 'm.wasm': 'hello' } },
  { name: 'an addon that is not there', specifier: './m.node' },
  { name: 'an addon that is none', specifier: './m.node', files: { 'm.node': 'hello' } },
  {
    name: 'a file of a kind that nobody knows',
    specifier: './m.xyz',
    entry: 'm.xyz',
    files: { 'm.xyz': 'exports.x = 1' },
  },
  {
    name: 'a program without an extension',
    specifier: './m',
    entry: 'm',
    files: { m: 'exports.x = typeof require' },
  },
  {
    name: 'a tool without an extension, of modules',
    specifier: './bin/tool',
    entry: 'bin/tool',
    files: {
      'bin/package.json': pack({ type: 'module' }),
      'bin/tool':
        '#!/usr/bin/env node\nexport const url = import.meta.url\nconsole.log(typeof require)',
    },
  },
  { name: 'a builtin', specifier: 'node:path/posix' },
  { name: 'a builtin without node:', specifier: 'querystring' },
  { name: 'a builtin that has only node:', specifier: 'node:sea' },
  { name: 'a builtin with node: left out that must not', specifier: 'sea' },
  { name: 'a builtin that is unknown', specifier: 'node:nothing' },
  { name: 'a builtin with a slash too many', specifier: 'node:fs/' },
  {
    name: 'JavaScript in a data: URL',
    specifier: 'data:text/javascript,export default import.meta.url',
  },
  { name: 'JSON in a data: URL', specifier: 'data:application/json,[1]', type: 'json' },
  {
    name: 'JavaScript that is broken in a data: URL',
    specifier: 'data:text/javascript,export default (',
  },
  {
    name: 'JavaScript that throws in a data: URL',
    specifier: 'data:text/javascript,throw new RangeError("x")',
  },
  {
    name: 'a data: URL that imports a bare name',
    specifier: 'data:text/javascript,import "rich"',
    files: rich,
  },
  {
    name: 'a data: URL that imports a builtin',
    specifier: 'data:text/javascript,export { sep } from "node:path"',
  },
  {
    name: 'a module with a query',
    specifier: './m.mjs?x=1#y',
    files: { 'm.mjs': 'export default import.meta.url' },
  },
  {
    name: 'a module with an odd name',
    specifier: './o%23d%25%20é.mjs',
    files: { 'o#d% é.mjs': 'export default import.meta.url' },
  },
  { name: 'a name with a slash in disguise', specifier: './a%2Fb.mjs' },
  // Packages.
  { name: 'a package', specifier: 'rich', files: rich },
  { name: 'a subpath', specifier: 'rich/sub', files: rich },
  { name: 'a subpath by a pattern', specifier: 'rich/pattern/deep', files: rich },
  { name: 'a subpath by a pattern that is not there', specifier: 'rich/pattern/none', files: rich },
  { name: 'a subpath by conditions', specifier: 'rich/conditions', files: rich },
  { name: 'a subpath by module-sync', specifier: 'rich/module-sync', files: rich },
  { name: 'a subpath by an array', specifier: 'rich/array', files: rich },
  { name: 'a subpath that is not exported', specifier: 'rich/hidden', files: rich },
  { name: 'a subpath that is null', specifier: 'rich/blocked', files: rich },
  { name: 'a subpath that leads out', specifier: 'rich/outside', files: rich },
  { name: 'a subpath whose file is missing', specifier: 'rich/absent', files: rich },
  { name: "a package's package.json", specifier: 'rich/package.json', type: 'json', files: rich },
  { name: 'a package that is not there', specifier: 'nothing-of-this-name' },
  { name: 'a scoped package that is not there', specifier: '@scope/nothing' },
  { name: 'a name that is none', specifier: '@scope' },
  { name: 'an empty specifier', specifier: '' },
  {
    name: 'a package by main',
    specifier: 'old',
    files: {
      'node_modules/old/package.json': pack({ name: 'old', main: 'lib' }),
      'node_modules/old/lib/index.js': 'exports.old = module.id',
    },
  },
  {
    name: 'a package by an index',
    specifier: 'older',
    files: { 'node_modules/older/index.js': 'exports.older = module.id' },
  },
  {
    name: 'a package whose main is missing',
    specifier: 'broken',
    files: { 'node_modules/broken/package.json': pack({ name: 'broken', main: './none.js' }) },
  },
  {
    name: 'a package whose package.json is no JSON',
    specifier: 'broken',
    files: { 'node_modules/broken/package.json': '{ "name": ', 'node_modules/broken/index.js': '' },
  },
  {
    name: 'a package with exports of both kinds of keys',
    specifier: 'broken',
    files: {
      'node_modules/broken/package.json': pack({ exports: { '.': './a.js', import: './b.js' } }),
    },
  },
  {
    name: 'a package that is a link',
    specifier: 'linked',
    files: {
      'store/linked/package.json': pack({ name: 'linked', main: 'm.js' }),
      'store/linked/m.js': 'exports.from = __filename',
    },
    links: { 'node_modules/linked': '../store/linked' },
  },
  {
    name: 'the package itself',
    specifier: 'self/m',
    files: {
      'package.json': pack({ name: 'self', exports: { './m': './m.cjs' } }),
      'm.cjs': 'exports.self = 1',
    },
  },
  {
    name: '#imports',
    specifier: '#m',
    files: {
      'package.json': pack({ imports: { '#m': { import: './m.mjs', default: './m.cjs' } } }),
      'm.mjs': 'export default 1',
      'm.cjs': 'exports.m = 1',
    },
  },
  {
    name: '#imports that are not defined',
    specifier: '#none',
    files: { 'package.json': pack({ imports: { '#m': './m.cjs' } }) },
  },
  {
    name: '#imports that lead to a builtin',
    specifier: '#os',
    files: { 'package.json': pack({ imports: { '#os': 'node:path/posix' } }) },
  },
  { name: '# alone', specifier: '#' },
]
