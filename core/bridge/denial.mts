/** What the permission model denied, in words that say which flags to add. */

import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { isRemote } from '../policy/policy.mts'
import { allows, permissionModel } from './permission-flags.mts'
import type { Settings } from '../settings.mts'
import type { LoadRequest } from '../types.mts'

/** Node's error for a permission that is missing. */
interface Denied extends Error {
  readonly code: string
  readonly permission?: string
  readonly resource?: string
}

/** What a denied call was for, and the flag that allows it, by what Node calls the permission. */
const permissions: ReadonlyMap<string, readonly [flag: string, what: string]> = new Map([
  ['Addon', ['--allow-addons', 'native addons']],
  ['ChildProcess', ['--allow-child-process', 'child processes']],
  ['FFI', ['--allow-ffi', 'FFI']],
  ['FileSystemRead', ['--allow-fs-read', 'reading']],
  ['FileSystemWrite', ['--allow-fs-write', 'writing']],
  ['Inspector', ['--allow-inspector', 'the inspector']],
  ['Net', ['--allow-net', 'the network']],
  ['WASI', ['--allow-wasi', 'WASI']],
  ['WorkerThreads', ['--allow-worker', 'the engine its worker thread']],
])

/** The error in a chain of causes that is the permission model's. */
function denialIn(error: unknown): Denied | undefined {
  let found = error as Denied & { readonly cause?: unknown }
  for (let depth = 0; depth < 10 && found instanceof Error; depth++) {
    if (found.code === 'ERR_ACCESS_DENIED' || found.code === 'ERR_DLOPEN_DISABLED') return found
    found = found.cause as typeof found
  }
  return undefined
}

function permissionOf({ code, permission }: Denied): string {
  if (code === 'ERR_DLOPEN_DISABLED') return 'Addon'
  // Node 26 does not say it of a connection, nor of a host's name.
  return permission ?? 'Net'
}

/** A flag with its value, as a shell takes it: `cmd` knows no single quotes, and no other shell takes `\` as it is. */
export function written(flag: string, value?: string): string {
  if (value === undefined) return flag
  const text = `${flag}=${escapeText(value)}`
  const isWindows = process.platform === 'win32'
  if ((isWindows ? /^[\w@+=:,./\\-]+$/ : /^[\w@%+=:,./-]+$/).test(text)) return text
  return isWindows ? `"${text}"` : `'${text.replaceAll("'", `'\\''`)}'`
}

export interface Circumstances {
  readonly settings: Settings
  /** The engine thread's entry. */
  readonly entry: URL
  /** `undefined` where the project's loaders are asked what they are for. */
  readonly request: LoadRequest | undefined
}

const pathOf = (url: string) => process.getBuiltinModule('node:url').fileURLToPath(url)

function isWithin(path: string, folder: string): boolean {
  return path === folder || (path.startsWith(folder) && /^[/\\]/.test(path.slice(folder.length)))
}

/** The folder that holds us and what we depend on: the outermost `node_modules`, or the repository. */
function ownFolder(entry: URL): string {
  const folder = pathOf(new URL('../..', entry).href).replace(/[/\\]$/, '')
  const [modules] = /^.*?[/\\]node_modules(?=[/\\])/.exec(folder) ?? []
  return modules ?? folder.replace(/[/\\]dist$/, '')
}

/** The files and folders that an import is known to need, and this program may not read. */
function unreadablePaths(
  model: NodeJS.ProcessPermission,
  { settings, entry, request }: Circumstances,
): string[] {
  const { isAbsolute } = process.getBuiltinModule('node:path')
  const { specifier = '' } = request ?? {}
  const loaders = settings.sources.filter(({ from, project }) => project && isAbsolute(from))
  const needed = [
    ownFolder(entry),
    ...loaders.map(({ from }) => from.replace(/[/\\]\*$/, '')),
    ...(/^file:\/\/\//i.test(specifier) ? [pathOf(specifier)] : []),
  ]
  return needed.filter((path) => !allows(model, 'fs.read', path))
}

/** Everything that an import is known to need and this program may not do, as flags; first what has just been denied. */
function missingFlags(
  flag: string,
  resource: string | undefined,
  circumstances: Circumstances,
): string[] {
  const model = permissionModel()!
  const { specifier = '' } = circumstances.request ?? {}
  const isRead = flag === '--allow-fs-read'
  const paths = unreadablePaths(model, circumstances)
  if (isRead && resource !== undefined) paths.unshift(resource)
  /** The folder that covers a path, where one of the others does. */
  const covering = (path: string) =>
    paths.find((other) => other !== path && isWithin(path, other)) ?? path
  // Before Node 26 the network is free.
  const hasNetwork = process.allowedNodeEnvironmentFlags.has('--allow-net')
  const list = [
    written(flag, isRead && resource !== undefined ? covering(resource) : resource),
    ...(model.has('worker') ? [] : ['--allow-worker']),
    ...paths.map((path) => written('--allow-fs-read', covering(path))),
    ...(hasNetwork && isRemote(specifier) && !model.has('net') ? ['--allow-net'] : []),
  ]
  return [...new Set(list)]
}

/** A file: URL that a loader answered 403 for, since it may not be read: Node's own error for it. */
function unreadable(error: Error): Denied | undefined {
  const { statusCode, url = '' } = error as LoaderError
  if (statusCode !== 403 || !url.startsWith('file:')) return undefined
  try {
    process.getBuiltinModule('node:fs').accessSync(pathOf(url))
    return undefined
  } catch (cause) {
    return denialIn(cause)
  }
}

function shownImport({ request }: Circumstances, error: Error): string {
  if (request === undefined) return "Cannot ask the project's loaders what they are for"
  const url = (error as LoaderError).url ?? request.specifier
  const { parentURL } = request
  const from = parentURL === undefined ? '' : ` imported from '${escapeText(parentURL)}'`
  return `Cannot load '${escapeText(url)}'${from}`
}

/**
 * What an error is where the permission model is at its root: ERR_MIMEPORT_PERMISSION, with the flags that would help, and
 * Node's own error as its cause. Any other error is given back as it is.
 */
export function explainDenial(error: Error, circumstances: Circumstances): Error {
  if (permissionModel() === undefined) return error
  const { code, url } = error as LoaderError
  const cause =
    code === 'ERR_MIMEPORT_PERMISSION' ? undefined : (denialIn(error) ?? unreadable(error))
  const permission = cause && permissionOf(cause)
  const [flag, what] = permissions.get(permission ?? '') ?? []
  if (flag === undefined) return error
  // Only a file has a name worth telling.
  const resource = permission?.startsWith('FileSystem') ? cause?.resource : undefined
  const denied = resource === undefined ? what : `${what} '${escapeText(resource)}'`
  const missing = missingFlags(flag, resource, circumstances).join(' ')
  return new LoaderError(
    'ERR_MIMEPORT_PERMISSION',
    `${shownImport(circumstances, error)}: the permission model denies ${denied}; add ${missing} to the command line`,
    { url: url ?? circumstances.request?.specifier, permission, cause },
  )
}
