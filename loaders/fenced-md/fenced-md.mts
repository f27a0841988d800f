/** Takes the JavaScript or TypeScript out of Markdown: `x.mjs.md`, `x.ts.md`, and `text/markdown` from a server. */

import { LoaderError } from '../../core/errors.mts'
import { escapeText } from '../../core/text.mts'
import { javascriptType } from '../../core/module-syntax.mts'
import { blankAround } from './blank.mts'
import { scanCodeBlocks } from './fence-scanner.mts'
import { firstWord, languageNames, languageOf, languageOfURL } from './language.mts'
import type {
  HeaderRecord,
  LoaderContext,
  SourceResult,
  TransformResult,
} from '../../core/types.mts'
import type { CodeBlock } from './code-blocks.mts'
import type { Language } from './language.mts'

export const name = 'fenced-md'

export const extensionMimeMap = {
  '.js.md': 'text/markdown',
  '.mjs.md': 'text/markdown',
  '.cjs.md': 'text/markdown',
  '.jsx.md': 'text/markdown',
  '.ts.md': 'text/markdown',
  '.mts.md': 'text/markdown',
  '.cts.md': 'text/markdown',
  '.tsx.md': 'text/markdown',
  '.md': 'text/markdown',
  '.markdown': 'text/markdown',
}

export const accepts = ['text/markdown']

/** How many info strings an error lists, and how much of each. */
const longestList = 10
const longestWord = 40

/**
 * Turns a Markdown document into the code of its fences, in place: what is no code becomes white space, so that each
 * line and column is the document's. `format` is a media type; the URL's extension and the fences' languages decide it.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_BODY when no fence is JavaScript or TypeScript
 */
export async function transform(
  _headers: HeaderRecord,
  body: string,
  context?: LoaderContext,
): Promise<TransformResult> {
  return takeCode(body, context?.url)
}

/** Does that, and waits for nothing. @throws as {@link transform} does */
export function takeCode(body: string, url: string | undefined): SourceResult {
  const { blocks, spans } = scanCodeBlocks(body)
  const taken: CodeBlock[] = []
  const languages = new Set<Language>()
  for (const block of blocks) {
    const language = block.kind === 'fenced' ? languageOf(firstWord(block.info)) : undefined
    if (language === undefined) continue
    taken.push(block)
    languages.add(language)
  }
  if (taken.length === 0) throw noCode(blocks, url)
  const source = blankAround(body, taken, spans)
  return { source, format: mediaTypeOf(source, languages, languageOfURL(url)) }
}

/** The media type of code in these languages, in a document whose own name says `named`. */
function mediaTypeOf(
  source: string,
  languages: ReadonlySet<Language>,
  named: Language | undefined,
): string {
  const all = [...languages, ...(named === undefined ? [] : [named])]
  const goal = named?.goal ?? commonGoal([...languages])
  const typescript = all.some((language) => language.typescript)
  const jsx = all.some((language) => language.jsx)
  if (jsx) return withGoal(typescript ? 'text/tsx' : 'text/jsx', goal)
  if (typescript) return withGoal('application/typescript', goal)
  if (goal === undefined) return javascriptType(source)
  return goal === 'commonjs' ? 'application/node' : 'text/javascript'
}

/** The goal of fences that are one module: CommonJS when all are, an ES module when one is. */
function commonGoal(languages: readonly Language[]): Language['goal'] {
  if (languages.some(({ goal }) => goal === 'module')) return 'module'
  return languages.every(({ goal }) => goal === 'commonjs') ? 'commonjs' : undefined
}

/** A media type that still knows the goal when the extension is out of sight: `application/typescript; goal=commonjs`. */
function withGoal(essence: string, goal: Language['goal']): string {
  return goal === undefined ? essence : `${essence}; goal=${goal}`
}

function noCode(blocks: readonly CodeBlock[], url: string | undefined): LoaderError {
  const found = new Set<string>()
  for (const { kind, info } of blocks) {
    if (found.size === longestList) break
    const word = firstWord(info).slice(0, longestWord)
    if (kind === 'indented') found.add('indented code')
    else found.add(word === '' ? 'a fence without a language' : `'${escapeText(word)}'`)
  }
  const where = url === undefined ? 'a Markdown document' : `'${escapeText(url)}'`
  return new LoaderError(
    'ERR_MIMEPORT_INVALID_BODY',
    `Cannot take code out of ${where}: no fence's info string begins with a name of JavaScript or TypeScript ` +
      `(${languageNames}) or a file name with such an extension; found ${[...found].join(', ') || 'no code block'}`,
    { url },
  )
}
