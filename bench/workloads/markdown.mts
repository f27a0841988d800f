/** Modules in Markdown: the code of plain modules in fences, with prose between them. */

import { javascript } from './javascript.mts'
import { typescript } from './typescript.mts'
import type { Graph } from './graph.mts'

export type Language = 'js' | 'ts'

const prose = `What follows is kept in this document because the reasons for it are. Read *why* before you change *what*:
the [handbook](https://example.com/handbook) has more, with \`examples\`, and a list.

- Amounts are whole numbers, in the smallest unit that the account has.
- An account is named by its owner, and by nothing else.
`

/** The code of module `at`, without its document. */
export function codeOf(
  graph: Graph,
  at: number,
  language: Language,
  file: (at: number) => string,
): string {
  return language === 'js' ? javascript(graph, at, file) : typescript(graph, at, 'erasable', file)
}

/** A document: its code, a fence for each part that stands by itself. */
export function markdown(
  graph: Graph,
  at: number,
  language: Language,
  file: (at: number) => string,
): string {
  const parts = codeOf(graph, at, language, file)
    .split('\n\n')
    .map(
      (part, index) =>
        `## Part ${index + 1}\n\n${prose}\n\`\`\`${language}\n${part.trim()}\n\`\`\`\n`,
    )
  const other = '```sh\necho "no code of the module, and left out"\n```\n'
  return `# Ledger ${at}\n\n${prose}\n${other}\n${parts.join('\n')}`
}
