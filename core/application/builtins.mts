/**
 * Node's own modules, for the thread that every program pays for. An `import` of them makes a namespace and runs every
 * getter of it: 3 ms for these four, against 0.1 ms (`npm run bench` shows it). Functions, so that an old Node that has no
 * `getBuiltinModule` still reads this file, and can be told that it is too old.
 */

/** Those that were asked for: Node looks through its list of names each time. */
const own: {
  diagnostics?: typeof import('node:diagnostics_channel')
  fs?: typeof import('node:fs')
  modules?: typeof import('node:module')
  paths?: typeof import('node:path')
  urls?: typeof import('node:url')
} = {}

export const diagnostics = () =>
  (own.diagnostics ??= process.getBuiltinModule('node:diagnostics_channel'))
export const fs = () => (own.fs ??= process.getBuiltinModule('node:fs'))
export const modules = () => (own.modules ??= process.getBuiltinModule('node:module'))
export const paths = () => (own.paths ??= process.getBuiltinModule('node:path'))
export const urls = () => (own.urls ??= process.getBuiltinModule('node:url'))
