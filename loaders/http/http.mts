/** `https:` and `http:`: a GET. Redirects are the framework's. */

import { resolveAtOrigin } from '../../core/resource/relative.mts'
import type * as Resource from '../../core/resource/resource.mts'
import type { LoaderContext, LoadResponse } from '../../core/types.mts'

export const name = 'http'

export const schemes = ['https:', 'http:']

/** Kept: to ask for what is loaded takes Node as long as the rest of this. */
let resource: typeof Resource | undefined

/** Asks the server, and answers as it does. */
export async function resolve(specifier: string, context?: LoaderContext): Promise<LoadResponse> {
  // Who reads files does not pay for connections.
  resource ??= await import('../../core/resource/resource.mts')
  return resource.fetchResource(specifier, {
    headers: { accept: context?.accept ?? '*/*' },
    signal: context?.signal,
  })
}

export const resolveRelativePath = resolveAtOrigin
