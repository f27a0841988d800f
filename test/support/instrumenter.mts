/**
 * A loader that instruments, as a coverage tool does: a line at the top, a counter before each `throw` and a comment before
 * each `mark`, with a map of what it moved. A text that does not throw stays as it is. A project of a test names this file in its configuration.
 */

import type { TransformResult } from '../../core/types.mts'

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Base64 VLQ. ECMA-426. */
function vlq(number: number): string {
  let rest = number < 0 ? (-number << 1) | 1 : number << 1
  let text = ''
  do {
    const digit = rest & 31
    rest >>>= 5
    text += digits[rest > 0 ? digit | 32 : digit]
  } while (rest > 0)
  return text
}

export const name = 'instrumenter'
export const accepts = ['text/javascript', 'application/node']

export function instrument(body: string): { source: string; mappings: string } {
  let source = 'var counted = 0;\n'
  let mappings = ';'
  const last = { line: 0, column: 0 }
  for (const [line, text] of body.split('\n').entries()) {
    const segments: string[] = []
    let column = 0
    let lastColumn = 0
    const write = (piece: string) => {
      source += piece
      column += piece.length
    }
    for (const match of text.matchAll(/[\w$]+|\s+|[^\w\s]/g)) {
      if (match[0] === 'throw') write('counted++; ')
      if (match[0].startsWith('mark')) write('/* counted */ ')
      segments.push(
        vlq(column - lastColumn) + vlq(0) + vlq(line - last.line) + vlq(match.index - last.column),
      )
      lastColumn = column
      last.line = line
      last.column = match.index
      write(match[0])
    }
    mappings += `${segments.join(',')};`
    source += '\n'
  }
  return { source, mappings }
}

export function transform(
  headers: Readonly<Record<string, string>>,
  body: string,
  { url }: { readonly url: string },
): TransformResult {
  const format = headers['content-type']!.startsWith('application/node') ? 'commonjs' : 'module'
  if (!body.includes('throw')) return { source: body, format }
  const { source, mappings } = instrument(body)
  return { source, format, map: { version: 3, sources: [url], names: [], mappings } }
}
