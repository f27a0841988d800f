/** tsconfig.json: the compiler options that change what is emitted, for a local file. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { sep } from 'node:path'
import { LoaderError } from '../../core/errors.mts'
import { escapeText, received } from '../../core/text.mts'
import { resolveExtends } from './extends.mts'
import { folderOf, lookAt, nearestFile } from './nearest.mts'
import type { FoundFile } from './nearest.mts'
import { later } from '../../core/steps.mts'
import type stripJsonComments from 'strip-json-comments'
import type { Steps } from '../../core/steps.mts'

/** The options that we heed. Each has a value of this type or is left out. */
const kinds = {
  alwaysStrict: 'boolean',
  experimentalDecorators: 'boolean',
  importsNotUsedAsValues: 'string',
  jsx: 'string',
  jsxFactory: 'string',
  jsxFragmentFactory: 'string',
  jsxImportSource: 'string',
  preserveValueImports: 'boolean',
  strict: 'boolean',
  target: 'string',
  useDefineForClassFields: 'boolean',
  verbatimModuleSyntax: 'boolean',
} as const

type Kinds = typeof kinds

export type CompilerOptions = {
  readonly [key in keyof Kinds]?: Kinds[key] extends 'boolean' ? boolean : string
}

/** One file, without those that it extends. */
interface Config {
  readonly stamp: string
  readonly options: CompilerOptions
  /** Absolute paths, in the order in which they are applied. */
  readonly parents: readonly string[]
}

const cache = new Map<string, Config>()
const cacheSize = 256

function configError(path: string, reason: string, cause?: unknown): LoaderError {
  return new LoaderError('ERR_MIMEPORT_CONFIG', `Cannot use '${path}': ${reason}`, {
    ...(cause !== undefined && { cause }),
  })
}

/** The position of a fault is esbuild's: V8 often gives none. */
async function faultIn(path: string, json: string, cause: unknown): Promise<LoaderError> {
  const { columnOf } = await import('./syntax-error.mts')
  const { faultOf, runEsbuild } = await import('./service.mts')
  const fault = await runEsbuild(json, { loader: 'json' }).then(() => undefined, faultOf)
  const location = fault?.location
  if (!fault || !location) return configError(path, escapeText(String(cause)))
  const position = `${path}:${location.line}:${columnOf(location) + 1}`
  return configError(position, escapeText(fault.text))
}

/** `require` of an ES module, which waits for nothing, where Node has that. */
function* stripper(): Steps<typeof stripJsonComments> {
  const name = 'strip-json-comments'
  try {
    return createRequire(import.meta.url)(name).default as typeof stripJsonComments
  } catch {
    const { default: strip } = yield* later(() => import('strip-json-comments'))
    return strip
  }
}

/** Parses JSON with comments and trailing commas. Most are JSON as it is. */
function* parse(path: string, text: string): Steps<unknown> {
  try {
    return JSON.parse(text)
  } catch {
    const strip = yield* stripper()
    const json = strip(text.replace(/^\ufeff/, ' '), { trailingCommas: true })
    if (json.trim() === '') return {}
    try {
      return JSON.parse(json)
    } catch (cause) {
      throw yield* later(() => faultIn(path, json, cause))
    }
  }
}

function optionsIn(path: string, config: Record<string, unknown>): CompilerOptions {
  const all = (config['compilerOptions'] ?? {}) as Record<string, unknown>
  const options: Record<string, unknown> = {}
  for (const [key, kind] of Object.entries(kinds)) {
    const value = all[key]
    if (value === undefined || value === null) continue
    if (typeof value !== kind) {
      throw configError(path, `compilerOptions.${key} must be a ${kind}. Found ${received(value)}`)
    }
    options[key] = value
  }
  return options
}

function* readConfig(path: string, stamp: string): Steps<Config> {
  const cached = cache.get(path)
  if (cached?.stamp === stamp) return cached
  const parsed = yield* parse(path, readFileSync(path, 'utf8'))
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw configError(path, `it must hold an object. Found ${received(parsed)}`)
  }
  const config = parsed as Record<string, unknown>
  const parents = [config['extends'] ?? []].flat().map((specifier) => {
    const parent = typeof specifier === 'string' ? resolveExtends(specifier, path) : undefined
    if (parent !== undefined) return parent
    throw configError(path, `it extends ${received(specifier)}, which cannot be found`)
  })
  const result: Config = { stamp, options: optionsIn(path, config), parents }
  cache.delete(path)
  cache.set(path, result)
  for (const oldest of cache.keys()) {
    if (cache.size <= cacheSize) break
    cache.delete(oldest)
  }
  return result
}

/** The options of a file and, beneath them, of those that it extends. */
function* optionsOf(
  { path, stamp }: FoundFile,
  trail: readonly string[] = [],
): Steps<CompilerOptions> {
  if (trail.includes(path)) {
    throw configError(path, `it extends itself (${[...trail, path].join(' -> ')})`)
  }
  const { options, parents } = yield* readConfig(path, stamp)
  if (parents.length === 0) return options
  const inherited: CompilerOptions[] = []
  for (const parent of parents) {
    const found = lookAt(parent)
    if (found === undefined) throw configError(parent, 'it is not a file')
    inherited.push(yield* optionsOf(found, [...trail, path]))
  }
  return Object.assign({}, ...inherited, options)
}

/**
 * The options for a module: none for one that is not local (somebody else's code is not ours to configure), nor for an
 * installed package's.
 *
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG when a file is broken or extends what does not exist.
 */
export function* compilerOptionsFor(url: string): Steps<CompilerOptions> {
  if (!url.startsWith('file:')) return {}
  const folder = folderOf(url)
  if (`${folder}${sep}`.includes(`${sep}node_modules${sep}`)) return {}
  const config = nearestFile(folder, 'tsconfig.json')
  return config === undefined ? {} : yield* optionsOf(config)
}

const beforeFields = /^es(?:3|5|6|20(?:1\d|2[01]))$/i

/** Whether class fields are assigned (`[[Set]]`) rather than defined. TypeScript's default, by the target. */
export function setsClassFields({ useDefineForClassFields, target }: CompilerOptions): boolean {
  return useDefineForClassFields === undefined
    ? target !== undefined && beforeFields.test(target)
    : !useDefineForClassFields
}
