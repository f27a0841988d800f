/** CSV (RFC 4180) and TSV → a module of rows, by `csv-parse`, which the project installs. */

import type { HeaderRecord, LoaderContext, TransformResult } from '../../core/types.mts'

export const name = 'csv'

export const extensionMimeMap = { csv: 'text/csv', tsv: 'text/tab-separated-values' }

export const accepts = ['text/csv', 'text/tab-separated-values']

/**
 * Makes a list of the rows: objects by the names in the first line, or lists where the media type says `header=absent`.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_BODY, with line and column.
 */
export async function transform(
  headers: HeaderRecord,
  body: string,
  context?: LoaderContext,
): Promise<TransformResult> {
  const { dataModule, parser, unreadable } = await import('../../core/data/data-module.mts')
  const url = context?.url
  const { parse } = await parser('csv-parse', url, () => import('csv-parse/sync'))
  const type = headers['content-type'] ?? ''
  const isTabbed = /^text\/tab/i.test(type)
  const text = body.replace(/^\ufeff/, '')
  // Bytes up to the end of the last row that was read: where the fault is, is behind it.
  let end = 0
  const options = {
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    on_record: (row: string[], { bytes }: { bytes: number }) => ((end = bytes), row),
  }
  try {
    // RFC 4180 knows quotation marks; text/tab-separated-values has none.
    const rows = parse(text, isTabbed ? { ...options, delimiter: '\t', quote: null } : options)
    if (/; *header *= *"?absent/i.test(type)) return dataModule(rows)
    const [names = [], ...others] = rows
    const twice = names.find((each, index) => names.indexOf(each) !== index)
    if (twice !== undefined) {
      end = 0
      throw new SyntaxError(`two columns have the name '${twice}'`)
    }
    // It defines what assigning would not: `__proto__`.
    const named = (row: string[]) => Object.fromEntries(names.map((key, at) => [key, row[at]]))
    return dataModule(others.map(named))
  } catch (error) {
    const before = Buffer.from(text).toString('utf8', 0, end)
    const blank = /^\s*\n/.exec(text.slice(before.length))?.[0] ?? ''
    const line = (before + blank).split(/\r\n?|\n/).length
    const reason = (error as Error).message.replace(/ (?:on|at) line \d+/, '')
    throw unreadable(url, isTabbed ? 'TSV' : 'CSV', new SyntaxError(reason), { line, column: 1 })
  }
}
