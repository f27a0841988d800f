/**
 * A program's graph as the lock has it: what each module imports, known before anybody has read the module. So all of it is
 * fetched at once, and not one generation after another.
 */

import { requestsOf } from './ahead.mts'
import { isKey, isLockedRedirect, isMasked, lockKey, splitKey } from '../lock/entry.mts'
import { moduleURL } from './module-url.mts'
import { isRemote } from '../policy/policy.mts'
import type { Lock } from '../lock/lock.mts'
import type { LockedModule } from '../lock/entry.mts'
import type { LoadRequest, NodeModule } from '../types.mts'

/**
 * The keys that the lock has for what a module imports, where that is the network's. `route` makes a request's specifier
 * absolute; `undefined`: it is a package of the project's.
 */
export async function keysOf(
  module: NodeModule,
  route: (request: LoadRequest) => Promise<string | undefined>,
): Promise<readonly string[]> {
  const keys = requestsOf(module).map(async (request) => {
    // What cannot be resolved fails where it is imported.
    const specifier = await route(request).catch(() => undefined)
    if (specifier === undefined || !isRemote(specifier)) return []
    const key = lockKey(request.importAttributes['type'] ?? '', specifier)
    return isKey(key) ? [key] : []
  })
  return [...new Set((await Promise.all(keys)).flat())]
}

/** Redirects that are gone along: more are refused when it comes to it. */
const HOPS = 20

/** The module that a key leads to, and its specifier; `undefined` where the lock does not know. */
function moduleAt(
  lock: Lock,
  key: string,
): { readonly specifier: string; readonly module: LockedModule } | undefined {
  const { goal } = splitKey(key)
  let { specifier } = splitKey(key)
  for (let hops = 0; hops <= HOPS; hops++) {
    const entry = lock.peek(lockKey(goal, specifier))
    if (entry === undefined) return undefined
    if (!isLockedRedirect(entry)) return { specifier, module: entry }
    specifier = entry.location
  }
  return undefined
}

function isOn(lock: Lock): boolean {
  try {
    return lock.isOn
  } catch {
    // One that cannot be used is said of the module itself.
    return false
  }
}

/**
 * The requests that a request leads to, in the order in which Node will link them; each key once, also over several calls
 * with the same `seen`.
 */
export function* requestsBelow(
  lock: Lock,
  { specifier, importAttributes, conditions }: LoadRequest,
  seen: Set<string>,
): Generator<LoadRequest> {
  if (!isRemote(specifier) || !isOn(lock)) return
  const first = lockKey(importAttributes['type'] ?? '', specifier)
  seen.add(first)
  const waiting: { key: string; parentURL: string }[] = []
  const open = (key: string): void => {
    const found = moduleAt(lock, key)
    if (found === undefined || found.module.imports.length === 0) return
    const parentURL = moduleURL(found.specifier)
    const next = found.module.imports.filter((each) => !seen.has(each))
    waiting.push(...next.reverse().map((each) => ({ key: each, parentURL })))
  }
  open(first)
  for (;;) {
    const next = waiting.pop()
    if (next === undefined) return
    const { key, parentURL } = next
    // What is masked cannot be asked for by its key.
    if (seen.has(key) || isMasked(key)) continue
    seen.add(key)
    const { goal, specifier: wanted } = splitKey(key)
    yield {
      specifier: wanted,
      parentURL,
      parent: undefined,
      importAttributes: goal === '' ? {} : { type: goal },
      conditions,
    }
    open(key)
  }
}
