/** Splits code into tokens for their colours: enough for JavaScript, TypeScript and JSON, and never wrong about the text. */

export interface Token {
  readonly kind:
    | 'plain'
    | 'comment'
    | 'string'
    | 'number'
    | 'keyword'
    | 'name'
    | 'heading'
    | 'fence'
  readonly text: string
}

const keywords = new Set(
  (
    'abstract as async await break case catch class const continue debugger declare default delete do else enum export ' +
    'extends false finally for from function get if implements import in infer instanceof interface is keyof let namespace ' +
    'new null of override private protected public readonly return satisfies set static super switch this throw true try ' +
    'type typeof undefined using var void while with yield'
  ).split(' '),
)

const pattern = new RegExp(
  [
    '(?<comment>//[^\\n]*|/\\*[^]*?(?:\\*/|$))',
    '(?<string>"(?:[^"\\\\\\n]|\\\\[^])*"?|\'(?:[^\'\\\\\\n]|\\\\[^])*\'?|`(?:[^`\\\\]|\\\\[^])*`?)',
    '(?<number>\\b(?:0[xob][\\da-f_]+|\\d[\\d_]*\\.?[\\d_]*(?:e[+-]?\\d+)?)n?\\b)',
    '(?<name>[\\p{ID_Start}$_#@][\\p{ID_Continue}$]*)',
  ].join('|'),
  'giu',
)

/** The tokens of a text, which put together are the text. */
export function* codeTokens(text: string): Generator<Token> {
  let end = 0
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) yield { kind: 'plain', text: text.slice(end, match.index) }
    const [found] = match
    end = match.index + found.length
    const kind = Object.entries(match.groups!).find(([, part]) => part !== undefined)![0]
    if (kind !== 'name') yield { kind: kind as Token['kind'], text: found }
    else yield { kind: keywords.has(found) ? 'keyword' : 'plain', text: found }
  }
  if (end < text.length) yield { kind: 'plain', text: text.slice(end) }
}

/** Tokens by line: a token that goes on for lines is there in each. */
export function linesOf(tokens: Iterable<Token>): Token[][] {
  const lines: Token[][] = [[]]
  for (const { kind, text } of tokens) {
    for (const [index, part] of text.split(/\r\n|\n|\r/).entries()) {
      if (index > 0) lines.push([])
      if (part !== '') lines.at(-1)!.push({ kind, text: part })
    }
  }
  return lines
}
