/** TypeScript and JSX → JavaScript. Erasable TypeScript keeps its positions; the rest goes through esbuild. */

import { parseMediaType } from '../../core/media-type.mts'
import type * as Conversion from './conversion.mts'
import type { HeaderRecord, LoaderContext, TransformResult } from '../../core/types.mts'

export const name = 'typescript'

export const extensionMimeMap = {
  ts: 'application/typescript',
  mts: 'application/typescript',
  cts: 'application/typescript',
  tsx: 'text/tsx',
  jsx: 'text/jsx',
}

export const accepts = ['application/typescript', 'text/tsx', 'text/jsx']

let conversion: Promise<typeof Conversion> | undefined

/**
 * Converts to `text/javascript` or `application/node` (CommonJS), with a source map where positions changed.
 *
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_BODY when the text is not TypeScript or JSX, ERR_MIMEPORT_CONFIG when a
 *   tsconfig.json that governs it is broken.
 */
export async function transform(
  headers: HeaderRecord,
  body: string,
  context?: LoaderContext,
): Promise<TransformResult> {
  const { convert } = await (conversion ??= import('./conversion.mts'))
  const mediaType = parseMediaType(headers['content-type'] ?? '')
  return convert({
    source: body,
    url: context?.url ?? 'anonymous',
    essence: mediaType?.essence ?? 'application/typescript',
    goalParameter: mediaType?.params.get('goal') ?? undefined,
    signal: context?.signal,
    wantsMap: context?.sourceMaps !== false,
  })
}
