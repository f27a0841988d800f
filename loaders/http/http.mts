/** `https:` and `http:`: a GET. Redirects are the framework's. */

import { fetchResource } from '../../core/resource/resource.mts'
import { resolveAtOrigin } from '../../core/resource/relative.mts'
import type { LoaderContext, LoadResponse } from '../../core/types.mts'

export const name = 'http'

export const schemes = ['https:', 'http:']

/** Asks the server, and answers as it does. */
export function resolve(specifier: string, context?: LoaderContext): Promise<LoadResponse> {
  return fetchResource(specifier, {
    headers: { accept: context?.accept ?? '*/*' },
    signal: context?.signal,
  })
}

export const resolveRelativePath = resolveAtOrigin
