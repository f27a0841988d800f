/** `npm run check`: types, lint, format, the list of packed files, tests. The same on every machine, and described only here. */

import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = (name: string) => join(root, 'node_modules/.bin', name)
const own = (script: string) => [process.execPath, join(root, script)]

const steps: Record<string, readonly string[]> = {
  types: [bin('tsc'), '--noEmit'],
  'types of the page': [bin('tsc'), '--noEmit', '-p', 'cli/graph-page'],
  lint: [bin('oxlint'), '--deny-warnings'],
  format: [bin('oxfmt'), '--check', '.'],
  build: own('scripts/build.mts'),
  packed: own('scripts/packed.mts'),
  tests: own('test/run.mts'),
}

for (const [name, [command = '', ...args]] of Object.entries(steps)) {
  process.stdout.write(`— ${name}\n`)
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) {
    process.stdout.write(`${name} failed\n`)
    process.exit(1)
  }
}
