/** What a file imports that Node reads by itself. */

import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { importSites } from './import-sites.mts'
import { staticsOf } from './module-statics.mts'
import type { ImportSite } from './types.mts'

/** The static imports of a file that Node reads by itself; none where that is no text of a module, or is not to be read. */
export function importSitesOfFile(url: string): ImportSite[] {
  try {
    const file = fileURLToPath(url)
    // At once: Node has read it, and `node:fs/promises` is a millisecond. A pipe would be waited for.
    if (!statSync(file).isFile()) return []
    const source = readFileSync(file, 'utf8')
    return importSites(source, staticsOf(source))
  } catch {
    return []
  }
}
