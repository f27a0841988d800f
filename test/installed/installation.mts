/** What an installation takes: its packages, and their bytes. */

import { globSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Bytes of a folder's files. What is there twice by a hard link takes its room once: `seen` has what was counted. */
function bytesOf(folder: string, seen: Set<string>): number {
  let bytes = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const { dev, ino, size } = statSync(join(entry.parentPath, entry.name))
    if (seen.has(`${dev}:${ino}`)) continue
    seen.add(`${dev}:${ino}`)
    bytes += size
  }
  return bytes
}

/** Measures a `node_modules` folder whose packages are folders of it: name → bytes. */
export function measure(folder: string): ReadonlyMap<string, number> {
  const seen = new Set<string>()
  const packages = globSync(['*/package.json', '@*/*/package.json'], { cwd: folder }).sort()
  return new Map(
    packages.map((path) => {
      const name = dirname(path)
      return [name.replaceAll('\\', '/'), bytesOf(join(folder, name), seen)]
    }),
  )
}

/** Of a measured installation: how many packages, and how many bytes. */
export function total(packages: ReadonlyMap<string, number>): [count: number, bytes: number] {
  return [packages.size, [...packages.values()].reduce((sum, bytes) => sum + bytes, 0)]
}
