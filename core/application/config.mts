/** The project's configuration: found, read, checked, and turned into what the engine is started with. */

import { fs, paths, urls } from './builtins.mts'
import { LoaderError, escapeText, received } from '../errors.mts'
import { defaultLimits, defaultTimeouts } from '../limits.mts'
import { wantsSourceMaps } from './source-maps.mts'
import type { LoaderSource, Settings } from '../settings.mts'

interface Config {
  readonly loaders?: readonly string[]
  readonly sourceMaps?: boolean
  readonly timeout?: Readonly<Record<string, number>>
  readonly limits?: Readonly<Record<string, number>>
}

/** The longest delay of a timer of Node's, ms: a longer one fires at once. */
const LONGEST = 2 ** 31 - 1

const keys = ['$schema', 'loaders', 'sourceMaps', 'timeout', 'limits']

function fail(file: string, what: string, cause?: unknown): never {
  throw new LoaderError(
    'ERR_MIMEPORT_CONFIG',
    `Cannot use the configuration '${file}': ${what}`,
    cause === undefined ? {} : { cause },
  )
}

/** How many single-character edits lie between two words, up to a bound that no suggestion exceeds. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, left] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, right] of [...b].entries()) {
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (left === right ? 0 : 1)))
    }
    row = next
  }
  return row.at(-1)!
}

function refuseUnknown(
  file: string,
  object: object,
  known: readonly string[],
  where: string,
): void {
  for (const key of Object.keys(object)) {
    if (known.includes(key)) continue
    const [nearest] = known.toSorted((a, b) => distance(key, a) - distance(key, b))
    const near =
      nearest !== undefined && distance(key, nearest) <= 3 ? `; did you mean '${nearest}'?` : ''
    fail(file, `${where} has no key '${key}'${near || ` (there are ${known.join(', ')})`}`)
  }
}

function check(file: string, value: unknown): Config {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fail(file, `it must be an object. Received ${received(value)}`)
  }
  refuseUnknown(file, value, keys, 'it')
  const { loaders, sourceMaps, timeout, limits } = value as Record<string, unknown>
  if (sourceMaps !== undefined && typeof sourceMaps !== 'boolean') {
    fail(file, `'sourceMaps' must be true or false. Received ${received(sourceMaps)}`)
  }
  if (loaders !== undefined) {
    if (!Array.isArray(loaders))
      fail(file, `'loaders' must be an array. Received ${received(loaders)}`)
    const odd = loaders.find((each) => typeof each !== 'string' || each === '')
    if (odd !== undefined)
      fail(file, `'loaders' must hold paths or packages. Received ${received(odd)}`)
  }
  for (const [name, group, known] of [
    ['timeout', timeout, defaultTimeouts],
    ['limits', limits, defaultLimits],
  ] as const) {
    if (group === undefined) continue
    if (typeof group !== 'object' || group === null || Array.isArray(group)) {
      fail(file, `'${name}' must be an object. Received ${received(group)}`)
    }
    refuseUnknown(file, group, Object.keys(known), `'${name}'`)
    for (const [key, number] of Object.entries(group)) {
      if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) {
        fail(file, `'${name}.${key}' must be a positive number. Received ${received(number)}`)
      }
      if (name === 'limits' && !Number.isSafeInteger(number)) {
        fail(file, `'${name}.${key}' must be an integer. Received ${received(number)}`)
      }
      if (name === 'timeout' && number > LONGEST) {
        fail(file, `'${name}.${key}' must be at most ${LONGEST} (ms). Received ${received(number)}`)
      }
    }
  }
  return value as Config
}

function parse(file: string): unknown {
  try {
    // Some editors begin a file with a byte-order mark.
    return JSON.parse(
      fs()
        .readFileSync(file, 'utf8')
        .replace(/^\ufeff/, ''),
    )
  } catch (cause) {
    return fail(file, (cause as Error).message, cause)
  }
}

/** Whether a file is there. Where the permission model forbids a look, for Node throws, it is not. */
function exists(path: string): boolean {
  try {
    return fs().existsSync(path)
  } catch {
    return false
  }
}

/** The configuration that goes for a folder: `mimeport.json` beside the nearest package.json, or `"mimeport"` in it. */
function find(from: string): { root: string; file: string | undefined; config: Config } {
  const explicit = process.env['MIMEPORT_CONFIG']
  if (explicit !== undefined && explicit !== '') {
    const file = paths().resolve(explicit)
    return { root: paths().dirname(file), file, config: check(file, parse(file)) }
  }
  for (let folder = from; ; folder = paths().dirname(folder)) {
    const own = paths().join(folder, 'mimeport.json')
    const packageFile = paths().join(folder, 'package.json')
    const inPackage = exists(packageFile) ? fs().readFileSync(packageFile, 'utf8') : undefined
    if (exists(own)) return { root: folder, file: own, config: check(own, parse(own)) }
    if (inPackage !== undefined) {
      // Most packages do not name us: theirs are not parsed.
      if (!inPackage.includes('"mimeport"')) return { root: folder, file: undefined, config: {} }
      const { mimeport } = parse(packageFile) as { mimeport?: unknown }
      if (mimeport === undefined) return { root: folder, file: undefined, config: {} }
      return { root: folder, file: packageFile, config: check(`${packageFile}#mimeport`, mimeport) }
    }
    if (paths().dirname(folder) === folder) return { root: from, file: undefined, config: {} }
  }
}

/** A path is made absolute; anything else is a package's name. */
function sourceOf(entry: string, folder: string): LoaderSource {
  const isPath = /^(?:\.{1,2}(?:[/\\]|$)|[/\\]|[a-z]:[/\\])/i.test(entry)
  return { from: isPath ? paths().resolve(folder, entry) : entry, project: true }
}

/**
 * The folder that the configuration is looked for from: the program's. For a program of a package's (a tool that is run
 * in a project), or none (`-e`), the working folder.
 */
function startFolder(entry: string | undefined): string {
  if (entry === undefined) return process.cwd()
  try {
    const path = fs().realpathSync(entry)
    return /[/\\]node_modules[/\\]/.test(path) ? process.cwd() : paths().dirname(path)
  } catch {
    // An entry without its extension, or one that is no file: `github:owner/repo/app.mjs`.
    const folder = paths().dirname(paths().resolve(entry))
    return exists(folder) ? folder : process.cwd()
  }
}

/** What `?…` of the registered URL may say. */
function loadersOfQuery(self: string): string[] {
  if (!self.includes('?')) return []
  const { searchParams } = new URL(self)
  refuseUnknown(self, Object.fromEntries(searchParams), ['loaders'], 'its query')
  return searchParams.getAll('loaders')
}

/**
 * Refuses the loaders of a registered URL where mimeport is registered already: its engine was told of its loaders before.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG
 */
export function refuseLateLoaders(self: string, sources: readonly LoaderSource[] = []): void {
  const known = new Set(sources.map(({ from }) => from))
  const late = loadersOfQuery(self).find((entry) => !known.has(sourceOf(entry, process.cwd()).from))
  if (late === undefined) return
  fail(
    self,
    `mimeport is registered in this thread already, without the loader '${escapeText(late)}'; name all loaders where it is registered first, or in mimeport.json`,
  )
}

/**
 * Reads the settings that go for this process: the configuration file, then `MIMEPORT_LOADERS`, then the registered
 * URL's `?loaders=`. Paths of the two latter are relative to the working folder.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG naming the file and the key.
 */
export function readSettings(options: {
  readonly self: string
  readonly loaders: URL
  readonly builtIn: readonly string[]
  /** The program, as `process.argv[1]` has it. */
  readonly entry?: string | undefined
}): Settings {
  const { root, config } = find(startFolder(options.entry))
  const query = loadersOfQuery(options.self)
  const separator = process.platform === 'win32' ? ';' : ':'
  const environment = (process.env['MIMEPORT_LOADERS'] ?? '').split(separator)
  const fromCwd = [...environment, ...query].filter((entry) => entry !== '')
  return {
    root,
    sources: [
      ...(config.loaders ?? []).map((entry) => sourceOf(entry, root)),
      ...fromCwd.map((entry) => sourceOf(entry, process.cwd())),
      { from: paths().join(urls().fileURLToPath(options.loaders), '*'), project: false },
    ],
    builtIn: options.builtIn,
    limits: config.limits ?? {},
    timeouts: config.timeout ?? {},
    sourceMaps: wantsSourceMaps(config.sourceMaps),
  }
}
