/** What Node takes a local file for by its name, and by the package that it lies in. */

import { formatOf } from './format.mts'
import { parseURL } from './native.mts'
import { packageType } from './package-type.mts'

/** The URL that was asked about last: each step of a module asks again. */
let last = { url: '', name: '' }

/** The last part of a URL's path, lower case. */
export function fileNameOf(url: string): string {
  if (url === last.url) return last.name
  const parsed = parseURL(url)
  const path = (parsed?.pathname ?? url).toLowerCase()
  // What follows `data:` is content, and how it ends says nothing.
  const name = parsed?.protocol === 'data:' ? '' : path.slice(path.lastIndexOf('/') + 1)
  last = { url, name }
  return name
}

/** Every extension of a URL's path, the longest first: `a.mjs.md` → `mjs.md`, `md`. Lower case, no leading dot. */
export function extensionsOf(url: string): string[] {
  const name = fileNameOf(url)
  const found: string[] = []
  for (let dot = name.indexOf('.', 1); dot !== -1; dot = name.indexOf('.', dot + 1)) {
    if (dot + 1 < name.length) found.push(name.slice(dot + 1))
  }
  return found
}

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
