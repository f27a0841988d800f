/** What a thread has of us, once. */

import type { LoaderListing } from '../loader-listing.mts'
import type { Telling } from '../explanation.mts'
import type { Preload } from './preload.mts'
import type { Register } from '../configuration.mts'
import type { Settings } from '../settings.mts'

export interface Mimeport extends Telling {
  readonly preload: Preload
  readonly register: Register
  readonly loaders: () => Promise<LoaderListing>
  /** Where it looks for loaders; not there in an engine. */
  readonly sources?: Settings['sources']
}
