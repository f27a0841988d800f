/** Loaders written in a test, and errands for them: the chain in process, without a thread. */

import { register } from '../../core/engine/registration.mts'
import { Registry } from '../../core/engine/registry.mts'
import { Trail } from '../../core/engine/trail.mts'
import type { Acquired } from '../../core/engine/acquire.mts'
import type { Errand } from '../../core/engine/errand.mts'
import type { Registration } from '../../core/engine/registration.mts'
import type { LoadRequest } from '../../core/types.mts'

let count = 0

/** Registers a loader; it is the project's unless `project` is false. */
export function registration(loader: object, project = true): Registration {
  const name = `loader-${++count}`
  return register(loader, { name, file: `/loaders/${name}.mjs`, project })
}

/** A registry of loaders of the project, in this order; one that says `builtIn: true` is not the project's. */
export function registryOf(...loaders: readonly object[]): Registry {
  return new Registry(loaders.map((loader) => registration(loader, !('builtIn' in loader))))
}

export function requestFor(specifier: string, more: Partial<LoadRequest> = {}): LoadRequest {
  return {
    specifier,
    parentURL: 'file:///app.mjs',
    parent: undefined,
    importAttributes: {},
    conditions: ['node', 'import'],
    ...more,
  }
}

export function errandFor(
  registry: Registry,
  specifier = 'test:x',
  more: Partial<LoadRequest> = {},
  signal: AbortSignal = new AbortController().signal,
): Errand {
  return { registry, request: requestFor(specifier, more), trail: new Trail(), signal }
}

/** What `acquire` gives for a body: from a loader that nobody asks again. */
export function acquiredOf(
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
  url = 'test://host/x',
): Acquired {
  return {
    specifier: url,
    url,
    loader: registration({
      name: 'origin',
      resolve: () => false,
      resolveRelativePath: () => false,
    }),
    response: {
      statusCode: 200,
      headers,
      body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
    },
  }
}
