/** Makes the loader of a git host. What it takes is imported at first use: most programs have no git host. */

import type { LoaderContext, LooseResponse } from '../types.mts'
import type { GitHost } from './host.mts'

export interface GitLoader {
  readonly name: string
  readonly schemes: readonly string[]
  resolve(specifier: string, context?: LoaderContext): Promise<LooseResponse | false>
  resolveRelativePath(specifier: string, parentPath: string): Promise<string | false>
}

/** Makes the loader of a git host, which answers for specifiers of the host's scheme. */
export function gitLoader(host: GitHost): GitLoader {
  const { scheme } = host
  const isOurs = (specifier: string) => specifier.slice(0, scheme.length).toLowerCase() === scheme
  return {
    name: scheme.slice(0, -1),
    schemes: [scheme],
    async resolve(specifier, context) {
      if (!isOurs(specifier)) return false
      const { answerFor } = await import('./resolution.mts')
      return answerFor(host, specifier, context)
    },
    async resolveRelativePath(specifier, parentPath) {
      if (!isOurs(parentPath)) return false
      const { resolveRelative } = await import('./relative.mts')
      return resolveRelative(host, specifier, parentPath) ?? false
    },
  }
}
