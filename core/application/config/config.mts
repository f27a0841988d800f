/** The project's configuration: found, read, checked, and turned into what the engine is started with. */

import { paths, urls } from '../builtins.mts'
import { allowedBesides } from './allow.mts'
import { checkConfig, refuseURLs } from './check.mts'
import { parseConfig } from './config-file.mts'
import { encryptionOf } from './encryption.mts'
import { externalsOf } from './externals.mts'
import { fail, refuseUnknown } from './failure.mts'
import { importMapOf } from './imports.mts'
import { lockOf } from './lock.mts'
import { signaturesOf } from './signatures.mts'
import { escapeText } from '../../text.mts'
import { wantsSourceMaps } from '../source-maps.mts'
import { findConfig, takeStart } from '../start.mts'
import { BY_CALL } from '../../policy/refusal.mts'
import type { Config } from './check.mts'
import type { Given } from './given.mts'
import { specifierOf } from '../program/entry.mts'
import type { Environment, Place, Start } from '../start.mts'
import type { LoaderSource, PolicySettings, Settings } from '../../settings.mts'

/** Bytes for what was asked for anew: as 32-bit cells, some thousand modules. */
const RELOADED_BYTES = 2 ** 17

interface Found {
  readonly root: string
  /** Where the configuration is written. */
  readonly file: string | undefined
  readonly config: Config
}

/** The configuration that goes for a program: `mimeport.json` beside the nearest package.json, or `"mimeport"` in it. */
function find({ environment }: Start, place: () => Place, given?: Given): Found {
  if (given?.file === false) return { root: place().root, file: undefined, config: {} }
  const explicit = given?.file ?? environment.MIMEPORT_CONFIG
  if (explicit !== undefined) {
    const file = paths().resolve(explicit)
    return { root: paths().dirname(file), file, config: checkConfig(file, parseConfig(file)) }
  }
  const { root, file } = place()
  if (file === undefined) return { root, file, config: {} }
  const value = parseConfig(file)
  if (paths().basename(file) === 'mimeport.json') {
    return { root, file, config: checkConfig(file, value) }
  }
  const { mimeport } = value as { mimeport?: unknown }
  if (mimeport === undefined) return { root, file: undefined, config: {} }
  const name = `${file}#mimeport`
  return { root, file: name, config: checkConfig(name, mimeport) }
}

/** The same, with what the program has given in the place of what is written. */
function findWith(given: Given | undefined, start: Start, place: () => Place): Found {
  const found = find(start, place, given)
  if (given === undefined || Object.keys(given.config).length === 0) return found
  return { root: found.root, file: BY_CALL, config: { ...found.config, ...given.config } }
}

/** A path is made absolute; anything else is a package's name. */
function sourceOf(entry: string, folder: string): LoaderSource {
  const isPath = /^(?:\.{1,2}(?:[/\\]|$)|[/\\]|[a-z]:[/\\])/i.test(entry)
  return { from: isPath ? paths().resolve(folder, entry) : entry, project: true }
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
  environment: Environment,
): PolicySettings | undefined {
  const { allow, deny, allowPrivate, builtins, externals, sourceControls } = config
  const also = allowedBesides(entry === undefined ? undefined : specifierOf(entry), environment)
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
function commandOf({ execArgv }: Start, entry: string | undefined): readonly string[] {
  return ['node', ...execArgv, ...(entry === undefined ? [] : [entry])]
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
  /** What the thread was started with, where that was not now. */
  readonly start?: Start
  /** Where the configuration is, where that was looked for. */
  readonly place?: Place | undefined
  /** What the program has given to `register`. */
  readonly given?: Given | undefined
}): Settings {
  const { start = takeStart(), place, given } = options
  const { environment, folder } = start
  const { root, file, config } = findWith(given, start, () => place ?? findConfig(options.entry))
  const policy = policyOf(config, root, options.entry, environment)
  const importMap = importMapOf(config, root)
  const query = loadersOfQuery(options.self)
  const separator = process.platform === 'win32' ? ';' : ':'
  const listed = (environment.MIMEPORT_LOADERS ?? '').split(separator)
  const fromCwd = [...listed, ...query].filter((entry) => entry !== '')
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
    sourceMaps: wantsSourceMaps(config.sourceMaps, start),
    command: commandOf(start, options.entry),
    ...(file !== undefined && { file }),
    ...(environment.MIMEPORT_RELOAD !== undefined && {
      reloaded: new SharedArrayBuffer(RELOADED_BYTES),
    }),
    ...(policy !== undefined && { policy }),
    ...(importMap !== undefined && { importMap }),
    lock: lockOf(config, { root, file, entry: options.entry, environment, folder }),
    ...(config.headers !== undefined && { headers: config.headers }),
    ...(config.signatures !== undefined && { signatures: signaturesOf(config.signatures, root) }),
    ...(config.encryption !== undefined && { encryption: encryptionOf(config.encryption, root) }),
    ...(config.cache !== undefined && { cache: cacheOf(config.cache, root) }),
  }
}
