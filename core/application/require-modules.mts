/** How `require` loads modules of ours, in the repository. */

import { modules } from './builtins.mts'

type Handlers = Readonly<Record<string, (() => void) | undefined>>

/** What `require` is made of, that programs put something of their own in the place of. */
type Internals = Record<'_findPath' | '_load' | '_resolveFilename', unknown>

const internals = () => modules() as unknown as Internals & { readonly _extensions: Handlers }

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

/** Loads something of ours, past what the program has made of `require`: it sees nothing of it. */
export function unseen<T>(load: () => T): T {
  const { _findPath, _load, _resolveFilename } = internals()
  put(before)
  try {
    return load()
  } finally {
    put({ _findPath, _load, _resolveFilename })
  }
}

/** Whether `require` loads our modules as Node does: not with `--no-require-module`, nor by a handler of somebody else's. */
export function requiresModules(): boolean {
  const { features } = process as { features: { readonly require_module?: boolean } }
  const { _extensions: handlers } = internals()
  const handler = handlers['.mts'] ?? handlers['.js']
  return features.require_module !== false && /\bloadSource\(/.test(String(handler))
}
