/** docs/matrix.md: the tables as they were measured, and what is to be known to read them. */

import { readFileSync, writeFileSync } from 'node:fs'
import { formats } from './formats.mts'
import { reasons } from './reasons.mts'
import { sourceNames } from './source.mts'
import type { SourceName } from './source.mts'

const path = new URL('../../docs/matrix.md', import.meta.url)

/** The page around the tables, one of each source. */
export function pageOf(tables: Readonly<Record<SourceName, string>>): string {
  const columns = formats.map(({ label, name, file }) => `- \`${label}\`: ${name} (\`${file}\`)\n`)
  const notes = reasons.map(({ text }, index) => `${index + 1}. ${text}\n`)
  return `# The matrix

What can be imported, through every entrance of Node, from every source. \`npm run matrix\` measures it and prints these tables; \`npm test\` and \`npm run test:full\` do, too, on Node 24.18 and 26.10, and fails when a cell does or when this page says
something else. \`npm run matrix -- --write\` writes the page.

A cell is ✓ when the module has the right values and the right \`import.meta.url\` or \`__filename\`, is the same when it is asked for again, and by \`import\` after \`require\`, was evaluated once, and nothing but it happened: exit
code 0, nothing on standard output or standard error. Where plain Node warns that WebAssembly, \`--entry-url\`, the default loader of \`vm\` or, from Node 26 on, a local addon is experimental, that warning is there as without us,
and no other.

A cell with a number is empty for the reason below the tables. The tests show each reason on plain Node, and that the cell fails with the code that the reason names.

${sourceNames.map((name) => `\`\`\`text\n${tables[name]}\`\`\`\n`).join('\n')}
## Rows

In most rows a program imports or requires; those of \`resolve\` ask for the module's URL or path, and nothing of it runs. \`the program\` is \`node --import <mimeport> <module>\`: the module is the
program. Under \`NODE_OPTIONS\`, \`--import\` stands there; with \`preload()\` it stands nowhere, and the program imports mimeport itself. Worker, \`fork\` and \`cluster\` start a program that imports, from one that does not.

## Columns

${columns.join('')}
## Reasons

${notes.join('')}`
}

export function readPage(): string {
  return readFileSync(path, 'utf8')
}

export function writePage(text: string): void {
  writeFileSync(path, text)
}

/** The tables on the page as it is. */
export function tablesOn(page: string): Record<SourceName, string> {
  const tables = [...page.matchAll(/^`{3}text\n([^]*?)^`{3}$/gm)].map(([, table = '']) => table)
  return Object.fromEntries(
    sourceNames.map((name, index) => [name, tables[index] ?? '']),
  ) as Record<SourceName, string>
}
