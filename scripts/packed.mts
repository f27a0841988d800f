/**
 * Checks what `npm pack` would publish against what it must: every part of the package, and nothing that is only the
 * repository's.
 */

import { spawnSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
  cwd: root,
  encoding: 'utf8',
  shell: process.platform === 'win32',
})
// npm 11 answers a list, npm 12 an object by package name.
const answer = JSON.parse(stdout) as object
const [pack] = Object.values(answer) as { files: { path: string; size: number }[] }[]
const packed = new Map(pack!.files.map(({ path, size }) => [path, size]))

const sources = globSync(['core/**/*.mts', 'loaders/**/*.mts', 'contract/*.mts', 'loader.mts'], {
  cwd: root,
})
const expected = [
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'schema.json',
  ...sources.flatMap((source) => {
    const path = join('dist', source).replaceAll('\\', '/')
    return [path.replace(/\.mts$/, '.mjs'), path.replace(/\.mts$/, '.d.mts')]
  }),
]
const allowed =
  /^(?:dist\/|docs\/|(?:loaders|contract)\/(?:[\w-]+\/)?README\.md$|README\.md$|LICENSE$|CHANGELOG\.md$|SECURITY\.md$|schema\.json$|package\.json$)/

const faults = [
  ...expected.filter((path) => !packed.has(path)).map((path) => `missing: ${path}`),
  ...[...packed.keys()]
    .filter((path) => !allowed.test(path))
    .map((path) => `not for users: ${path}`),
  ...[...packed.keys()]
    .filter((path) => path.endsWith('.mts') && !path.endsWith('.d.mts'))
    .map((path) => `TypeScript that Node strips for nobody: ${path}`),
  ...[...packed.keys()]
    .filter((path) => !existsSync(join(root, path)))
    .map((path) => `gone: ${path}`),
]
for (const fault of faults) process.stdout.write(`${fault}\n`)
const total = [...packed.values()].reduce((sum, size) => sum + size, 0)
process.stdout.write(`${packed.size} files, ${Math.round(total / 1024)} KiB\n`)
process.exitCode = faults.length === 0 ? 0 : 1
