/** `this.parse`: by whichever parser the project has installed, since bundlers bring theirs. */

import { createRequire } from 'node:module'
import { join } from 'node:path'

type Parse = (code: string, options?: object) => unknown

/** Modules with `parseAst`, all of the same tree. ESTree. */
const parsers = ['rollup/parseAst', 'rolldown/parseAst', 'vite']

let found: Parse | null | undefined

function find(root: string): Parse | null {
  const require = createRequire(join(root, 'package.json'))
  for (const name of parsers) {
    try {
      const { parseAst } = require(name) as { parseAst?: Parse }
      if (typeof parseAst === 'function') return parseAst
    } catch {
      // Not installed.
    }
  }
  return null
}

/** The project's parser; `undefined` where it has none. */
export function parserOf(root: string): Parse | undefined {
  found ??= find(root)
  return found ?? undefined
}
