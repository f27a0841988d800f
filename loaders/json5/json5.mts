/** JSON5 → a module of its values, by `json5`, which the project installs. */

import type { HeaderRecord, LoaderContext, TransformResult } from '../../core/types.mts'

export const name = 'json5'

export const extensionMimeMap = { json5: 'application/json5' }

export const accepts = ['application/json5']

/** Line separators in strings, which are allowed there, and of which the parser would print a warning. */
function withoutSeparators(text: string): string {
  if (!/[\u2028\u2029]/.test(text)) return text
  const tokens = /"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|\/\*[^]*?\*\/|\/\/.*/g
  const write = (found: string) =>
    found.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
  return text.replace(tokens, (token) =>
    token.startsWith('/')
      ? token
      : token.replace(/\\[^]|[\u2028\u2029]/g, (each) => (each.length > 1 ? each : write(each))),
  )
}

/**
 * Makes a module of a document.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_BODY, with line and column.
 */
export async function transform(
  _headers: HeaderRecord,
  body: string,
  context?: LoaderContext,
): Promise<TransformResult> {
  const { dataModule, parser, unreadable } = await import('../../core/data/data-module.mts')
  const url = context?.url
  const { default: json5 } = await parser('json5', url, () => import('json5'))
  try {
    return dataModule(json5.parse<unknown>(withoutSeparators(body)))
  } catch (error) {
    const { lineNumber: line, columnNumber: column, message } = error as Error & Place
    const reason = new SyntaxError(message.replace(/^JSON5: /, '').replace(/ at \d+:\d+$/, ''))
    const position = line === undefined || column === undefined ? undefined : { line, column }
    throw unreadable(url, 'JSON5', reason, position)
  }
}

interface Place {
  readonly lineNumber?: number
  readonly columnNumber?: number
}
