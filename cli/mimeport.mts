#!/usr/bin/env node
/** The command `mimeport`. A Node that is too old reads no more than this file. */

import { isSupported, unsupported } from '../core/application/node-version.mts'

if (isSupported(process.versions.node)) {
  const { main } = await import('./main.mts')
  process.exitCode = await main(process.argv.slice(2))
} else {
  process.stderr.write(unsupported())
  process.exitCode = 1
}
