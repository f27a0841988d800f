/** Plain text → a module whose default export is the text. */

import type { HeaderRecord, TransformResult } from '../../core/types.mts'

export const name = 'text'

export const extensionMimeMap = { txt: 'text/plain' }

export const accepts = ['text/plain']

/** Quotes the text: `JSON.stringify` is the only door from content to code. */
export function transform(_headers: HeaderRecord, body: string): TransformResult {
  return { source: `export default ${JSON.stringify(body)}`, format: 'module' }
}
