/** Finds loaders and imports them. The only file with a computed import path; it names folders, never a loader. */

import { readFileSync, readdirSync, statSync } from 'node:fs'
import { createRequire, findPackageJSON } from 'node:module'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { childProcesses } from '../builtins.mts'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { register } from './registration.mts'
import type { LoaderSource, Settings } from '../settings.mts'
import type { Registration } from './registration.mts'

/** A loader's file, found and not yet imported. */
export interface Candidate {
  /** The file's or folder's name without its extension. */
  readonly name: string
  readonly file: string
  readonly project: boolean
}

const extensions = ['.mts', '.mjs', '.js', '.cjs', '.ts', '.cts']

function isFolder(path: string): boolean | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory()
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

/** `tsv.mts` → `tsv`; `undefined` for what is no loader's file: a declaration, a test, a README. */
function loaderName(file: string): string | undefined {
  const extension = extensions.find((each) => file.endsWith(each))
  if (extension === undefined || /\.(?:d|test|spec)\.[a-z]+$/.test(file)) return undefined
  return basename(file, extension)
}

/** What a package's `exports` gives to an import: the first condition that we meet. Node: packages, "exports". */
function importTarget(exports: unknown): string | undefined {
  if (typeof exports === 'string') return exports
  if (typeof exports !== 'object' || exports === null) return undefined
  for (const [condition, target] of Object.entries(exports)) {
    if (!['node', 'import', 'module-sync', 'default'].includes(condition)) continue
    const found = importTarget(target)
    if (found !== undefined) return found
  }
  return undefined
}

/** The file that a package.json's `exports` has for a subpath (`.`, `./loader`); `undefined` when it has none. */
function exported(manifest: string, subpath: string): string | undefined {
  const { exports } = JSON.parse(readFileSync(manifest, 'utf8')) as { exports?: unknown }
  const isMap = Object.keys(Object(exports)).some((key) => key.startsWith('.'))
  const target = isMap ? (exports as Record<string, unknown>)[subpath] : subpath === '.' && exports
  const found = importTarget(target)
  return found === undefined ? undefined : join(dirname(manifest), found)
}

/** The file of a path without its extension; `undefined` where there is none. */
function ownFile(path: string): string | undefined {
  for (const each of extensions) if (isFile(path + each)) return path + each
  return undefined
}

/** The file of a loader that has a folder of its own: `tsv/tsv.mts`, or what its `package.json` says. */
function fileOfFolder(folder: string): string | undefined {
  const name = basename(folder)
  const own = ownFile(join(folder, name))
  const manifest = join(folder, 'package.json')
  if (own !== undefined || !isFile(manifest)) return own
  try {
    return exported(manifest, '.') ?? createRequire(manifest).resolve(folder)
  } catch (cause) {
    throw new LoaderError(
      'ERR_MIMEPORT_INVALID_LOADER',
      `Cannot use loader '${folder}': its package.json leads to no file`,
      { cause },
    )
  }
}

/** Every loader of a folder, by name: files, and folders that hold a file of their own name. */
function* inFolder(folder: string, project: boolean): Generator<Candidate> {
  if (isFolder(folder) !== true) {
    throw new LoaderError(
      'ERR_MIMEPORT_INVALID_LOADER',
      `Cannot find loader '${join(folder, '*')}': no such folder`,
    )
  }
  const entries = readdirSync(folder, { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const { name } = entry
    if (name.startsWith('.') || name === 'node_modules') continue
    const path = join(folder, name)
    if (entry.isDirectory() || isFolder(path)) {
      const file = fileOfFolder(path)
      if (file === undefined) {
        throw new LoaderError(
          'ERR_MIMEPORT_INVALID_LOADER',
          `Cannot use loader '${path}': a loader's folder must hold '${name}.mts', '.mjs', '.js' or '.cjs', or a package.json with "main" or "exports". Found none`,
        )
      }
      yield { name, file, project }
    } else {
      const own = loaderName(name)
      if (own !== undefined) yield { name: own, file: path, project }
    }
  }
}

/** A package's main file, for `import`: `require.resolve` knows every package but those without a way in for `require`. */
function packageFile(name: string, root: string): string {
  const base = join(root, 'package.json')
  try {
    return createRequire(base).resolve(name)
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error
    const manifest = findPackageJSON(name, pathToFileURL(base))
    const subpath = `.${name.replace(/^(?:@[^/]+\/)?[^/]+/, '')}`
    const file = manifest === undefined ? undefined : exported(manifest, subpath)
    if (file === undefined) throw error
    return file
  }
}

function packageCandidate(name: string, root: string): Candidate {
  try {
    const file = packageFile(name, root)
    return { name: name.replace(/^.*\//, '').replace(/^mimeport-loader-/, ''), file, project: true }
  } catch (cause) {
    throw new LoaderError(
      'ERR_MIMEPORT_INVALID_LOADER',
      `Cannot find loader '${name}' from '${root}': it is neither a path ('./${name}') nor an installed package`,
      { cause },
    )
  }
}

/** The loaders of one source. @throws {LoaderError} ERR_MIMEPORT_INVALID_LOADER when it leads to nothing. */
export function* candidatesOf(source: LoaderSource, root: string): Generator<Candidate> {
  const { from, project } = source
  if (!isAbsolute(from)) {
    yield packageCandidate(from, root)
  } else if (basename(from) === '*') {
    yield* inFolder(dirname(from), project)
  } else if (isFolder(from)) {
    const file = fileOfFolder(from)
    if (file === undefined) yield* inFolder(from, project)
    else yield { name: basename(from), file, project }
  } else if (isFile(from)) {
    yield { name: loaderName(from) ?? basename(from), file: from, project }
  } else {
    throw new LoaderError(
      'ERR_MIMEPORT_INVALID_LOADER',
      `Cannot find loader '${from}': no such file or folder`,
    )
  }
}

/**
 * Lists the loaders of all sources, in order, each file once.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_LOADER when a source leads to nothing.
 */
export function findLoaders(settings: Settings): Candidate[] {
  return inOrder(
    settings,
    settings.sources.flatMap((source) => [...candidatesOf(source, settings.root)]),
  )
}

/** Candidates as they are asked, each file once. */
export function inOrder<C extends Candidate>(settings: Settings, candidates: readonly C[]): C[] {
  const found = new Map<string, C>()
  for (const candidate of candidates) {
    // What lies among the built-in loaders without being one of them was dropped in: it is the project's.
    const project = candidate.project || !settings.builtIn.includes(candidate.name)
    if (!found.has(candidate.file)) found.set(candidate.file, { ...candidate, project })
  }
  // The built-in ones in their own order: whose folder's name comes first says nothing.
  const place = ({ project, name }: Candidate) => (project ? -1 : settings.builtIn.indexOf(name))
  return [...found.values()].sort((a, b) => place(a) - place(b))
}

/**
 * Where a file's syntax is broken: `file:line`. An error that was caught does not say; Node, asked to check the file, does.
 */
function brokenLine(file: string): string | undefined {
  try {
    const { stderr } = childProcesses().spawnSync(process.execPath, ['--check', file], {
      encoding: 'utf8',
      timeout: 5_000,
    })
    const [first = ''] = (stderr ?? '').split('\n', 1)
    return /:\d+$/.test(first) ? first : undefined
  } catch {
    // No processes here: the permission model, or a system without.
    return undefined
  }
}

/**
 * Imports a loader and checks it.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_LOADER with the reason, the loader's own error as `cause`.
 */
export async function importLoader(candidate: Candidate): Promise<Registration> {
  const { file } = candidate
  let namespace: object
  try {
    namespace = await import(pathToFileURL(file).href)
  } catch (cause) {
    const line = cause instanceof SyntaxError ? brokenLine(file) : undefined
    const why = cause instanceof Error ? `: ${escapeText(cause.message)}` : ''
    throw new LoaderError(
      'ERR_MIMEPORT_INVALID_LOADER',
      `Cannot use loader '${file}': importing it failed${why}${line === undefined ? '' : ` (${line})`}`,
      { cause },
    )
  }
  return register(namespace, candidate)
}
