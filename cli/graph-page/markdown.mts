/** Markdown by lines, its fences as code. For the eye only: which fences run is the source map's word. CommonMark 0.31 §4.5. */

import { codeTokens, linesOf } from './highlight.mts'
import type { Token } from './highlight.mts'

/** A line of a document; `fence`: its content is code, in a block with this number. */
export interface DocumentLine {
  readonly tokens: readonly Token[]
  readonly fence?: number
  /** Whether something of that block is in what Node runs. */
  readonly runs?: boolean
}

const isCode = /^(?:[cm]?[jt]sx?|javascript|typescript|json[c5]?|.*\.(?:[cm]?[jt]sx?|json))$/i

/** What may stand before a fence: quotes and items of lists around it. */
const container = String.raw`((?:[ \t]*(?:>|[-*+]|\d{1,9}[.)]))*[ \t]*)`
const opening = new RegExp(`^${container}(\`{3,}|~{3,})[ \\t]*([^\\s\`]*)`)

function isClosing(line: string, mark: string): boolean {
  const bare = line.replace(/^[\s>]+/, '').trimEnd()
  return bare.length >= mark.length && bare.split('').every((character) => character === mark[0])
}

export function markdownLines(text: string): DocumentLine[] {
  const lines: DocumentLine[] = []
  const source = text.split(/\r\n|\n|\r/)
  let fences = 0
  for (let at = 0; at < source.length; at += 1) {
    const line = source[at]!
    const [, , mark, language = ''] = opening.exec(line) ?? []
    if (mark === undefined) {
      const kind = /^ {0,3}#{1,6}(?:\s|$)/.test(line) ? 'heading' : 'plain'
      lines.push({ tokens: line === '' ? [] : [{ kind, text: line }] })
      continue
    }
    const first = at + 1
    let end = first
    while (end < source.length && !isClosing(source[end]!, mark)) end += 1
    const content = source.slice(first, end)
    const coloured = isCode.test(language)
      ? linesOf(codeTokens(content.join('\n')))
      : content.map((each): Token[] => [{ kind: 'plain', text: each }])
    lines.push({ tokens: [{ kind: 'fence', text: line }] })
    if (content.length > 0) {
      lines.push(...coloured.map((tokens) => ({ tokens, fence: fences })))
      fences += 1
    }
    if (end < source.length) lines.push({ tokens: [{ kind: 'fence', text: source[end]! }] })
    at = end
  }
  return lines
}
