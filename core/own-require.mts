/**
 * `require` for what is ours: modules of ours in the repository, and packages that we need at once. The program sees nothing of
 * it: neither what it has made of `require` is asked, nor is anything left in its `require.cache`. Both threads.
 */

type Handlers = Readonly<Record<string, (() => void) | undefined>>

/** What `require` is made of, that programs put something of their own in the place of. */
type Internals = Record<'_findPath' | '_load' | '_resolveFilename', unknown>

const internals = () =>
  process.getBuiltinModule('node:module') as unknown as Internals & {
    readonly _extensions: Handlers
  }

const { _findPath, _load, _resolveFilename } = internals()
/** As they were before the program ran. */
const before: Internals = { _findPath, _load, _resolveFilename }

/** Puts it in place, one by one: what it is put into is the program's. */
function put({ _findPath, _load, _resolveFilename }: Internals): void {
  const now = internals()
  now._findPath = _findPath
  now._load = _load
  now._resolveFilename = _resolveFilename
}

/**
 * Requires something of ours.
 * @param require of the file that asks
 * @throws what the `require` throws
 */
export function requireOwn<T>(require: NodeJS.Require, name: string): T {
  const { _findPath, _load, _resolveFilename } = internals()
  const { cache } = require
  const known = new Set(Object.keys(cache))
  put(before)
  try {
    return require(name) as T
  } finally {
    put({ _findPath, _load, _resolveFilename })
    for (const path of Object.keys(cache)) if (!known.has(path)) delete cache[path]
  }
}

/** Whether `require` loads our modules as Node does: not with `--no-require-module`, nor by a handler of somebody else's. */
export function requiresModules(): boolean {
  const { features } = process as { features: { readonly require_module?: boolean } }
  const { _extensions: handlers } = internals()
  const handler = handlers['.mts'] ?? handlers['.js']
  return features.require_module !== false && /\bloadSource\(/.test(String(handler))
}
