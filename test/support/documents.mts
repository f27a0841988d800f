/** The project's documents, for tests of what they say. */

import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

export const read = (path: string) =>
  readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n')

/** The parts of a document under its headings of level 2. */
export function sections(path: string): Map<string, string> {
  const parts = read(path)
    .split(/^## (?=[^\n]+$)/m)
    .slice(1)
  return new Map(
    parts.map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n'))]),
  )
}

/** The fences of a text: language and content. */
export const fences = (text: string) =>
  [...text.matchAll(/^(`{3,})(\w*)\n([^]*?)^\1$/gm)].map(([, , language = '', content = '']) => ({
    language,
    content,
  }))
