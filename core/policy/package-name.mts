/** What a bare name in a module that is no file means, and what is said where it means nothing. */

import { LoaderError } from '../errors.mts'
import { isRelative, parseURL } from '../native.mts'
import { packageOf } from './externals.mts'
import { escapeText } from '../text.mts'

// At first use: the application thread pays for none of them before.
const fs = () => process.getBuiltinModule('node:fs')
const path = () => process.getBuiltinModule('node:path')
const url = () => process.getBuiltinModule('node:url')

/** A name that npm takes. */
const installable = /^(?:@[a-z\d~-][\w.~-]*\/)?[a-z\d~-][\w.~-]*$/i

/** Where the project's package of a name is; `undefined`: nowhere. */
function folderOf(name: string, root: string): string | undefined {
  if (!installable.test(name)) return undefined
  for (let folder = root; ; folder = path().dirname(folder)) {
    const place = path().join(folder, 'node_modules', name)
    try {
      if (fs().existsSync(place)) return place
    } catch {
      // Not to be read under the permission model.
      return undefined
    }
    if (path().dirname(folder) === folder) return undefined
  }
}

/** What is said of a bare name that leads nowhere: what is missing, and what would help. */
function reasonFor(specifier: string, rootURL: string): string {
  const root = url().fileURLToPath(rootURL)
  const shownRoot = `'${escapeText(root)}'`
  const name = packageOf(specifier)
  const folder = folderOf(name, root)
  if (folder !== undefined) {
    return `the program's package '${escapeText(folder)}' has nothing under this name`
  }
  const advice = installable.test(name) ? `: run \`npm install ${name}\` there` : ''
  return `a bare name in a module that is no file means a package of the program's, and ${shownRoot} has none of this name${advice}`
}

/** Node's codes for what a package has not, other than for the package itself. */
const own = /^ERR_(?:PACKAGE_PATH_NOT_EXPORTED|INVALID_PACKAGE_TARGET|INVALID_MODULE_SPECIFIER)$/

/**
 * The error for a bare name, with the code that Node's has, for which programs look. Node's own would name the program as the
 * importer, and print the name as it came.
 */
export function packageFailure(
  error: unknown,
  specifier: string,
  parentURL: string | undefined,
  rootURL: string,
): unknown {
  const { code = '', message } = error as Error & { code?: string }
  const what = `'${escapeText(specifier)}' imported from '${escapeText(parentURL ?? '')}'`
  if (own.test(code)) {
    // `Package subpath './x' is not defined by "exports" in /folder/package.json imported from /folder/`
    const reason = escapeText(message.replace(/ imported from [^]*$/, ''))
    return Object.assign(new Error(`Cannot find ${what}: ${reason}`, { cause: error }), { code })
  }
  const isRequired = code === 'MODULE_NOT_FOUND'
  if (!isRequired && code !== 'ERR_MODULE_NOT_FOUND') return error
  const text = `Cannot find package ${what}: ${reasonFor(specifier, rootURL)}`
  if (!isRequired) return new LoaderError('ERR_MODULE_NOT_FOUND', text, { url: specifier })
  const requireStack = parentURL === undefined ? [] : [parentURL]
  return Object.assign(new Error(text), { code, requireStack })
}

/** The error for `#name` in what no package is known of. */
export function noImports(specifier: string, parentURL: string | undefined): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_INVALID_SPECIFIER',
    `Cannot resolve '${escapeText(specifier)}' imported from '${escapeText(parentURL ?? '')}': it has no package whose "imports" could be meant`,
    { url: specifier },
  )
}

/**
 * Whether a name leaves the folder of its package, as both of Node's module systems read it: a URL loses tabs and line ends,
 * has `%2e` for `.`, and `\` for `/`.
 */
function isWayOut(specifier: string): boolean {
  return /[/\\](?:\.|%2e){2}(?:[/\\?#]|$)/i.test(specifier.replace(/[\t\n\r]/g, ''))
}

/** The URL that a name means which is none, or leaves the folder of its package; `undefined` for a plain one. */
export function reachOf(specifier: string, rootURL: string): string | undefined {
  // Node trims a specifier that is a URL.
  const isPath = isRelative(specifier) || isWayOut(specifier)
  const base = isPath ? new URL('node_modules/', rootURL).href : undefined
  return parseURL(specifier, base)?.href
}
