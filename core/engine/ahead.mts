/** What a module will ask for when Node links it: the requests to run ahead of. */

import { isBuiltin } from 'node:module'
import { isRelative, schemeOf } from '../native.mts'
import { namedInstead } from '../policy/naming.mts'
import { isRemote } from '../policy/policy.mts'
import type { LocalFile, LocalImports } from './local-imports.mts'
import type { Stamp } from '../stamp.mts'
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

/** Whether a specifier in a local module names a local file. */
function isLocal(specifier: string, url: string): boolean {
  return url.startsWith('file:') && (isRelative(specifier) || /^file:/i.test(specifier))
}

/** A request that will be made; of a local file with what it was before it was read. */
export type Foreseen = LoadRequest & { readonly stamp?: Stamp }

/**
 * The requests that a module's static imports will be, in the order in which Node will link them.
 * @param conditions as Node has them for an import
 * @param files finds local files that are for a loader; left out, they are left to Node
 */
export function requestsOf(
  { url, origin, imports }: Importer,
  conditions = importConditions,
  files?: LocalImports,
): Foreseen[] {
  // Whose text it is only the application thread knows.
  if (/^(?:data|blob):/i.test(url)) return []
  return imports.flatMap(({ specifier, attributes }) => {
    // As the resolve hook has it: the project's word first, even before Node's own modules.
    const instead = namedInstead(specifier, url, isBuiltin(specifier))
    const wanted = instead ?? specifier
    if (instead === null) return []
    let file: LocalFile | undefined
    if (isLocal(wanted, url)) {
      file = files?.find(wanted, attributes, url)
      if (file === undefined) return []
    } else if (!isForLoader(wanted, url)) return []
    return {
      specifier: file?.url ?? wanted,
      parentURL: url,
      parent: origin,
      importAttributes: attributes,
      conditions,
      ...(instead !== undefined && { mapped: true }),
      ...(file !== undefined && { stamp: file.stamp }),
    }
  })
}

/** Where a request goes: the origin of its URL, or the scheme where a URL has none. RFC 6454 §4. */
export function originOf({ specifier, parentURL }: LoadRequest): string {
  const url = URL.parse(specifier, parentURL)
  if (url === null) return schemeOf(specifier) ?? ''
  return url.origin === 'null' ? url.protocol : url.origin
}
