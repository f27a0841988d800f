/** One import that a git host's loader is asked about; types only. */

import type { LoaderContext } from '../types.mts'
import type { Endpoints } from './endpoints.mts'
import type { RepositoryFile } from './specifier.mts'

export interface Inquiry {
  readonly specifier: string
  readonly file: RepositoryFile
  readonly endpoints: Endpoints
  readonly context: LoaderContext | undefined
}
