/** TOML 1.0 → a module of its values, by `smol-toml`, which the project installs. */

import type { HeaderRecord, LoaderContext, TransformResult } from '../../core/types.mts'

export const name = 'toml'

export const extensionMimeMap = { toml: 'application/toml' }

export const accepts = ['application/toml']

/** A date without an offset is no instant: it stays the text that it is. */
function withoutLocalDates(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutLocalDates)
  if (typeof value !== 'object' || value === null) return value
  if ('isLocal' in value && value instanceof Date) {
    return (value as Date & { isLocal(): boolean }).isLocal() ? value.toISOString() : value
  }
  const entries = Object.entries(value).map(([key, each]) => [key, withoutLocalDates(each)])
  return Object.fromEntries(entries) as unknown
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
  const { parse } = await parser('smol-toml', url, () => import('smol-toml'))
  try {
    const text = body.replace(/^\ufeff/, '')
    return dataModule(withoutLocalDates(parse(text, { integersAsBigInt: 'asNeeded' })))
  } catch (error) {
    const { line, column, message } = error as Error & { line?: number; column?: number }
    const reason = new SyntaxError(message.replace(/^Invalid TOML document: /, ''))
    const position = line === undefined || column === undefined ? undefined : { line, column }
    throw unreadable(url, 'TOML', reason, position)
  }
}
