/** Programs that change Node's module system, or look into it. */

import { spoken } from './program.mts'
import type { Program } from './program.mts'

type Row = readonly [name: string, code: string, more?: Partial<Program>]

const m = {
  files: {
    'm.cjs': 'exports.m = 1; exports.count = (globalThis.count = (globalThis.count ?? 0) + 1)',
    'm.mjs': 'export const m = 1',
    'm.txt.js': 'exports.t = 1',
  },
}
const esmM = { files: { ...m.files, 'p.js': 'exports.p = __filename' } }

const cjs: readonly Row[] = [
  [
    'a handler for an extension',
    'require.extensions[".xyz"] = (module, filename) => { module.exports = "handled " + require("path").basename(filename) }; console.log(require("./m.xyz"), require("./m"), Object.keys(require.extensions))',
    { files: { 'm.xyz': 'not JavaScript' } },
  ],
  [
    'a handler for .js that others wrap',
    'const Module = require("module"); const before = Module._extensions[".js"]; Module._extensions[".js"] = function (module, filename) { const compile = module._compile; module._compile = function (code, name) { return compile.call(this, code.replace("1", "2"), name) }; return before(module, filename) }; console.log(require("./p.js"))',
    { files: { 'p.js': 'exports.n = 1' } },
  ],
  [
    'a handler for .json',
    'const Module = require("module"); Module._extensions[".json"] = (module) => { module.exports = "mine" }; console.log(require("./m.json"))',
    { files: { 'm.json': '{}' } },
  ],
  [
    'a handler that is taken away',
    'delete require.extensions[".json"]; try { console.log(require("./m")) } catch (error) { console.log(error.code) }',
    { files: { 'm.json': '{}' } },
  ],
  [
    'a file of an unknown kind as CommonJS',
    'console.log(require("./m.xyz"))',
    { files: { 'm.xyz': 'exports.x = __filename' } },
  ],
  [
    'a file of an unknown kind, not as JavaScript',
    'require("./m.xyz")',
    { files: { 'm.xyz': 'not JavaScript' } },
  ],
  [
    'a module put in place by Module._load',
    'const Module = require("module"); const load = Module._load; Module._load = function (request, parent, isMain) { if (request === "fake") return { fake: true }; return load.apply(this, arguments) }; console.log(require("fake"), require("./m.cjs")); try { require("./none") } catch (error) { fail(error) }',
  ],
  [
    "a URL of the program's that has no parse",
    'const { URL } = globalThis; globalThis.URL = class { constructor(...all) { this.href = new URL(...all).href } }; try { require("./none") } catch (error) { fail(error) } for (const name of ["./none.mjs", "./none", "none"]) import(name).catch(fail)',
  ],
  [
    'a name changed by Module._resolveFilename',
    'const Module = require("module"); const resolve = Module._resolveFilename; const seen = []; Module._resolveFilename = function (request, ...rest) { seen.push([request, rest.length, rest[2]]); return resolve.call(this, request.replace("@/", __dirname + "/"), ...rest) }; console.log(require("@/m.cjs"), seen.length); try { require("@/none") } catch (error) { fail(error) }; import("./m.mjs").then((x) => console.log(x, seen.length))',
  ],
  [
    'what Module._resolveFilename is given',
    'const Module = require("module"); const resolve = Module._resolveFilename; Module._resolveFilename = function (...all) { console.log(all.length, typeof all[1], all[2], all[3]); return resolve.apply(this, all) }; require("./m.cjs")',
  ],
  [
    'an error of a changed Module._resolveFilename',
    'const Module = require("module"); Module._resolveFilename = function broken() { throw new RangeError("mine") }; try { require("./m.cjs") } catch (error) { fail(error) }',
  ],
  [
    'a require within Module._resolveFilename',
    'const Module = require("module"); const resolve = Module._resolveFilename; Module._resolveFilename = function (request, ...rest) { if (request === "outer") return require("./inner-none"); return resolve.call(this, request, ...rest) }; try { require("outer") } catch (error) { fail(error) }',
  ],
  [
    'a Module.prototype._compile that is wrapped',
    'const Module = require("module"); const compile = Module.prototype._compile; Module.prototype._compile = function (code, filename, ...rest) { return compile.call(this, "exports.wrapped = true;" + code, filename, ...rest) }; console.log(require("./m.cjs"))',
  ],
  [
    'a Module.prototype.require that is wrapped',
    'const Module = require("module"); const own = Module.prototype.require; Module.prototype.require = function (id) { console.log("require", id); return own.call(this, id) }; require("./m.cjs"); require("node:os")',
  ],
  [
    'a Module.wrap that is changed',
    'const Module = require("module"); const wrap = Module.wrap; Module.wrap = (code) => wrap("exports.pre = 1;" + code); console.log(require("./m.cjs"), Module.wrapper)',
  ],
  [
    'Module._findPath',
    'const Module = require("module"); const find = Module._findPath; Module._findPath = (request, paths, ...rest) => { const found = find(request, paths, ...rest); console.log("find", request, paths.length, found && require("path").basename(found)); return found }; require("./m.cjs"); try { require("none") } catch (error) { console.log(error.message) }',
  ],
  [
    'Module._nodeModulePaths',
    'const Module = require("module"); Module._nodeModulePaths = () => [__dirname + "/vendor"]; try { console.log(new Module("x").paths, require("v")) } catch (error) { console.log(error.code) }',
    { files: { 'vendor/v.js': 'exports.v = 1' } },
  ],
  [
    'module.paths that are added to',
    'module.paths.push(__dirname + "/vendor"); console.log(require("v"))',
    { files: { 'vendor/v.js': 'exports.v = 1' } },
  ],
  [
    'require.cache that is deleted from',
    'const a = require("./m.cjs"); delete require.cache[require.resolve("./m.cjs")]; const b = require("./m.cjs"); console.log(a === b, a, b, module.children.length)',
  ],
  [
    'require.cache that is put into',
    'require.cache[require.resolve("./m.cjs")] = { id: "x", filename: "x", loaded: true, exports: "mock" }; console.log(require("./m.cjs"))',
  ],
  [
    'require.cache for an ES module',
    'const a = require("./m.mjs"); console.log(Object.keys(require.cache).length, require.cache[require.resolve("./m.mjs")]?.exports === a); delete require.cache[require.resolve("./m.mjs")]; console.log(require("./m.mjs") === a)',
  ],
  [
    'a mock of a builtin in require.cache',
    'require.cache.fs = { exports: "mock" }; try { console.log(require("fs") === "mock", require("node:fs") === "mock") } catch (error) { console.log(error.code) }',
  ],
  [
    'proxyquire',
    'const Module = require("module"); function proxyquire(path, mocks) { const load = Module._load; const id = require.resolve(path); delete require.cache[id]; Module._load = (request, parent, isMain) => request in mocks ? mocks[request] : load(request, parent, isMain); try { return require(path) } finally { Module._load = load; delete require.cache[id] } } console.log(proxyquire("./user.cjs", { "./m.cjs": { m: "stub" }, "none": 7 }), require("./user.cjs").m)',
    {
      files: {
        ...m.files,
        'user.cjs':
          'exports.m = require("./m.cjs").m; try { exports.none = require("none") } catch (e) { exports.none = e.code }',
      },
    },
  ],
  [
    'rewire',
    'const Module = require("module"); const fs = require("fs"); const file = require.resolve("./m.cjs"); const target = new Module(file, module); target.filename = file; target.paths = module.paths; target._compile(fs.readFileSync(file, "utf8") + "\\nexports.extra = typeof require", file); console.log(target.exports, target.loaded, target.parent === module, module.children.length)',
  ],
  [
    'a module of text',
    'const Module = require("module"); const x = new Module("/virtual/x.js"); x.paths = module.paths; x._compile("module.exports = require(\\"os\\").EOL.length", "/virtual/x.js"); console.log(x.exports)',
  ],
  [
    'a module of text that fails',
    'const Module = require("module"); const x = new Module("/virtual/x.js"); x._compile("\\n\\nrequire(\\"./none\\")", "/virtual/x.js")',
  ],
  [
    'Module.createRequire for folders',
    'const { createRequire } = require("module"); console.log(createRequire(__dirname + "/")("./m.cjs"), createRequire(__filename).resolve("./m.cjs")); try { createRequire("relative") } catch (error) { console.log(error.code) }',
  ],
  [
    'Module.findPackageJSON',
    'const { findPackageJSON } = require("module"); const p = (...a) => { try { return findPackageJSON(...a) } catch (e) { return e.code } }; console.log(p("..", __filename), p("./m.cjs", __filename), p("none", __filename), p(__dirname), p("p", __filename))',
    {
      files: {
        ...esmM.files,
        'package.json': '{ "name": "x" }',
        'node_modules/p/package.json': '{}',
      },
    },
  ],
  [
    'what the module of module has',
    'const Module = require("module"); console.log(Object.keys(Module), Object.keys(Module.prototype), Module.builtinModules.length, Module.globalPaths.length, Module.isBuiltin("fs"))',
  ],
  [
    'syncBuiltinESMExports',
    'const fs = require("fs"); fs.readFileSync = () => "patched"; require("module").syncBuiltinESMExports(); import("node:fs").then((x) => console.log(x.readFileSync()))',
  ],
  [
    'a builtin that is patched',
    'const os = require("os"); os.extra = 1; console.log(require("node:os").extra); import("node:os").then((x) => console.log(x.extra, x.default.extra))',
  ],
  [
    'fs that is patched',
    'const fs = require("fs"); const read = fs.readFileSync; let n = 0; fs.readFileSync = (...a) => { n++; return read(...a) }; require("./m.cjs"); console.log(n > 0); for (const name of ["statSync", "existsSync", "realpathSync", "readdirSync"]) { const own = fs[name]; fs[name] = (...a) => { console.log(name); return own(...a) } } require("./m.mjs")',
  ],
  [
    'children and parents',
    'const n = require("./n.cjs"); console.log(n, module.children.map((c) => [c.filename, c.children.length, c.parent === module]), module.parent)',
    {
      files: {
        ...m.files,
        'n.cjs':
          'require("./m.cjs"); module.exports = [module.parent?.filename, module.id === module.filename]',
      },
    },
  ],
  [
    'the main module',
    'console.log(require.main === module, module.filename, module.path, module.loaded, module.isPreloading, process.mainModule === module, module.paths.slice(0, 2), __dirname)',
  ],
  ["the main module's id", 'console.log(module.id)'],
  [
    'its own source',
    'console.log(require("fs").readFileSync(__filename, "utf8").length, module.constructor.name, arguments.callee.toString().length, new Error().stack)',
  ],
  [
    'a module that requires itself',
    'exports.a = 1; console.log(require("./app.cjs"), require(".//app.cjs") === exports)',
  ],
  [
    'a module under two names',
    'console.log(require("./m.cjs") === require("./folder/../m.cjs"), require("./m.cjs") === require(__dirname + "/m.cjs"))',
  ],
  [
    'a module that is imported and required',
    'const a = require("./m.mjs"); import("./m.mjs").then((b) => console.log(a === b, a)); import("./m.cjs").then((b) => console.log(b.default === require("./m.cjs"), b))',
  ],
  [
    'module.exports by name',
    'console.log(require("./n.mjs"))',
    {
      files: {
        'n.mjs':
          'export default 1; export { value as "module.exports" }; const value = { special: true }',
      },
    },
  ],
  [
    'a default with __esModule',
    'console.log(require("./n.mjs").__esModule, require("./n.mjs").default)',
    { files: { 'n.mjs': 'export default 1; export const a = 2' } },
  ],
  [
    'require of an ES module while it is imported',
    'import("./n.mjs").catch((error) => console.log(error.code, error.message))',
    {
      files: {
        'n.mjs': 'import "./o.cjs"; export const n = 1',
        'o.cjs':
          'try { console.log(require("./n.mjs")) } catch (error) { console.log(error.code); throw error }',
      },
    },
  ],
  [
    'vm.runInThisContext',
    'const vm = require("vm"); console.log(vm.runInThisContext("this === globalThis")); try { vm.runInThisContext("require(\\"x\\")", "virtual.js") } catch (error) { console.log(error.stack) }',
  ],
  [
    'vm with the default loader',
    'const vm = require("vm"); new vm.Script("import(\\"./m.mjs\\")", { filename: __filename, importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }).runInThisContext().then(console.log, console.log); vm.compileFunction("return import(\\"./none.mjs\\")", [], { filename: __filename, importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER })().catch((error) => console.log(error.stack))',
  ],
  [
    'vm without a loader',
    'const vm = require("vm"); new vm.Script("import(\\"./m.mjs\\")").runInThisContext().catch((error) => console.log(error.code, error.message))',
  ],
  [
    'vm with a loader of its own',
    'const vm = require("vm"); new vm.Script("import(\\"x\\")", { importModuleDynamically: async () => import("./m.mjs") }).runInThisContext().then(console.log, (error) => console.log(error.code))',
  ],
  [
    'vm in another context',
    'const vm = require("vm"); const context = vm.createContext({ require }); try { vm.runInContext("require(\\"./none\\")", context) } catch (error) { fail(error) }',
  ],
  [
    'vm.SourceTextModule',
    'const vm = require("vm"); async function main() { const x = new vm.SourceTextModule("import d from \\"dep\\"; export default d + 1; import.meta"); await x.link(async (name) => { const d = new vm.SyntheticModule(["default"], function () { this.setExport("default", name.length) }); return d }); await x.evaluate(); console.log(x.namespace, x.status) } main()',
    { args: ['--experimental-vm-modules', 'app.cjs'] },
  ],
  [
    'hooks of its own',
    'const { registerHooks } = require("module"); const hooks = registerHooks({ resolve: (s, c, next) => { const r = next(s, c); console.log("resolve", s, r.format, Object.keys(r), Object.keys(c)); return r }, load: (u, c, next) => { const r = next(u, c); console.log("load", u, r.format, typeof r.source, Object.keys(r), Object.keys(c), c.format); return r } }); require("./m.cjs"); require("./m.json"); require("node:os"); import("./m.mjs").then(() => { hooks.deregister(); return import("./m.cjs") }).then(console.log)',
    { files: { ...m.files, 'm.json': '{}' } },
  ],
  [
    'hooks of its own that replace',
    'const { registerHooks } = require("module"); registerHooks({ resolve: (s, c, next) => s === "virtual:x" ? { url: "virtual:x", format: "module", shortCircuit: true } : next(s, c), load: (u, c, next) => u === "virtual:x" ? { format: "module", source: "export default import.meta.url", shortCircuit: true } : next(u, c) }); import("virtual:x").then(console.log, console.log)',
  ],
  [
    'hooks of its own, and what fails below them',
    'const { registerHooks } = require("module"); registerHooks({ resolve: (s, c, next) => next(s, c), load: (u, c, next) => next(u, c) }); try { require("./none") } catch (error) { fail(error) }; import("./none.mjs").catch(fail)',
  ],
  [
    'hooks of its own that throw',
    'const { registerHooks } = require("module"); registerHooks({ resolve: (s, c, next) => { if (s === "bad") throw new TypeError("hook"); return next(s, c) } }); try { require("bad") } catch (error) { console.log(error.stack) }',
  ],
  [
    'hooks that answer nonsense',
    'const { registerHooks } = require("module"); registerHooks({ resolve: (s, c, next) => s === "bad" ? { url: 1 } : next(s, c) }); import("bad").catch((error) => console.log(error.code, error.message))',
  ],
  [
    'the compile cache',
    'const module_ = require("module"); const { status } = module_.enableCompileCache(__dirname + "/cache"); console.log(status, require("./m.cjs")); module_.flushCompileCache()',
  ],
  [
    'a query for require',
    'try { require("./m.cjs?x") } catch (error) { console.log(error.message) }',
  ],
  [
    'NODE_PATH',
    'console.log(require("v"))',
    { files: { 'lib/v.js': 'exports.v = 1' }, env: { NODE_PATH: 'lib' } },
  ],
  [
    'require with no argument',
    'for (const x of [undefined, null, 1, "", {}]) try { require(x) } catch (error) { console.log(error.code, error.stack) }',
  ],
  [
    'require.resolve with odd options',
    'for (const o of [{ paths: [] }, { paths: ["/"] }, { paths: 1 }, {}]) try { console.log(require.resolve("./m.cjs", o)) } catch (error) { console.log(error.code) } console.log(require.resolve("fs"), require.resolve.paths("fs"), require.resolve.paths("./x"))',
  ],
]

const esm: readonly Row[] = [
  [
    'import.meta',
    'console.log(import.meta, Object.getOwnPropertyDescriptors(import.meta), import.meta.main)',
  ],
  [
    'import.meta.resolve of everything',
    'for (const s of ["./m.mjs", "./none.mjs", "node:fs", "fs", "data:text/javascript,", "none", "#x", "/abs.mjs", "file:///x/y", "./a b?c#d", ""]) try { console.log(import.meta.resolve(s)) } catch (error) { console.log(error.code, error.message) }',
  ],
  [
    'import.meta.resolve with a parent',
    'console.log(import.meta.resolve("./x.mjs", "file:///a/b.mjs"))',
  ],
  [
    'a namespace',
    'const x = await import("./m.mjs"); console.log(Object.isFrozen(x), Object.isSealed(x), Reflect.ownKeys(x), Object.getOwnPropertyDescriptors(x), x[Symbol.toStringTag]); try { x.m = 2 } catch (error) { console.log(error.message) }',
  ],
  [
    'a namespace of CommonJS',
    'import * as x from "./m.cjs"; import d, { m } from "./m.cjs"; console.log(x, d === x.default, m, Reflect.ownKeys(x))',
  ],
  [
    'CommonJS that is reexported',
    'import * as x from "./n.cjs"; console.log(x)',
    {
      files: {
        ...m.files,
        'n.cjs':
          'module.exports = { ...require("./m.cjs"), b: 2 }; exports.c = 3; Object.defineProperty(exports, "d", { enumerable: true, value: 1 })',
      },
    },
  ],
  [
    'one instance',
    'const a = await import("./m.mjs"); console.log(a === await import("./m.mjs"), a === await import(new URL("./m.mjs", import.meta.url).href), a === await import("./m.mjs?q"), a === await import("./folder/../m.mjs"))',
  ],
  [
    'live bindings',
    'import { n, up } from "./n.mjs"; up(); console.log(n); const all = await import("./n.mjs"); all.up(); console.log(n, all.n)',
    { files: { 'n.mjs': 'export let n = 0; export const up = () => n++' } },
  ],
  [
    'the order of evaluation',
    'import "./a.mjs"; import "./b.cjs"; import "./c.mjs"; console.log("app")',
    {
      files: {
        'a.mjs': 'import "./d.mjs"; console.log("a"); await 0; console.log("a later")',
        'b.cjs': 'console.log("b")',
        'c.mjs': 'console.log("c")',
        'd.mjs': 'console.log("d")',
      },
    },
  ],
  [
    'the order of evaluation by import()',
    'const p = ["./a.mjs", "./b.mjs"].map((s) => import(s)); console.log("app"); await Promise.all(p)',
    { files: { 'a.mjs': 'console.log("a")', 'b.mjs': 'import "./a.mjs"; console.log("b")' } },
  ],
  ['an import of a URL object', 'console.log(await import(new URL("./m.mjs", import.meta.url)))'],
  [
    'an import of what is no string',
    'for (const x of [undefined, null, 1, Symbol("x"), { toString: () => "./m.mjs" }]) await import(x).then(console.log, (error) => console.log(error.name, error.code, error.message))',
  ],
  [
    'a blob:',
    'const url = URL.createObjectURL(new Blob(["export default 1"], { type: "text/javascript" })); await import(url).then(console.log, (error) => console.log(error.code, error.message.replace(/blob:[^\' ]+/g, "blob")))',
  ],
  [
    'attributes that are odd',
    'for (const w of [{ type: "json" }, { type: "css" }, { lazy: "1" }, { type: "json", b: "2" }, { type: 1 }]) await import("./m.json", { with: w }).then(console.log, (error) => console.log(error.code, error.message)); await import("./m.mjs", { with: { type: "json" } }).catch((error) => console.log(error.code)); await import("node:fs", { with: { type: "json" } }).catch((error) => console.log(error.code, error.message))',
    { files: { ...m.files, 'm.json': '{}' } },
  ],
  [
    'JSON that is the same by import and require',
    'import { createRequire } from "node:module"; import j from "./m.json" with { type: "json" }; const require = createRequire(import.meta.url); console.log(j, j === require("./m.json"), require("./m.json") === require("./m.json"), Object.keys(require.cache))',
    { files: { 'm.json': '{ "a": 1 }' } },
  ],
  [
    'JSON that is required before it is imported',
    'import { createRequire } from "node:module"; const require = createRequire(import.meta.url); const a = require("./m.json"); a.b = 1; console.log((await import("./m.json", { with: { type: "json" } })).default)',
    { files: { 'm.json': '{ "a": 1 }' } },
  ],
  [
    'wasm with imports',
    'await import("./m.wasm").then(console.log, (error) => console.log(error.name, error.message))',
    {
      files: {
        'm.wasm': Uint8Array.from([
          0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 8, 1, 3, 101, 110, 118, 1, 102, 0, 0,
        ]),
      },
    },
  ],
  [
    'globals',
    'console.log(Object.keys(globalThis), Object.getOwnPropertyNames(globalThis).sort())',
  ],
  [
    'listeners of the process',
    'console.log(process.eventNames(), process.eventNames().map((name) => process.listenerCount(name)), process.getMaxListeners())',
  ],
  [
    'active resources',
    'console.log(process.getActiveResourcesInfo(), process._getActiveHandles().length, process._getActiveRequests().length)',
  ],
  ['active resources later', 'setTimeout(() => console.log(process.getActiveResourcesInfo()), 20)'],
  [
    'the process',
    'console.log(process.argv, process.argv0, process.execPath, process.title, process.cwd(), process.exitCode, process.sourceMapsEnabled, process.allowedNodeEnvironmentFlags.size, process.config.variables.napi_build_version, Object.keys(process).sort())',
    { args: ['app.mjs', '--import', 'x', '-e', '--'] },
  ],
  ['the environment', 'console.log(Object.keys(process.env).sort(), process.env.NODE_OPTIONS)'],
  [
    'source maps',
    'console.log(process.sourceMapsEnabled); const { findSourceMap, getSourceMapsSupport } = await import("node:module"); console.log(findSourceMap(import.meta.url), getSourceMapsSupport())',
  ],
  [
    'a source map that is not asked for',
    'import "./n.mjs"',
    {
      files: {
        'n.mjs': `throw new Error("mapped")\n//# sourceMappingURL=data:application/json,${encodeURIComponent(JSON.stringify({ version: 3, sources: ['original.ts'], names: [], mappings: 'AASA' }))}\n`,
      },
    },
  ],
  [
    'performance',
    'console.log(performance.getEntries().length, Object.keys(performance.nodeTiming.toJSON()), performance.timeOrigin > 0, performance.eventLoopUtilization().idle)',
  ],
  [
    'a report',
    'const r = process.report.getReport(); console.log(Object.keys(r), r.javascriptStack.message, r.workers.length, r.libuv.filter((h) => h.is_active && h.is_referenced && h.type !== "loop").map((h) => h.type), r.header.cwd)',
  ],
  [
    'async hooks',
    'import { executionAsyncId, createHook, AsyncLocalStorage } from "node:async_hooks"; const store = new AsyncLocalStorage(); await store.run("x", () => import("./m.mjs").then(() => console.log(store.getStore()))); const types = []; createHook({ init: (id, type) => types.push(type) }).enable(); await import("./n.mjs"); console.log([...new Set(types)])',
    { files: { ...m.files, 'n.mjs': '' } },
  ],
  [
    'channels',
    'import { subscribe } from "node:diagnostics_channel"; import { createRequire } from "node:module"; for (const k of ["start", "end", "error"]) for (const c of ["module.require", "module.import"]) subscribe(`tracing:${c}:${k}`, (e) => console.log(c, k, e.id ?? e.url, e.error?.code)); const require = createRequire(import.meta.url); require("./m.cjs"); try { require("none") } catch {} await import("./m.mjs"); await import("none").catch(() => {})',
  ],
  [
    'inspector',
    'import { Session } from "node:inspector/promises"; const s = new Session(); s.connect(); const seen = []; s.on("Debugger.scriptParsed", ({ params }) => seen.push(params.url)); await s.post("Debugger.enable"); seen.length = 0; await import("./m.mjs"); console.log(seen); s.disconnect()',
  ],
  [
    'a trace of deprecations',
    'process.traceDeprecation = true; new (await import("node:buffer")).Buffer(1)',
  ],
  [
    'the type of a package',
    'console.log(await import("./pack/m.js"))',
    { files: { 'pack/package.json': '{ "type": "nonsense" }', 'pack/m.js': 'exports.a = 1' } },
  ],
]

export const patches: readonly Program[] = [
  ...cjs.map(([name, code, more]) => ({
    name,
    ...more,
    files: {
      ...spoken,
      ...m.files,
      ...more?.files,
      'app.cjs': `const { show, fail } = require("./show.cjs")\n${code}`,
    },
  })),
  ...esm.map(([name, code, more]) => ({
    name,
    ...more,
    files: { ...m.files, ...more?.files, 'app.mjs': code },
  })),
]
