/** What Node loads by itself: told from a specifier or a URL alone, since every import of a program passes here. */

import type { ResolveHookContext } from 'node:module'

/** Files that Node loads by itself, and has done for long. TypeScript is the typescript loader's. */
const nativeExtensions = new Set(['js', 'mjs', 'cjs', 'json', 'wasm', 'node'])

/** A `data:` URL that Node loads by itself. Checked on Node 24.18 and 26.10. */
const nativeData = /^data:(?:text\/javascript|application\/json|application\/wasm)[;,]/i

/** Two characters at least: `c:\x` is a path on Windows. RFC 3986 §3.1. */
const scheme = /^[a-z][a-z\d+.-]+:/i

/** Node's `URL.parse`: a program may put a `URL` of its own in place, and older ones have no such function (jsdom). */
export const { parse: parseURL } = URL

/** `Date.now`: programs put a clock of their own in place, for tests. */
export const { now: clock } = Date

/** Whether a specifier has a scheme. */
export function isAbsolute(specifier: string): boolean {
  return scheme.test(specifier)
}

/** The scheme of a specifier, `github:`, in lower case; `undefined` when it has none. */
export function schemeOf(specifier: string): string | undefined {
  return scheme.exec(specifier)?.[0].toLowerCase()
}

/** Whether a specifier is relative: `./x`, `../x`, `/x`. WHATWG HTML: resolve a module specifier, step 1. */
export function isRelative(specifier: string): boolean {
  return /^(?:\.{0,2}\/|\.{1,2}$)/.test(specifier)
}

/** Whether it is `require` that asks: no flag says so, but the conditions do. */
export function isRequire(conditions: Iterable<string> | undefined): boolean {
  if (Array.isArray(conditions)) return conditions.includes('require')
  return conditions !== undefined && [...conditions].includes('require')
}

/** Whether an absolute specifier is Node's own affair. `asBody`: what a data: URL holds is wanted as it is. */
export function isNodes(specifier: string, asBody = false): boolean {
  const start = specifier.slice(0, 5).toLowerCase()
  if (start === 'data:') return !asBody && nativeData.test(specifier)
  return start === 'file:' || start === 'blob:' || start === 'node:'
}

/** Whether a specifier has a scheme that is none of Node's: nobody but an engine can tell what it means. */
export function isForeign(specifier: string): boolean {
  return isAbsolute(specifier) && !isNodes(specifier)
}

function pathOf(url: string): string {
  const end = url.search(/[?#]/)
  return end === -1 ? url : url.slice(0, end)
}

/** The last extension of a URL's path, lower case, without the dot; '' when it has none. */
export function extensionOf(url: string): string {
  const path = pathOf(url)
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return dot < 1 ? '' : name.slice(dot + 1).toLowerCase()
}

export function isNativeExtension(extension: string): boolean {
  return nativeExtensions.has(extension)
}

/** Whether a URL's path ends in an extension, which may have dots of its own. */
export function hasExtension(url: string, extension: string): boolean {
  return pathOf(url).toLowerCase().endsWith(`.${extension}`)
}

/** Whether a URL is a file of the framework's own below `ownURL`: what transforms is never transformed. */
export function isOwn(url: string, ownURL: string): boolean {
  return (
    url.startsWith(ownURL) &&
    /^(?:(?:adapters|core|cli|contract)\/|loader\.m)/.test(url.slice(ownURL.length))
  )
}

/** The file: URL that a specifier means, without looking whether it is there. */
export function fileTarget(specifier: string, parentURL: string | undefined): string | undefined {
  if (/^file:/i.test(specifier)) return parseURL(specifier)?.href
  if (!isRelative(specifier) || parentURL?.startsWith('file:') !== true) return undefined
  return parseURL(specifier, parentURL)?.href
}

/** Whether a URL ends as files do that Node loads without us, and nobody asks how. */
export function endsPlainly(url: string): boolean {
  const isPlain = url.endsWith('.js') || url.endsWith('.mjs') || url.endsWith('.cjs')
  if ((isPlain || url.endsWith('.json')) && !url.includes('?') && !url.includes('#')) return true
  const extension = extensionOf(url)
  return extension !== 'node' && isNativeExtension(extension)
}

/** Whether a URL is Node's to load: most are. */
export function isPlain(url: string): boolean {
  return url.startsWith('file:') ? endsPlainly(url) : url.startsWith('node:')
}

/** Whether a program's own specifier is a path and nothing else: `github:owner/repo/x` arrives as a path, too. */
export function isPath(specifier: string): boolean {
  // A drive's letter has a colon of its own.
  const from = specifier.startsWith('file:///') ? 10 : 2
  return !specifier.includes(':', from) && !specifier.includes('%')
}

/** Whether Node is asked before anybody else what a specifier means. */
export function isForNode(
  specifier: string,
  { conditions, importAttributes, parentURL }: ResolveHookContext,
): boolean {
  const type = importAttributes?.['type']
  if (type !== undefined && type !== 'json') return false
  if (parentURL === undefined ? !isPath(specifier) : !parentURL.startsWith('file:')) return false
  const isFile =
    specifier.startsWith('./') ||
    specifier.startsWith('../') ||
    specifier.startsWith('/') ||
    specifier.startsWith('file:')
  // What `import` names is a file of that name, or nothing; `require` tries extensions.
  if (isFile) return endsPlainly(specifier) || isRequire(conditions)
  // Whoever has it is going to start workers.
  if (specifier === 'worker_threads' || specifier === 'node:worker_threads') return false
  if (specifier === '.' || specifier === '..') return isRequire(conditions)
  return !specifier.includes(':') || specifier.startsWith('node:')
}

/**
 * The specifier of a file in an archive of this machine, `./lib.zip!/x.mjs`, as the loader of archives has it; `undefined` for
 * what is none. No file has such a URL: Node would look for a folder of that name.
 */
export function archiveTarget(
  specifier: string,
  parentURL: string | undefined,
): string | undefined {
  if (!specifier.includes('!/')) return undefined
  const target = fileTarget(specifier, parentURL)
  const isArchive = /^file:\/\/\/.*\.(?:zip|jar|tgz|tar\.gz|tar)!\//i.test(target ?? '')
  return isArchive ? `archive:${target?.slice('file:'.length)}` : undefined
}
