/** All targets, by name: the files of `targets/`. */

import { readdirSync } from 'node:fs'
import type { Target } from './target.mts'

const folder = new URL('./targets/', import.meta.url)

export async function loadTargets(wanted: readonly string[] = []): Promise<Target[]> {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.mts'))
    .sort()
  const targets: Target[] = []
  for (const file of files) {
    const own = file.slice(0, -'.mts'.length)
    if (wanted.length > 0 && !wanted.includes(own)) continue
    const target = (await import(new URL(file, folder).href)) as Target
    if (target.name !== own) throw new Error(`${file} is called '${target.name}'`)
    targets.push(target)
  }
  return targets.sort((a, b) => Number(a.last ?? false) - Number(b.last ?? false))
}
