/**
 * `mimeport/rollup`: plugins of Rollup's and Vite's as a loader. docs/adapters.md
 *
 *     import yaml from '@rollup/plugin-yaml'
 *     import { fromRollup } from 'mimeport/rollup'
 *     export default fromRollup(yaml())
 */

import { resolve as resolvePath } from 'node:path'
import { LoaderError } from '../core/errors.mts'
import { escapeText } from '../core/text.mts'
import { PluginDriver } from './rollup/driver.mts'
import { has, pluginsOf } from './rollup/hooks.mts'
import { SCHEME, idOf, urlOf } from './rollup/module-id.mts'
import { meantBy } from './rollup/resolution.mts'
import type { Loader, LoaderContext } from '../core/types.mts'
import type { MadeModule, PluginOption, ResolvedId } from './rollup/types.mts'

export type { Plugin, PluginOption } from './rollup/types.mts'

export interface RollupOptions extends Pick<Loader, 'name' | 'accepts' | 'extensionMimeMap'> {
  /** The project's folder; the working folder when left out. */
  readonly root?: string
  /** Vite's mode; `NODE_ENV`, or `development`, when left out. */
  readonly mode?: string
}

/** The loader that `fromRollup` makes. */
export type RollupLoader = Required<Pick<Loader, 'name' | 'resolve' | 'resolveRelativePath'>> &
  Pick<Loader, 'accepts' | 'extensionMimeMap' | 'transform'>

function withMap({ code, map }: MadeModule, context: LoaderContext | undefined): string {
  if (map === undefined || context?.sourceMaps === false) return code
  const data = Buffer.from(map).toString('base64')
  return `${code}
//# sourceMappingURL=data:application/json;base64,${data}
`
}

/** Where what is external leads, if that is not what was asked for. */
function outside({ id }: ResolvedId, source: string, importer: string | undefined, root: string) {
  if (id === source) return undefined
  const meant = meantBy(id, importer, root)
  return urlOf(meant?.id ?? id)
}

/**
 * Makes a loader of plugins of Rollup's, Vite's or unplugin's, which are run in this order.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_LOADER for what is no plugin; ERR_MIMEPORT_UNSUPPORTED_PLUGIN for one that
 * makes bundles and no modules
 */
export function fromRollup(option: PluginOption, options: RollupOptions = {}): RollupLoader {
  const plugins = pluginsOf(option)
  const root = resolvePath(options.root ?? '.')
  const mode = options.mode ?? process.env['NODE_ENV'] ?? 'development'
  const driver = new PluginDriver(plugins, { root, mode })
  const name = options.name ?? plugins.map((plugin) => plugin.name).join('+')
  const resolvesIds = plugins.some((plugin) => has(plugin, 'resolveId'))
  const { accepts, extensionMimeMap } = options

  /** The absolute specifier of what the plugins resolved; `undefined`: Node, or another loader, knows what is meant. */
  async function follow(source: string, parent: string | undefined, context?: LoaderContext) {
    if (!resolvesIds) return undefined
    const importer = parent === undefined ? undefined : idOf(parent)
    const attributes = context?.importAttributes
    const found = await driver.resolveId(idOf(source), importer, { attributes })
    if (found === undefined) return undefined
    return found.external === false ? urlOf(found.id) : outside(found, source, importer, root)
  }

  async function resolve(specifier: string, context?: LoaderContext) {
    const isOwn = specifier.startsWith(SCHEME)
    const isFile = specifier.startsWith('file:')
    if (!isOwn) {
      const location = await follow(specifier, context?.parentURL, context)
      const isSame = isFile
        ? location && idOf(location) === idOf(specifier)
        : location === specifier
      if (location !== undefined && !isSame) {
        return { statusCode: 307, headers: { location } }
      }
      if (!isFile) return false
    }
    const made = await driver.make(idOf(specifier))
    if (made === undefined) return false
    return { headers: { 'content-type': made.mediaType }, body: withMap(made, context) }
  }

  async function resolveRelativePath(specifier: string, parentPath: string) {
    const found = await follow(specifier, parentPath)
    if (found !== undefined) return found
    const meant = meantBy(specifier, idOf(parentPath), root)
    if (meant !== undefined) return urlOf(meant.id)
    throw new LoaderError(
      'ERR_MODULE_NOT_FOUND',
      `Cannot find '${escapeText(specifier)}' imported from '${escapeText(parentPath)}': no plugin of '${escapeText(name)}' resolves it, and there is no such file`,
      { url: specifier },
    )
  }

  const transform: NonNullable<Loader['transform']> = async (headers, body, context) => {
    const type = headers['content-type'] ?? 'text/javascript'
    const url = context?.url ?? 'data:'
    // Files, and what is only the plugins', went through all hooks when they were answered.
    const made = isMade(url)
      ? undefined
      : await driver.transform(idOf(url), { code: textOf(body) }, false)
    if (made === undefined) return { source: body, format: type }
    const { code, map, mediaType } = made
    return { source: code, format: mediaType, ...(map !== undefined && { map }) }
  }

  return {
    name,
    resolve,
    resolveRelativePath,
    ...(extensionMimeMap !== undefined && { extensionMimeMap }),
    ...(accepts !== undefined && { accepts, transform }),
  }
}

const isMade = (url: string) => url.startsWith('file:') || url.startsWith(SCHEME)

const textOf = (body: string | Uint8Array) =>
  typeof body === 'string' ? body : Buffer.from(body).toString('utf8')
