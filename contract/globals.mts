/** What a loader has no business to change in the thread that all loaders share. */

import assert from 'node:assert/strict'

const prototypes: Readonly<Record<string, object>> = {
  'Object.prototype': Object.prototype,
  'Array.prototype': Array.prototype,
  'Function.prototype': Function.prototype,
  'String.prototype': String.prototype,
  'RegExp.prototype': RegExp.prototype,
  'Map.prototype': Map.prototype,
  'Promise.prototype': Promise.prototype,
  'Error.prototype': Error.prototype,
  'Uint8Array.prototype': Uint8Array.prototype,
  Object,
  Array,
  JSON,
  Math,
  Promise,
  Reflect,
  Error,
}

type Snapshot = ReadonlyMap<string, unknown>

/** Takes down every own property: functions and getters by identity. */
export function snapshot(): Snapshot {
  const all = new Map<string, unknown>()
  const note = (name: string, object: object, key: string | symbol): void => {
    // Node sets these itself, later.
    if (name === 'Error' && (key === 'stackTraceLimit' || key === 'prepareStackTrace')) return
    const { value, get } = Object.getOwnPropertyDescriptor(object, key) ?? {}
    all.set(`${name}.${String(key)}`, get ?? value)
  }
  for (const [name, object] of Object.entries(prototypes)) {
    for (const key of Reflect.ownKeys(object)) note(name, object, key)
  }
  // Some of Node's globals are made when they are first read: their names count, and their values do not. Symbols are
  // how copies of a library find one another.
  for (const key of Object.getOwnPropertyNames(globalThis)) all.set(`globalThis.${key}`, undefined)
  for (const [key, value] of Object.entries(process.env)) all.set(`process.env.${key}`, value)
  all.set('process.cwd()', process.cwd())
  return all
}

/** Fails when something was added, changed or deleted. */
export function checkSame(before: Snapshot, after: Snapshot): void {
  const names = new Set([...before.keys(), ...after.keys()])
  const changed = [...names].filter(
    (name) => before.has(name) !== after.has(name) || before.get(name) !== after.get(name),
  )
  assert.deepEqual(changed, [], `it changed ${changed.join(', ')}`)
}

/** Runs work, and tells what was written to stdout meanwhile. */
export async function stdoutOf(work: () => Promise<unknown>): Promise<string> {
  const { stdout } = process
  const own = Object.getOwnPropertyDescriptor(stdout, 'write')
  const write = stdout.write
  let text = ''
  stdout.write = function (chunk: string | Uint8Array, ...rest: unknown[]) {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    return Reflect.apply(write, stdout, [chunk, ...rest]) as boolean
  }
  try {
    await work()
  } finally {
    if (own === undefined) Reflect.deleteProperty(stdout, 'write')
    else Object.defineProperty(stdout, 'write', own)
  }
  return text
}
