/** The same for a thread that does not wait. */

import { accepts, extensionMimeMap, takeCode } from './fenced-md.mts'
import type { Steps } from '../../core/steps.mts'
import type { LocalContext, SourceResult } from '../../core/types.mts'

export const name = 'fenced-md'

export { accepts, extensionMimeMap }

/** Takes out the code. @throws as the loader's `transform` does */
// oxlint-disable-next-line require-yield -- as others have it, of whom some wait
export function* transform(body: string, { url }: LocalContext): Steps<SourceResult> {
  return takeCode(body, url)
}
