/** What Node takes a local file for by its name, and by the package that it lies in. */

import { formatOf } from '../format.mts'
import { packageType } from '../package-type.mts'
import { extensionsOf } from './registry.mts'

/**
 * What Node takes a local file for, where that is not CommonJS. Node's `import` of CommonJS goes through its CommonJS
 * loader, which looks at the name again, whatever hooks said. docs/node-notes.md: CommonJS under another name.
 */
export function otherByName(url: string): 'module' | 'json' | undefined {
  if (!url.startsWith('file:')) return undefined
  const extension = extensionsOf(url).at(-1)
  if (extension === 'mjs') return 'module'
  if (extension === 'json') return 'json'
  const byPackage = extension === undefined || extension === 'js'
  return byPackage && packageType(url) === 'module' ? 'module' : undefined
}

/**
 * Whether a local script without an extension is JavaScript of the other kind than its package says: Node would go by the
 * package, and fail.
 */
export function contradictsPackage(url: string, essence: string): boolean {
  if (extensionsOf(url).length > 0) return false
  const format = formatOf(essence)
  if (format !== 'module' && format !== 'commonjs') return false
  const type = packageType(url)
  return type !== undefined && type !== format
}
