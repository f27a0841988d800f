/**
 * Those of Node's own modules that take long to load, at first use: `node:crypto` is 5 ms of an engine's start, and most
 * engines read a few files.
 */

export const childProcesses = () => process.getBuiltinModule('node:child_process')
export const crypto = () => process.getBuiltinModule('node:crypto')
export const dns = () => process.getBuiltinModule('node:dns')
export const files = () => process.getBuiltinModule('node:fs/promises')
