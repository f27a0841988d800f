/** JSON with comments and trailing commas → JSON, in place. JSON itself is a format of Node's and needs no loader. */

import { LoaderError } from '../../core/errors.mts'
import { escapeText } from '../../core/text.mts'
import type { HeaderRecord, LoaderContext, TransformResult } from '../../core/types.mts'

export const name = 'json'

export const extensionMimeMap = { jsonc: 'application/jsonc' }

export const accepts = ['application/jsonc', 'text/jsonc']

function show(codePoint: number): string {
  if (codePoint < 0x20) return `\\u{${codePoint.toString(16)}}`
  return escapeText(String.fromCodePoint(codePoint))
}

/** The error of a text that is not JSON, with the position where it stops being that. */
async function invalid(url: string, text: string, error: unknown): Promise<LoaderError> {
  const { faultOffset } = await import('./fault.mts')
  const before = text.slice(0, faultOffset(text))
  const line = before.split('\n').length
  const column = before.length - before.lastIndexOf('\n')
  // V8's message quotes the text as it is.
  const cause = new SyntaxError(escapeText((error as Error).message))
  const found = text.codePointAt(before.length)
  const reason = found === undefined ? 'the text ends too early' : `unexpected '${show(found)}'`
  return new LoaderError(
    'ERR_MIMEPORT_INVALID_BODY',
    `Cannot parse '${url}:${line}:${column}' as JSON: ${reason}`,
    { url, cause },
  )
}

/**
 * Blanks comments and trailing commas; what is left keeps its line and column.
 *
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_BODY, with line and column, when the rest is not JSON.
 */
export async function transform(
  _headers: HeaderRecord,
  body: string,
  context?: LoaderContext,
): Promise<TransformResult> {
  const { default: stripJsonComments } = await import('strip-json-comments')
  const source = stripJsonComments(body, { trailingCommas: true })
  try {
    JSON.parse(source)
  } catch (error) {
    throw await invalid(context?.url ?? 'anonymous', source, error)
  }
  return { source, format: 'json' }
}
