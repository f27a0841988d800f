/** YAML 1.2 → a module of its values, by `yaml`, which the project installs. */

import type { HeaderRecord, LoaderContext, TransformResult } from '../../core/types.mts'

export const name = 'yaml'

export const extensionMimeMap = { yaml: 'application/yaml', yml: 'application/yaml' }

/** RFC 9512, and the names that it had before. */
export const accepts = [
  'application/yaml',
  'application/x-yaml',
  'text/yaml',
  'text/x-yaml',
  '+yaml',
]

/** Integers of any size, and `<<`; a warning is nothing to print in the middle of a program. */
const options = { intAsBigInt: true, logLevel: 'error', merge: true } as const

/**
 * Makes a module of a document: of several, a list of all.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_BODY, with line and column.
 */
export async function transform(
  _headers: HeaderRecord,
  body: string,
  context?: LoaderContext,
): Promise<TransformResult> {
  const { dataModule, parser, unreadable } = await import('../../core/data/data-module.mts')
  const url = context?.url
  const { parseAllDocuments } = await parser('yaml', url, () => import('yaml'))
  try {
    const documents = [...parseAllDocuments(body, { ...options, prettyErrors: true })]
    const fault = documents.flatMap(({ errors }) => errors)[0]
    if (fault !== undefined) {
      const [position = { line: 1, col: 1 }] = fault.linePos ?? []
      const message = fault.message.replace(/ at line \d+, column \d+:\n[^]*$/, '')
      const at = { line: position.line, column: position.col }
      throw unreadable(url, 'YAML', new SyntaxError(message), at)
    }
    const values = documents.map((document) => document.toJS() as unknown)
    return dataModule(values.length > 1 ? values : (values[0] ?? null))
  } catch (error) {
    throw (error as { code?: string }).code === undefined ? unreadable(url, 'YAML', error) : error
  }
}
