/** What a module will ask for when Node links it: the requests to run ahead of. */

import { isBuiltin } from 'node:module'
import { isRelative, schemeOf } from '../native.mts'
import { namedInstead } from '../policy/naming.mts'
import { isRemote } from '../policy/policy.mts'
import type { LoadRequest, NodeModule } from '../types.mts'

/** Node's schemes: nobody runs ahead of Node on these. */
const nodes = new Set(['node:', 'file:', 'data:', 'blob:'])

/** Node's conditions for an import, without those of its command line. */
export const importConditions: readonly string[] = ['node', 'import', 'module-sync', 'node-addons']

/** What is to be known of a module to run ahead of it. */
export type Importer = Pick<NodeModule, 'url' | 'origin' | 'imports'>

/** Whether a specifier of a module is for a loader: Node resolves bare names, and what is relative to a file. */
function isForLoader(specifier: string, url: string): boolean {
  const scheme = schemeOf(specifier)
  if (scheme !== undefined) return !nodes.has(scheme)
  if (specifier.startsWith('#')) return isRemote(url)
  return isRelative(specifier) && !url.startsWith('file:')
}

/**
 * The requests that a module's static imports will be, in the order in which Node will link them.
 * @param conditions as Node has them for an import
 */
export function requestsOf(
  { url, origin, imports }: Importer,
  conditions = importConditions,
): LoadRequest[] {
  // Whose text it is only the application thread knows.
  if (/^(?:data|blob):/i.test(url)) return []
  return imports.flatMap(({ specifier, attributes }) => {
    // As the resolve hook has it: the project's word first, even before Node's own modules.
    const instead = namedInstead(specifier, url, isBuiltin(specifier))
    const wanted = instead ?? specifier
    if (instead === null || !isForLoader(wanted, url)) return []
    return {
      specifier: wanted,
      parentURL: url,
      parent: origin,
      importAttributes: attributes,
      conditions,
      ...(instead !== undefined && { mapped: true }),
    }
  })
}

/** Where a request goes: the origin of its URL, or the scheme where a URL has none. RFC 6454 §4. */
export function originOf({ specifier, parentURL }: LoadRequest): string {
  const url = URL.parse(specifier, parentURL)
  if (url === null) return schemeOf(specifier) ?? ''
  return url.origin === 'null' ? url.protocol : url.origin
}
