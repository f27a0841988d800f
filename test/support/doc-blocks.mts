/** The code blocks of a document, each with what the document says of it where a reader does not see it. */

import { marked } from 'marked'
import { read } from './documents.mts'
import type { Token } from 'marked'

export interface DocBlock {
  readonly document: string
  /** Of its fence, from 1. */
  readonly line: number
  /** How many headings of level 2 are before it. */
  readonly section: number
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
  let section = 0
  for (const [token, line] of flat(marked.lexer(read(document)), 1)) {
    if (token.type === 'space') continue
    if (token.type === 'heading' && token['depth'] === 2) section += 1
    if (token.type === 'html') {
      comment = token.raw
      continue
    }
    if (token.type === 'code' && token['codeBlockStyle'] !== 'indented') {
      const text = `${token['text'] as string}\n`
      const [, named] = /^(?:\/\/|#|;|<!--) ([\w./-]+\.[\w.]+)(?: -->)?\n/.exec(text) ?? []
      const [, file = named] = /<!-- file: (\S+) -->/.exec(comment) ?? []
      const [, notRun] = /<!-- not run:? *([^]*?) *-->/.exec(comment) ?? []
      const language = (token['lang'] as string | undefined) ?? ''
      found.push({ document, line, section, language, text, file, notRun })
    }
    comment = ''
  }
  return found
}

/** What stands in a line of text as a command: `npx mimeport lock app.mjs`, `MIMEPORT_OFFLINE=1`. */
export function commandsIn(document: string): string[] {
  const found: string[] = []
  const command = /^(?:npx |npm (?:run|ci|install|test)\b|mimeport \w+(?= |$)|node -|MIMEPORT_\w+=)/
  const tokens = marked.lexer(read(document))
  marked.walkTokens(tokens, ({ type, raw }) => {
    if (type !== 'codespan') return
    const text = raw.replace(/^`+|`+$/g, '').trim()
    // `<file>` stands for what the reader has.
    if (command.test(text) && !text.includes('<')) found.push(text.replaceAll('\\|', '|'))
  })
  return found
}

/**
 * The blocks of each section, with the files of those before it, in their latest form: each is a project of its own, so that
 * every section may have an `app.mjs`.
 */
export function projectsOf(blocks: readonly DocBlock[]): DocBlock[][] {
  const sections = [...Map.groupBy(blocks, ({ section }) => section).values()]
  return sections.map((own, index) => {
    const names = new Set(own.flatMap(({ file }) => file ?? []))
    const before = new Map<string, DocBlock>()
    for (const block of sections.slice(0, index).flat()) {
      const isProgram = /^app\.\w+$/.test(block.file ?? '')
      if (block.file === undefined || isProgram || names.has(block.file)) continue
      before.set(block.file, block)
    }
    return [...before.values(), ...own]
  })
}
