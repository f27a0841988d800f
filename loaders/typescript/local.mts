/** The same for a thread that does not wait: by oxc-transform alone. */

import { conversion } from './conversion.mts'
import { forgetFound } from './nearest.mts'
import { waitForNothing } from './oxc.mts'
import { accepts, extensionMimeMap } from './typescript.mts'
import type { Steps } from '../../core/steps.mts'
import type { LocalContext, TransformResult } from '../../core/types.mts'

export const name = 'typescript'

export { accepts, extensionMimeMap }

/** Converts. @throws as the loader's `transform` does */
export function transform(
  source: string,
  { url, mediaType, sourceMaps }: LocalContext,
): Steps<TransformResult> {
  waitForNothing()
  forgetFound()
  return conversion({
    source,
    url,
    essence: mediaType.essence,
    goalParameter: mediaType.params.get('goal') ?? undefined,
    signal: undefined,
    wantsMap: sourceMaps,
  })
}
