/** How `require` loads modules of ours, in the repository. */

import { modules } from './builtins.mts'

type Handlers = Readonly<Record<string, (() => void) | undefined>>

/** What `require` is made of, that programs put something of their own in the place of. */
type Internals = Record<'_findPath' | '_load' | '_resolveFilename', unknown>

const internals = () => modules() as unknown as Internals & { readonly _extensions: Handlers }

const { _findPath, _load, _resolveFilename } = internals()
/** As they were before the program ran. */
const before: Internals = { _findPath, _load, _resolveFilename }

/** Loads something of ours, past what the program has made of `require`: it sees nothing of it. */
export function unseen<T>(load: () => T): T {
  const now = internals()
  const own: Internals = {
    _findPath: now._findPath,
    _load: now._load,
    _resolveFilename: now._resolveFilename,
  }
  Object.assign(now, before)
  try {
    return load()
  } finally {
    Object.assign(now, own)
  }
}

/** Whether `require` loads our modules as Node does: not with `--no-require-module`, nor by a handler of somebody else's. */
export function requiresModules(): boolean {
  const { features } = process as { features: { readonly require_module?: boolean } }
  const { _extensions: handlers } = internals()
  const handler = handlers['.mts'] ?? handlers['.js']
  return features.require_module !== false && /\bloadSource\(/.test(String(handler))
}
