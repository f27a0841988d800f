/** Takes code out of a document without moving it: everything else becomes white space. */

import type { CodeBlock, CodeSpans } from './code-blocks.mts'

/**
 * Blanks `text` but for the content of `blocks`. Each UTF-16 code unit becomes a space, so that lines and columns stay;
 * tabs, line feeds and carriage returns stay themselves. U+2028 and U+2029 become spaces as well: V8 counts them as
 * line terminators, editors and CommonMark do not.
 */
export function blankAround(text: string, blocks: readonly CodeBlock[], spans: CodeSpans): string {
  const bytes = Buffer.alloc(text.length * 2)
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    bytes[at * 2] = code === 0x09 || code === 0x0a || code === 0x0d ? code : 0x20
  }
  for (const { firstSpan, endSpan } of blocks) {
    for (let span = firstSpan; span < endSpan; span++) {
      const end = spans.ends[span] as number
      for (let at = spans.starts[span] as number; at < end; at++) {
        const code = text.charCodeAt(at)
        bytes[at * 2] = code
        bytes[at * 2 + 1] = code >> 8
      }
    }
  }
  return bytes.toString('utf16le')
}
