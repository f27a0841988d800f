/** docs/faults.md: the tables as they were measured, the figures, and what is to be known to read them. */

import { readFileSync, writeFileSync } from 'node:fs'
import { words } from './table.mts'

const path = new URL('../../docs/faults.md', import.meta.url)

/** The page around its tables, one of each protocol, and its figures, which differ from machine to machine. */
export function pageOf(tables: readonly string[], figures: string): string {
  const errors = Object.entries(words).map(([code, word]) => `- \`${word}\`: \`${code}\`\n`)
  return `# The fault matrix

What becomes of an import when a server goes wrong. \`npm run faults\` measures it with real servers that do each of these things, and prints these tables; \`npm test\` and \`npm run test:full\` do, too, on Node 24.18 and 26.10, and fails when a cell does or when
this page says something else. \`npm run faults -- --write\` writes the page. What each cell must say was written from RFC 9110, 9111, 9112, 9113 and 5861 before anything was tried.

A row is a server that does what its name says; its number is that of the fault in the project's list of faults and threats. A protocol has a table: HTTP/1.1 on loopback, HTTP/1.1 over TLS, and HTTP/2 over TLS, whose server also
speaks HTTP/1.1 with who prefers it. A column is what is in the cache when the server goes wrong:

- \`cold\`: nothing
- \`stale\`: a response that must be validated first, as the server may have a newer one
- \`spare\`: a stale one that its server allows to be used after an error (\`stale-if-error\`)
- \`fresh\`: one that may be used without asking
- \`offline\`: a stale one, and \`MIMEPORT_OFFLINE=1\`

A cell says what the import came to: \`new\`, the module as the server has it now; \`kept\`, the module of the cache; or an error. A cell with more than one has room for either.

${errors.join('')}
Whatever it is, no part of a module runs in place of the whole, the import ends before its deadline, no message has a byte that commands a terminal, and a server whose answer is fresh, or that must not be asked, is not asked.

One thing cannot be told. A body that comes by HTTP/2 without a length, of several gzip members or zstd frames, whose stream is reset without an error exactly where one of them ends, is a whole body to everybody: Node does not show
whether a stream was ended or reset with \`NO_ERROR\` or \`CANCEL\`. Servers that code a response make one member, which cannot be cut so; with a length, no cut passes.

${tables.map((table) => `\`\`\`text\n${table}\`\`\`\n`).join('\n')}
## Figures

${figures}`
}

export const readPage = (): string => readFileSync(path, 'utf8')

export function writePage(text: string): void {
  writeFileSync(path, text)
}

/** The tables, and the figures, on a page. */
export function partsOf(page: string): { tables: string[]; figures: string } {
  const tables = [...page.matchAll(/^`{3}text\n([^]*?)^`{3}$/gm)].map(([, table = '']) => table)
  const [, figures = ''] = page.split('## Figures\n\n')
  return { tables, figures }
}
