/** The application thread's half, in the package: what every program loads, and the rest. docs/decisions/032-gate.md */

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { BuildOptions, Plugin } from 'esbuild'

/** Modules of the gate that the rest has from it: each is there once. `built-rest.mts` has the same names. */
const shared = [
  'builtins',
  'cache-place',
  'checksum',
  'errors',
  'grant',
  'native',
  'pack-file',
  'start',
  'text',
]

const isShared = /[/\\]core[/\\](?:(?:application|pack)[/\\])?([\w-]+)\.mts$/

/** Puts the package's way to load the rest in the place of the source's. */
const builtRest: Plugin = {
  name: 'built-rest',
  setup({ onResolve }) {
    onResolve({ filter: /\/rest\.mts$/ }, ({ resolveDir }) => ({
      path: join(resolveDir, 'built-rest.mts'),
    }))
  },
}

/** Takes the shared modules from the argument that has them. */
const takeShared: Plugin = {
  name: 'shared',
  setup({ onLoad }) {
    onLoad({ filter: isShared }, async ({ path }) => {
      const [, name = ''] = isShared.exec(path) ?? []
      if (!shared.includes(name)) return undefined
      const names = Object.keys((await import(pathToFileURL(path).href)) as object)
      return { contents: `export const { ${names.join(', ')} } = shared['${name}']`, loader: 'js' }
    })
  },
}

/**
 * Bundles it: what a program pays at its start is the number of files, and what is in them. Nothing in these two is found by
 * its own URL.
 */
export async function bundleApplication(
  root: string,
  out: string,
  options: BuildOptions,
): Promise<void> {
  await build({
    ...options,
    entryPoints: [join(root, 'loader.mts')],
    outfile: join(out, 'loader.mjs'),
    plugins: [builtRest],
  })
  await build({
    ...options,
    format: 'cjs',
    entryPoints: [join(root, 'core/application/attach.mts')],
    outfile: join(out, 'core/application/attach.cjs'),
    outExtension: { '.js': '.cjs' },
    // A script has none of its own.
    define: { 'import.meta.url': 'self' },
    plugins: [takeShared],
  })
}
