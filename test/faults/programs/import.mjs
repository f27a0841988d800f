/** Imports each cell's module, one after another, and says what came of it. */

import { readFileSync, writeSync } from 'node:fs'

// Starts the engine: how long that takes is no server's matter.
await import('./start.txt').catch(() => import('./start.txt'))

for (const { key, url, type } of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  const started = performance.now()
  let found
  try {
    const module = await import(url)
    const isWhole = type === 'text' || module.whole === 'whole'
    found = { value: isWhole ? module.default : `a part of ${module.default}` }
  } catch (error) {
    found = { code: error.code ?? error.name, message: error.message }
  }
  writeSync(1, `${JSON.stringify({ key, took: performance.now() - started, ...found })}\n`)
}
