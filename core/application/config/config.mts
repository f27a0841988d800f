/** The project's configuration: found, read, checked, and turned into what the engine is started with. */

import { fs, paths, urls } from '../builtins.mts'
import { allowedBesides } from './allow.mts'
import { checkConfig, refuseURLs } from './check.mts'
import { encryptionOf } from './encryption.mts'
import { externalsOf } from './externals.mts'
import { fail, refuseUnknown } from './failure.mts'
import { importMapOf } from './imports.mts'
import { lockOf } from './lock.mts'
import { signaturesOf } from './signatures.mts'
import { escapeText } from '../../text.mts'
import { wantsSourceMaps } from '../source-maps.mts'
import type { Config } from './check.mts'
import { specifierOf } from '../program/entry.mts'
import type { LoaderSource, PolicySettings, Settings } from '../../settings.mts'

/** Bytes for what was asked for anew: as 32-bit cells, some thousand modules. */
const RELOADED_BYTES = 2 ** 17

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
    return { root: paths().dirname(file), file, config: checkConfig(file, parse(file)) }
  }
  for (let folder = from; ; folder = paths().dirname(folder)) {
    const own = paths().join(folder, 'mimeport.json')
    const packageFile = paths().join(folder, 'package.json')
    const inPackage = exists(packageFile) ? fs().readFileSync(packageFile, 'utf8') : undefined
    if (exists(own)) return { root: folder, file: own, config: checkConfig(own, parse(own)) }
    if (inPackage !== undefined) {
      // Most packages do not name us: theirs are not parsed.
      if (!inPackage.includes('"mimeport"')) return { root: folder, file: undefined, config: {} }
      const { mimeport } = parse(packageFile) as { mimeport?: unknown }
      if (mimeport === undefined) return { root: folder, file: undefined, config: {} }
      const name = `${packageFile}#mimeport`
      return { root: folder, file: name, config: checkConfig(name, mimeport) }
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
  const loaders = searchParams.getAll('loaders')
  refuseURLs(self, loaders)
  return loaders
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

/** A folder is relative to the configuration. */
function cacheOf(cache: NonNullable<Config['cache']>, root: string): NonNullable<Config['cache']> {
  if (cache === false || cache.folder === undefined) return cache
  return { ...cache, folder: paths().resolve(root, cache.folder) }
}

/** What the configuration, the environment and the command line say of code from elsewhere; `undefined`: nothing. */
function policyOf(
  config: Config,
  root: string,
  entry: string | undefined,
): PolicySettings | undefined {
  const { allow, deny, allowPrivate, builtins, externals, sourceControls } = config
  const also = allowedBesides(entry === undefined ? undefined : specifierOf(entry))
  const policy = {
    ...(allow !== undefined && { allow }),
    ...(also.length > 0 && { also }),
    ...(deny !== undefined && { deny }),
    ...(allowPrivate !== undefined && { allowPrivate }),
    ...(builtins !== undefined && { builtins }),
    ...(externals !== undefined && { externals: externalsOf(externals, root) }),
    ...(sourceControls !== undefined && { sourceControls }),
  }
  return Object.keys(policy).length === 0 ? undefined : policy
}

/** How the program was started, without what it was given: that may hold what nobody else should read. */
function commandOf(entry: string | undefined): readonly string[] {
  return [...process.execArgv, ...(entry === undefined ? [] : [entry])]
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
  const { root, file, config } = find(startFolder(options.entry))
  const policy = policyOf(config, root, options.entry)
  const importMap = importMapOf(config, root)
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
    command: commandOf(options.entry),
    ...(file !== undefined && { file }),
    ...((process.env['MIMEPORT_RELOAD'] ?? '') !== '' && {
      reloaded: new SharedArrayBuffer(RELOADED_BYTES),
    }),
    ...(policy !== undefined && { policy }),
    ...(importMap !== undefined && { importMap }),
    lock: lockOf(config, { root, file, entry: options.entry }),
    ...(config.headers !== undefined && { headers: config.headers }),
    ...(config.signatures !== undefined && { signatures: signaturesOf(config.signatures, root) }),
    ...(config.encryption !== undefined && { encryption: encryptionOf(config.encryption, root) }),
    ...(config.cache !== undefined && { cache: cacheOf(config.cache, root) }),
  }
}
