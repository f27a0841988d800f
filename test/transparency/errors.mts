/** How programs end, and what they see of an error. */

import { spoken } from './program.mts'
import type { Program } from './program.mts'

type Row = readonly [name: string, code: string, more?: Partial<Program>]

const esm: readonly Row[] = [
  ['a throw in a timer', 'setTimeout(() => { throw new Error("late") }, 1)'],
  ['a throw in a microtask', 'queueMicrotask(() => { throw new Error("late") })'],
  ['a throw in nextTick', 'process.nextTick(() => { throw new Error("late") })'],
  [
    'a throw in an event',
    'import { EventEmitter } from "node:events"; setTimeout(() => new EventEmitter().emit("error", new Error("event")))',
  ],
  ['a rejection that nobody handles', 'Promise.reject(new RangeError("nobody"))'],
  ['a rejection with undefined', 'Promise.reject()'],
  ['an object thrown', 'throw { a: 1 }'],
  ['an error with a cause', 'throw new Error("outer", { cause: new TypeError("inner") })'],
  [
    'an AggregateError',
    'await Promise.any([Promise.reject(new Error("a")), Promise.reject(new Error("b"))])',
  ],
  ['an await that never settles', 'await new Promise(() => {})'],
  [
    'an await that never settles, in a dependency',
    'import "./n.mjs"',
    { files: { 'n.mjs': '\nawait new Promise(() => {})' } },
  ],
  [
    'a handler of uncaught exceptions',
    'process.on("uncaughtException", (error, origin) => console.log(error.stack, origin)); import("./none.mjs"); setTimeout(() => { throw new Error("late") })',
  ],
  [
    'a monitor of uncaught exceptions',
    'process.on("uncaughtExceptionMonitor", (error, origin) => console.log(error.code, origin)); await import("./none.mjs")',
  ],
  [
    'a handler of rejections',
    'process.on("unhandledRejection", (error) => console.log(error.stack)); import("./none.mjs")',
  ],
  ['an import that nobody handles', 'import("./none.mjs")'],
  ['an import in a timer that nobody handles', 'setTimeout(() => import("nothing-here"))'],
  ['an exit in a handler of exit', 'process.on("exit", () => process.exit(5)); process.exit(3)'],
  [
    'an exit in beforeExit',
    'process.once("beforeExit", () => { console.log("before"); process.exit(4) })',
  ],
  [
    'work in beforeExit',
    'process.once("beforeExit", () => setTimeout(() => console.log("more"), 1))',
  ],
  ['a signal', 'process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 10000)'],
  [
    'a signal that is handled',
    'process.on("SIGTERM", (...all) => { console.log(...all); process.exit(9) }); process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 10000)',
  ],
  ['an exit code out of range', 'process.exit(300)'],
  ['an exit code that is none', 'process.exit("nine")'],
  ['a warning', 'process.emitWarning("careful", { type: "Custom", code: "C1", detail: "more" })'],
  [
    'a warning that is handled',
    'process.on("warning", (warning) => console.log(warning.name, warning.message)); process.emitWarning("careful")',
  ],
  ['a deprecation', 'process.emitWarning("old", "DeprecationWarning", "DEP9")'],
  [
    'too many listeners',
    'import { EventEmitter } from "node:events"; const e = new EventEmitter(); for (let i = 0; i < 12; i++) e.on("x", () => {})',
  ],
  ['a builtin that is deprecated', 'import "node:punycode"'],
  ['an experimental builtin', 'import "node:sqlite"'],
  ['eval', 'console.log(eval("1 + 1"), new Function("return 2")())'],
  [
    'the same import twice, missing and then there',
    'import { writeFileSync } from "node:fs"; import { rmSync } from "node:fs"; await import("./late.mjs").catch((e) => console.log(e.code)); writeFileSync("late.mjs", "export default 1"); console.log(await import("./late.mjs")); rmSync("late.mjs")',
  ],
  [
    'an evaluation that failed, once more',
    'for (const _ of [1, 2]) await import("./n.mjs").catch((e) => console.log(e === (globalThis.last ??= e), e.stack))',
    { files: { 'n.mjs': 'throw new Error("once")' } },
  ],
  [
    'a syntax error, once more',
    'for (const _ of [1, 2]) await import("./n.mjs").catch((e) => console.log(e.stack))',
    { files: { 'n.mjs': 'let a; let a' } },
  ],
  [
    'errors of one module, side by side',
    'console.log((await Promise.allSettled([import("./none.mjs"), import("./none.mjs"), import("none")])).map((r) => r.reason.stack))',
  ],
  [
    'an error across structuredClone',
    'await import("./none.mjs").catch((e) => { const c = structuredClone(e); console.log(c.stack, c.name, Object.keys(c)) })',
  ],
  [
    'an error out of a worker',
    'import { Worker } from "node:worker_threads"; new Worker("require(\\"./none\\")", { eval: true }).on("error", (e) => console.log(e.stack, e.code, e.requireStack?.length))',
  ],
  [
    'an error in a message',
    'import { MessageChannel, receiveMessageOnPort } from "node:worker_threads"; const { port1, port2 } = new MessageChannel(); await import("none").catch((e) => port1.postMessage(e)); console.log(receiveMessageOnPort(port2).message.stack)',
  ],
  [
    'an error as JSON',
    'await import("./none.mjs").catch((e) => console.log(JSON.stringify(e), String(e), Object.entries(e), e.toString()))',
  ],
  [
    'an error that is printed in every way',
    'await import("./none.mjs").catch((e) => { console.error(e); console.error("%s|%o", e, e.message); console.error({ e }); console.error([e]) })',
  ],
  [
    'an error whose stack is set',
    'await import("./none.mjs").catch((e) => { e.stack = "mine"; console.log(e.stack, Object.getOwnPropertyDescriptor(e, "stack")); throw e })',
  ],
  [
    'an error whose stack is added to',
    'await import("./none.mjs").catch((e) => { e.stack += "\\n  added"; throw e })',
  ],
  [
    'an error whose message is changed',
    'await import("./none.mjs").catch((e) => { e.message += " (really)"; console.log(e.stack); throw e })',
  ],
  [
    'an error whose message is changed before its stack is looked at',
    'await import("./none.mjs").catch((e) => { e.message = "other"; e.name = "Named"; throw e })',
  ],
  [
    'an error that is frozen',
    'await import("./none.mjs").catch((e) => { Object.freeze(e); try { e.stack = 1 } catch (odd) { console.log(odd.message) } console.log(e.stack) })',
  ],
  [
    'an error whose stack is taken away',
    'await import("./none.mjs").catch((e) => { delete e.stack; console.log(e.stack, "stack" in e); throw e })',
  ],
  [
    'an error whose stack is captured anew',
    'function here(e) { Error.captureStackTrace(e, here); console.log(e.stack) }\nawait import("./none.mjs").catch(here)',
  ],
  [
    'an error that others inherit from',
    'await import("./none.mjs").catch((e) => { const child = Object.create(e); console.log(child.stack, Object.hasOwn(child, "stack")); child.stack = "own"; console.log(child.stack, e.stack) })',
  ],
  [
    'an error that is wrapped',
    'await import("./none.mjs").catch((e) => { throw new Error("wrapped", { cause: e }) })',
  ],
  [
    'an error that is assigned to an object',
    'await import("./none.mjs").catch((e) => console.log(Object.assign({}, e), { ...e }, Reflect.ownKeys(e)))',
  ],
]

const each = (limits: string) => `
const { fail } = require('./show.cjs')
async function main() {
  for (const limit of ${limits}) {
    Error.stackTraceLimit = limit
    console.log('limit', limit)
    try { require('./none') } catch (error) { fail(error) }
    await import('./none.mjs').catch(fail)
    try { JSON.parse('') } catch (error) { console.log(error.stack) }
    console.log(Error.stackTraceLimit)
  }
}
main()`

const cjs: readonly Row[] = [
  ['a stack of 0, 1 and 2 frames', each('[0, 1, 2]')],
  ['a stack of 3, 4 and 5 frames', each('[3, 4, 5]')],
  ['a stack of 6, 7 and 8 frames', each('[6, 7, 8]')],
  ['a stack of 9, 11 and 12 frames', each('[9, 11, 12]')],
  ['a stack of 30 and of all frames', each('[30, 1000, Infinity]')],
  ['a stack of an odd number of frames', each('[2.5, -1, NaN]')],
  ['a stack of a limit that is no number', each('["10", undefined, null, {}]')],
  [
    'a limit of stacks that is taken away',
    'delete Error.stackTraceLimit; try { require("./none") } catch (error) { console.log(error.stack, error.message, "stackTraceLimit" in Error) }',
  ],
  [
    'a limit of stacks that cannot be changed',
    'Object.defineProperty(Error, "stackTraceLimit", { value: 3, writable: false, configurable: false }); try { require("./none") } catch (error) { console.log(error.stack) }; import("./none.mjs").catch((error) => console.log(error.stack))',
  ],
  [
    'a limit of stacks that is a getter',
    'let asked = 0; Object.defineProperty(Error, "stackTraceLimit", { get: () => { asked++; return 3 }, configurable: true }); try { require("./none") } catch (error) { console.log(error.stack) }; console.log(Object.getOwnPropertyDescriptor(Error, "stackTraceLimit"))',
  ],
  [
    'stacks prepared as text',
    'Error.prepareStackTrace = (error, trace) => `${error.message} <- ${trace.map((site) => site.getFunctionName()).join()}`; try { require("./none") } catch (error) { console.log(error.stack) }; import("./none.mjs").catch((error) => console.log(error.stack))',
  ],
  [
    'stacks prepared as frames',
    'Error.prepareStackTrace = (error, trace) => trace; try { require("./none") } catch (error) { console.log(error.stack.map((site) => [site.getFileName(), site.getFunctionName(), site.isToplevel(), site.isNative()])) }',
  ],
  [
    'stacks prepared, and counted',
    'let count = 0; Error.prepareStackTrace = (error, trace) => { count++; return "x" }; try { require("./none") } catch (error) { console.log(count, error.stack, error.stack, count) }',
  ],
  [
    'stacks prepared for a moment',
    'let error; try { require("./none") } catch (e) { error = e } const before = Error.prepareStackTrace; Error.prepareStackTrace = (_, trace) => trace.length; console.log(error.stack); Error.prepareStackTrace = before; console.log(error.stack, new Error("x").stack.split("\\n").length)',
  ],
  [
    'stacks prepared by one that throws',
    'Error.prepareStackTrace = () => { throw new RangeError("not prepared") }; try { require("./none") } catch (error) { try { console.log(error.stack) } catch (odd) { console.log(odd.message) } }',
  ],
  ['a missing module in a callback', 'setTimeout(() => require("./none"))'],
  [
    'a missing module in an event',
    'process.on("exit", () => { try { require("./none") } catch (error) { console.log(error.stack) } })',
  ],
  [
    'a missing module below many calls',
    'const f = (n) => (n === 0 ? require("./none") : f(n - 1)); try { f(30) } catch (error) { console.log(error.stack) }',
  ],
  [
    'a missing module that is asked for often',
    'let n = 0; for (let i = 0; i < 200; i++) try { require("none" + i) } catch (error) { n += error.requireStack.length } console.log(n)',
  ],
  [
    'a message that looks like frames',
    'try { require("./none\\n    at x (y:1:1)\\n    at z") } catch (error) { console.log(error.stack) }',
  ],
  [
    'a missing file whose name has two dots',
    'try { require("./jquery.min") } catch (error) { console.log(error.stack, error.code, error.requireStack) }',
  ],
  [
    'a missing file of an odd kind',
    'try { require("./picture.svg") } catch (error) { console.log(error.stack, error.code) }',
  ],
  [
    'a stack overflow',
    'const f = () => f(); try { f() } catch (error) { console.log(error.message) }',
  ],
  ['a sync error of fs', 'require("node:fs").readFileSync("none")'],
  ['an assertion', 'require("node:assert").deepStrictEqual({ a: 1 }, { a: 2 })'],
  ['a process that kills itself', 'process.kill(process.pid, "SIGKILL")'],
  [
    'a domain',
    'const d = require("node:domain").create(); d.on("error", (error) => console.log(error.code, error.domainThrown)); d.run(() => setTimeout(() => require("./none")))',
  ],
  [
    'an uncaught error in JSON',
    'require("./broken.json")',
    { files: { 'broken.json': '{ "a": }' } },
  ],
]

export const errors: readonly Program[] = [
  ...esm.map(([name, code, more]) => ({
    name,
    ...more,
    files: { ...more?.files, 'app.mjs': code },
  })),
  ...cjs.map(([name, code, more]) => ({
    name,
    ...more,
    files: { ...spoken, ...more?.files, 'app.cjs': code },
  })),
]
