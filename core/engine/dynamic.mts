/** Modules of format `dynamic`: what `transform` says of their exports, checked, and handed on to the other thread. */

import { pathToFileURL } from 'node:url'
import { invalidReturn } from './response.mts'
import { composeMaps } from '../source-map/source-map.mts'
import type { Acquired } from './acquire.mts'
import type { Converted } from './convert.mts'
import type { DynamicModule, NodeModule } from '../types.mts'

/** What a loader says of a dynamic module. */
export type DynamicParts = Omit<DynamicModule, 'map'>

/** The names that an ES module can export: each once, and well-formed. ECMA-262: ModuleExportName, ExportedNames. */
function takeNames(loader: string, given: unknown): readonly string[] {
  const wrong = (expected: string, found: unknown) =>
    invalidReturn(loader, 'transform', expected, found)
  if (!Array.isArray(given)) throw wrong('exports as a list of names', given)
  const names = new Set<string>()
  // Not `some`, which skips holes.
  for (const name of given as unknown[]) {
    if (typeof name !== 'string') throw wrong('exports as a list of strings', name)
    if (!name.isWellFormed()) throw wrong('exports without lone surrogates', name)
    if (names.has(name)) throw wrong('each name in exports once', name)
    names.add(name)
  }
  return [...names]
}

/**
 * Checks what a `transform` returned of a dynamic module.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_RETURN
 */
export function takeDynamic(
  { name, file }: { readonly name: string; readonly file: string },
  { execute, exports }: { readonly execute?: unknown; readonly exports?: unknown },
): DynamicParts {
  if (typeof execute !== 'string' || execute === '') {
    throw invalidReturn(name, 'transform', 'execute as a module specifier', execute)
  }
  const isNamed = exports !== undefined && exports !== null
  return {
    exports: isNamed ? takeNames(name, exports) : undefined,
    execute,
    loader: name,
    loaderURL: pathToFileURL(file).href,
  }
}

/** How large the names are, bytes. */
export function sizeOfNames({ exports = [] }: DynamicParts): number {
  return exports.reduce((size, name) => size + Buffer.byteLength(name), 0)
}

/** Makes the module. The text that Node runs is made by whoever has the execute module: core/application/dynamic/dynamic.mts */
export async function finishDynamic(
  { url, specifier, loader }: Acquired,
  { dynamic, source, maps }: Converted,
  original: string | null,
): Promise<NodeModule> {
  // Set with the format, by `convert`.
  const parts = dynamic!
  return {
    url,
    origin: { loader: loader.name, specifier },
    format: 'module',
    source,
    native: false,
    hasDefault: parts.exports?.includes('default') ?? false,
    mapped: false,
    imports: [],
    dynamic: {
      ...parts,
      map: maps.length === 0 ? undefined : await composeMaps(maps, url, original),
    },
  }
}
