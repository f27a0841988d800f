/**
 * Prints what http-cache-tests says of our cache: `npm run cache-tests`, with `-- --json` the whole of it.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CacheStore } from '../../core/cache/cache-store.mts'
import { PrivateCache } from '../../core/cache/private-cache.mts'
import { runSuite } from './suite.mts'

const isJSON = process.argv.includes('--json')
const say = (text: string) => process.stdout.write(`${text}\n`)

// The suite says what it does.
console.log = () => {}

const cacheFolder = mkdtempSync(join(tmpdir(), 'mimeport-cache-tests-'))
try {
  const store = new CacheStore({ folder: cacheFolder, size: 2 ** 30, warn: say })
  // The suite's server is on loopback, where we guess no lifetime otherwise.
  const result = await runSuite(new PrivateCache({ store, guesses: () => true }))
  if (isJSON) say(JSON.stringify(result))
  else {
    for (const kind of ['required', 'optimal', 'check'] as const) {
      const { passed, total, failed } = result[kind]
      say(`${kind}: ${passed} of ${total}`)
      for (const name of failed) say(`  ${name}`)
    }
    say(`required, for shared caches or CDNs: ${result.shared.length}`)
    say(`required, passed, though what they build on is not done: ${result.unproven.length}`)
    for (const name of result.unproven) say(`  ${name}`)
  }
} finally {
  rmSync(cacheFolder, { recursive: true, force: true })
}
process.exit()
