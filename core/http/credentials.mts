/** Which fields go to which origin, computed anew for each request: nothing follows a redirect. */

import type { HeaderRecord } from '../types.mts'

/** Fields for a URL by its scheme, host and port; lower-case names. */
export function credentialsFor(_url: string): HeaderRecord {
  return {}
}
