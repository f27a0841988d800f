/**
 * The configuration that Vite's plugins are told of: what is true of a module that is run by itself, in Node, as Vite's
 * server runs it for server rendering. https://vite.dev/guide/api-plugin, checked on 2026-11-21.
 */

import { join } from 'node:path'
import { callHook } from './hooks.mts'
import type { Hook } from './hooks.mts'
import type { Hooks } from './types.mts'

export interface ConfigOptions {
  /** An absolute path. */
  readonly root: string
  readonly mode: string
}

type Config = Record<string, unknown>

export const COMMAND = 'serve'

const isObject = (value: unknown): value is Config =>
  typeof value === 'object' &&
  value !== null &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value) as null)

/** Lists are put together, objects merged, and of all else the latter stays: as Vite's `mergeConfig`. */
export function merge(first: Config, second: Config): Config {
  const merged = { ...first }
  for (const [key, value] of Object.entries(second)) {
    const before = merged[key]
    if (value === undefined || value === null || key === '__proto__') continue
    if (Array.isArray(before) || Array.isArray(value)) {
      merged[key] = [before ?? [], value].flat()
    } else merged[key] = isObject(before) && isObject(value) ? merge(before, value) : value
  }
  return merged
}

const environment = {
  consumer: 'server',
  resolve: { conditions: ['node', 'import', 'module-sync', 'default'], external: true },
}

function initial({ root, mode }: ConfigOptions): Config {
  return {
    root,
    mode,
    base: '/',
    plugins: [],
    define: {},
    build: { ssr: true, sourcemap: true, outDir: 'dist', assetsDir: 'assets', rollupOptions: {} },
    css: {},
    json: {},
    esbuild: {},
    oxc: {},
    server: { hmr: false, fs: {} },
    optimizeDeps: {},
    experimental: {},
    appType: 'custom',
    resolve: { alias: [], dedupe: [], extensions: [], mainFields: [], ...environment.resolve },
    ssr: { target: 'node' },
    environments: { ssr: environment },
  }
}

/** Plugins write to it, and some put functions of their own in its place. */
function makeLogger(say: (text: string) => void) {
  const warned = new Set<string>()
  const nothing = () => {}
  const warn = (text: unknown) => {
    logger.hasWarned = true
    say(String(text))
  }
  const logger = {
    hasWarned: false,
    warn,
    error: warn,
    warnOnce(text: unknown) {
      if (!warned.has(String(text))) warn(text)
      warned.add(String(text))
    },
    info: nothing,
    clearScreen: nothing,
    hasErrorLogged: () => false,
  }
  return logger
}

/** Whether a plugin takes part where modules are served, and not built: Vite's `apply`. */
export function applies(plugin: Hooks, { root, mode }: ConfigOptions): boolean {
  const { apply } = plugin
  if (typeof apply !== 'function') return apply === undefined || apply === null || apply === COMMAND
  const config = { root, mode }
  return Boolean(apply(config, { command: COMMAND, mode, isSsrBuild: false, isPreview: false }))
}

/**
 * Asks each plugin for its part of the configuration.
 * @throws {LoaderError} ERR_MIMEPORT_LOADER_FAILED
 */
export async function configure(
  options: ConfigOptions,
  plugins: readonly Hooks[],
  hooks: readonly Hook[],
  say: (text: string) => void,
): Promise<Config> {
  const { mode } = options
  const env = { mode, command: COMMAND, isSsrBuild: false, isPreview: false }
  let config = initial(options)
  for (const hook of hooks) {
    const more = await callHook(hook, { meta: {} }, '', [config, env])
    if (isObject(more)) config = merge(config, more)
  }
  const isProduction = (process.env['NODE_ENV'] ?? mode) === 'production'
  const root = String(config['root'])
  return {
    ...config,
    plugins,
    command: COMMAND,
    isProduction,
    isWorker: false,
    configFile: undefined,
    configFileDependencies: [],
    inlineConfig: {},
    cacheDir: join(root, 'node_modules/.vite'),
    publicDir: join(root, 'public'),
    env: { BASE_URL: '/', MODE: mode, DEV: !isProduction, PROD: isProduction, SSR: true },
    logLevel: 'warn',
    logger: makeLogger(say),
    assetsInclude: () => false,
    getSortedPlugins: (name: string) => plugins.filter((plugin) => plugin[name] !== undefined),
    getSortedPluginHooks: (name: string) =>
      plugins.flatMap((plugin) => {
        const hook = plugin[name]
        return typeof hook === 'object' && hook !== null
          ? Reflect.get(hook, 'handler')
          : (hook ?? [])
      }),
  }
}

/** The one environment that there is: Node, as Vite's server has it for server rendering. */
export function environmentOf(config: Config): object {
  const own = { ...config, ...environment, resolve: config['resolve'] }
  return {
    name: 'ssr',
    mode: 'dev',
    config: own,
    getTopLevelConfig: () => config,
    plugins: config['plugins'],
    logger: config['logger'],
  }
}
