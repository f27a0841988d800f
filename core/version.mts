/** Our own version, read when it is first asked for. */

import { readFileSync } from 'node:fs'

let known: string | undefined

/** The version in our package.json, which is above this file: in the source, in `dist/`, and installed. */
export function version(): string {
  for (let at = new URL('.', import.meta.url); known === undefined;) {
    try {
      const found = JSON.parse(readFileSync(new URL('package.json', at), 'utf8'))
      if (found.name === 'mimeport') known = String(found.version)
    } catch {
      // Not in this folder, or not ours: further up.
    }
    const parent = new URL('..', at)
    if (parent.href === at.href) break
    at = parent
  }
  return known ?? '0'
}
