/** A module of the engine's as a bundler takes it: code and a map. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LoaderError } from '../../core/errors.mts'
import { findMapComment } from '../../core/source-map/upstream-map.mts'
import { escapeText } from '../../core/text.mts'
import type { NodeModule } from '../../core/types.mts'
import type { BundledCode, BundledMap } from './types.mts'

function cannot({ url }: NodeModule, why: string): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_UNSUPPORTED_FORMAT',
    `Cannot bundle '${escapeText(url)}': ${why}`,
    { url },
  )
}

interface PlainMap {
  readonly sources?: readonly unknown[]
  readonly sourcesContent?: readonly unknown[]
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

/** A map as bundlers want it: files by their paths, and with their texts, which who debugs a bundle may not have. */
function withPaths(map: PlainMap): BundledMap {
  const paths = (map.sources ?? []).map((source) =>
    typeof source === 'string' && source.startsWith('file:') ? fileURLToPath(source) : source,
  )
  const sourcesContent = paths.map((path, index) => {
    const known = map.sourcesContent?.[index] ?? null
    return known === null && typeof path === 'string' && isAbsolute(path) ? textOf(path) : known
  })
  return { ...map, sources: paths, sourcesContent } as BundledMap
}

/** Takes the map out of a text that ends with one. */
function apart(source: string, isMapped: boolean): BundledCode {
  const comment = isMapped ? findMapComment(source) : undefined
  if (comment === undefined) return { code: source, map: null, moduleType: 'js' }
  const data = comment.url.slice(comment.url.indexOf(',') + 1)
  const map = JSON.parse(Buffer.from(data, 'base64').toString()) as PlainMap
  return {
    code: source.slice(0, comment.start) + source.slice(comment.end),
    map: withPaths(map),
    moduleType: 'js',
  }
}

/**
 * The code of a dynamic module: it imports the execute module, which is bundled with it, and calls it in its place.
 * docs/dynamic-modules.md
 */
function dynamicCode(module: NodeModule): string {
  const { url, dynamic, source = '' } = module
  const { exports, execute, loaderURL, map } = dynamic!
  if (exports === undefined) {
    throw cannot(
      module,
      'its names are known when it has been executed, and a bundle has to know them before',
    )
  }
  const text =
    typeof source === 'string'
      ? JSON.stringify(source)
      : `Uint8Array.from(atob(${JSON.stringify(Buffer.from(source).toString('base64'))}), (c) => c.charCodeAt(0))`
  const path = createRequire(loaderURL).resolve(execute)
  const setters = exports.map(
    (name, index) => `${JSON.stringify(name)}: (value) => { $${index} = value }`,
  )
  const names = exports.map((name, index) => `$${index} as ${JSON.stringify(name)}`)
  return [
    `import execute from ${JSON.stringify(path)}`,
    ...exports.map((_, index) => `let $${index}`),
    `const setters = Object.freeze({ __proto__: null, ${setters.join(', ')} })`,
    `execute(setters, { url: ${JSON.stringify(url)}, source: ${text}, map: ${JSON.stringify(map)} })`,
    `export { ${names.join(', ')} }`,
    '',
  ].join('\n')
}

/**
 * Makes code of a module.
 * @throws {LoaderError} ERR_MIMEPORT_UNSUPPORTED_FORMAT for what is no code, and cannot become any
 */
export function bundled(module: NodeModule): BundledCode {
  const { format, source, dynamic, mapped } = module
  if (dynamic !== undefined) return { code: dynamicCode(module), map: null, moduleType: 'js' }
  if (typeof source !== 'string') {
    throw cannot(module, `it is of format '${format}', which a bundler takes from a file alone`)
  }
  if (format === 'json') {
    return {
      code: `export default JSON.parse(${JSON.stringify(source)})\n`,
      map: null,
      moduleType: 'js',
    }
  }
  return apart(source, mapped)
}
