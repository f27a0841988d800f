/** What a module will ask for when Node links it: the requests to run ahead of. */

import { isRelative, schemeOf } from '../native.mts'
import type { LoadRequest, NodeModule } from '../types.mts'

/** Node's schemes: nobody runs ahead of Node on these. */
const nodes = new Set(['node:', 'file:', 'data:', 'blob:'])

/** What is to be known of a module to run ahead of it. */
export type Importer = Pick<NodeModule, 'url' | 'origin' | 'imports'>

/** The requests that a module's static imports will be, in the order in which Node will link them. */
export function requestsOf({ url, origin, imports }: Importer): LoadRequest[] {
  return imports
    .filter(({ specifier }) => {
      const scheme = schemeOf(specifier)
      // Node resolves bare names, and what is relative to a file.
      if (scheme === undefined) return isRelative(specifier) && !url.startsWith('file:')
      return !nodes.has(scheme)
    })
    .map(({ specifier, attributes }) => ({
      specifier,
      parentURL: url,
      parent: origin,
      importAttributes: attributes,
      conditions: ['node', 'import'],
    }))
}

/** Where a request goes: the origin of its URL, or the scheme where a URL has none. RFC 6454 §4. */
export function originOf({ specifier, parentURL }: LoadRequest): string {
  const url = URL.parse(specifier, parentURL)
  if (url === null) return schemeOf(specifier) ?? ''
  return url.origin === 'null' ? url.protocol : url.origin
}
