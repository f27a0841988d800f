/**
 * Checks what `npm pack` would publish against what it must: every part of the package, and nothing that is only the
 * repository's. Needs `npm run build`.
 */

import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
  cwd: root,
  encoding: 'utf8',
  shell: process.platform === 'win32',
})
// npm 11 answers a list, npm 12 an object by package name.
const answer = JSON.parse(stdout) as object
const [pack] = Object.values(answer) as { files: { path: string; size: number }[] }[]
const packed = new Map(pack!.files.map(({ path, size }) => [path, size]))

const { exports, bin } = JSON.parse(read('package.json')) as {
  exports: Record<string, string | Record<string, string>>
  bin?: Record<string, string>
}
const targets = Object.values({ ...exports, ...bin })
  .flatMap((target) => (typeof target === 'string' ? [target] : Object.values(target)))
  .map((target) => posix.normalize(target))

/** The loaders, by the folders that they are found in; the engine's entry is found by its own URL. */
const loaders = globSync('loaders/*/*.mts', { cwd: root })
  .map((path) => posix.parse(path.replaceAll('\\', '/')))
  .filter(({ dir, name }) => posix.basename(dir) === name)
  .map(({ name }) => name)
const expected = [
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'SECURITY.md',
  'schema.json',
  'dist/core/application/attach.cjs',
  'dist/core/bridge/worker.mjs',
  'dist/cli/mimeport.mjs',
  'dist/cli/graph-page/page.mjs',
  'dist/cli/graph-page/page.css',
  ...loaders.flatMap((name) => [`dist/loaders/${name}/${name}.mjs`, `loaders/${name}/README.md`]),
  ...targets,
]

/** What a file of the package imports of the package. */
function neighbours(path: string): string[] {
  const specifiers = read(path).matchAll(/(?:\bfrom |\bimport\(?)\s*['"](\.\.?\/[^'"]+)['"]/g)
  return [...specifiers].map(([, specifier = '']) => {
    const target = posix.join(posix.dirname(path), specifier)
    return path.endsWith('.d.mts') ? target.replace(/\.mjs$/, '.d.mts') : target
  })
}

const allowed =
  /^(?:dist\/.+\.(?:mjs|d\.mts)$|dist\/core\/application\/[\w-]+\.cjs$|dist\/cli\/graph-page\/page\.css$|docs\/|(?:loaders|contract)\/(?:[\w-]+\/)?README\.md$|(?:README|CHANGELOG|SECURITY)\.md$|LICENSE$|(?:schema|package)\.json$)/

const faults = [
  ...expected.filter((path) => !packed.has(path)).map((path) => `missing: ${path}`),
  ...[...packed.keys()]
    .filter((path) => path.endsWith('.mjs') || path.endsWith('.d.mts'))
    .flatMap((path) =>
      neighbours(path)
        .filter((target) => !packed.has(target))
        .map((target) => `missing: ${target}, which ${path} imports`),
    ),
  ...[...packed.keys()]
    .filter((path) => !allowed.test(path))
    .map((path) => `not for users: ${path}`),
  ...[...packed.keys()]
    .filter((path) => !existsSync(join(root, path)))
    .map((path) => `gone: ${path}`),
]
for (const fault of faults) process.stdout.write(`${fault}\n`)
const total = [...packed.values()].reduce((sum, size) => sum + size, 0)
process.stdout.write(`${packed.size} files, ${Math.round(total / 1024)} KiB\n`)
process.exitCode = faults.length === 0 ? 0 : 1
