/** The configuration's `sourceControls`: whose source text may have control characters. */

import { fail } from './failure.mts'
import { escapeText, received } from '../../text.mts'
import { entryFault } from '../../policy/entry-syntax.mts'

export function checkSourceControls(file: string, value: unknown): void {
  if (typeof value === 'boolean') return
  if (!Array.isArray(value)) {
    fail(file, `'sourceControls' must be true, false or a list. Received ${received(value)}`)
  }
  for (const entry of value) {
    if (typeof entry !== 'string') {
      fail(file, `'sourceControls' must hold entries as 'allow' does. Received ${received(entry)}`)
    }
    const fault = entryFault(entry)
    if (fault !== undefined) {
      fail(file, `'sourceControls' has the entry '${escapeText(entry)}': ${fault}`)
    }
  }
}
