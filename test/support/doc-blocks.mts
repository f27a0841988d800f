/** The code blocks of a document, each with what the document says of it where a reader does not see it. */

import { marked } from 'marked'
import { read } from './documents.mts'
import type { Token } from 'marked'

export interface DocBlock {
  readonly document: string
  /** Of its fence, from 1. */
  readonly line: number
  readonly language: string
  readonly text: string
  /** The file that it is: `// loaders/tsv.mjs` in its first line, or `<!-- file: greet.mjs.md -->` before it. */
  readonly file: string | undefined
  /** Why it cannot be run: `<!-- not run: … -->` before it; '' for a marker that does not say. */
  readonly notRun: string | undefined
}

/** `README.md:12` */
export function placeOf({ document, line }: DocBlock): string {
  return `${document}:${line}`
}

function* flat(tokens: readonly Token[], line: number): Generator<readonly [Token, number]> {
  for (const token of tokens) {
    yield [token, line]
    // Lists hold their blocks; where in them is not told: the list's line will do.
    if (token.type === 'list') {
      for (const item of token['items'] as Token[]) yield* flat((item as any).tokens ?? [], line)
    } else if (token.type === 'blockquote') yield* flat((token as any).tokens ?? [], line)
    line += token.raw.split('\n').length - 1
  }
}

/** All fenced blocks of a document, in order. */
export function blocksOf(document: string): DocBlock[] {
  const found: DocBlock[] = []
  let comment = ''
  for (const [token, line] of flat(marked.lexer(read(document)), 1)) {
    if (token.type === 'space') continue
    if (token.type === 'html') {
      comment = token.raw
      continue
    }
    if (token.type === 'code' && token['codeBlockStyle'] !== 'indented') {
      const text = `${token['text'] as string}\n`
      const [, named] = /^(?:\/\/|#|;) ([\w./-]+\.[\w.]+)\n/.exec(text) ?? []
      const [, file = named] = /<!-- file: (\S+) -->/.exec(comment) ?? []
      const [, notRun] = /<!-- not run:? *([^]*?) *-->/.exec(comment) ?? []
      const language = (token['lang'] as string | undefined) ?? ''
      found.push({ document, line, language, text, file, notRun })
    }
    comment = ''
  }
  return found
}
