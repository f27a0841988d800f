/** A module's text as Node is given it, and what is known of it: its imports, a default export, its source map. */

import { importSites } from './import-sites.mts'
import { staticsOf } from './module-statics.mts'
import { mapSteps } from './source-map/mapped-source.mts'
import type { StepMap } from './source-map/source-map.mts'
import type { Steps } from './steps.mts'
import type { NodeModule } from './types.mts'

export type FinishedText = Pick<NodeModule, 'hasDefault' | 'imports' | 'mapped'> & {
  readonly source: string
}

/**
 * Scans a text, and gives it the source map of its steps.
 * @param original the text as it was acquired, where no step has it
 * @param isFile whether that is what is in the file of that URL
 */
export function* finishText(
  source: string,
  format: 'module' | 'commonjs',
  maps: readonly StepMap[],
  url: string,
  original: () => string | null,
  isFile: boolean,
): Steps<FinishedText> {
  const statics = format === 'module' ? staticsOf(source) : { imports: [], hasDefault: false }
  const sites = importSites(source, statics)
  const mapped = yield* mapSteps(source, maps, url, original, sites, isFile)
  return {
    source: mapped.source,
    hasDefault: statics.hasDefault,
    mapped: mapped.mapped,
    imports: mapped.sites,
  }
}
