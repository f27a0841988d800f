/**
 * Node's own modules, for the thread that every program pays for. An `import` of them makes a namespace and runs every
 * getter of it: 3 ms for these four, against 0.1 ms (`npm run bench` shows it). Functions, so that an old Node that has no
 * `getBuiltinModule` still reads this file, and can be told that it is too old.
 */

/** Asks once: Node looks through its list of names each time. */
function once<T>(take: () => T): () => T {
  let taken: T | undefined
  return () => (taken ??= take())
}

export const diagnostics = once(() => process.getBuiltinModule('node:diagnostics_channel'))
export const fs = once(() => process.getBuiltinModule('node:fs'))
export const modules = once(() => process.getBuiltinModule('node:module'))
export const paths = once(() => process.getBuiltinModule('node:path'))
export const urls = once(() => process.getBuiltinModule('node:url'))
