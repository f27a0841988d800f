/** A real addon for this machine: bufferutil's, which is Node-API and runs on every version. */

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const path = fileURLToPath(
  new URL(
    `../../node_modules/bufferutil/prebuilds/${process.platform}-${process.arch}/bufferutil.node`,
    import.meta.url,
  ),
)

/** Its bytes; `undefined` on a platform that it is not built for. */
export const addon: Uint8Array | undefined = existsSync(path) ? readFileSync(path) : undefined
