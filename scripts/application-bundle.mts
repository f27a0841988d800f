/** The application thread's half, in the package: what every program loads, and the rest. docs/decisions/032-gate.md */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { withoutImports } from './builtin-imports.mts'
import type { BuildOptions, Plugin } from 'esbuild'

/** Modules of the gate that the rest has from it: each is there once. `built-rest.mts` has the same names. */
const shared = [
  'builtins',
  'cache-place',
  'checksum',
  'errors',
  'grant',
  'native',
  'own-require',
  'pack-file',
  'script',
  'start',
  'text',
]

const isShared = /[/\\]core[/\\](?:(?:application|pack)[/\\])?([\w-]+)\.mts$/

/** Puts the package's ways to load its parts in the place of the source's. */
const builtParts: Plugin = {
  name: 'built-parts',
  setup({ onResolve }) {
    onResolve({ filter: /\/(?:local-part|rest)\.mts$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace(/^.*\//, 'built-')),
    }))
  },
}

/** Takes the shared modules from the argument that has them. */
const takeShared: Plugin = {
  name: 'shared',
  setup({ onLoad }) {
    onLoad({ filter: isShared }, async ({ path }) => {
      const [, name = ''] = isShared.exec(path) ?? []
      // The engine's has the same name.
      if (!shared.includes(name) || /[/\\]core[/\\]builtins\.mts$/.test(path)) return undefined
      const names = Object.keys((await import(pathToFileURL(path).href)) as object)
      return { contents: `export const { ${names.join(', ')} } = shared['${name}']`, loader: 'js' }
    })
  },
}

/** Takes Node's modules by a property: who asks by `require` is seen by everybody's hooks. */
const takeBuiltins: Plugin = {
  name: 'builtins',
  setup({ onLoad }) {
    onLoad({ filter: /\.mts$/ }, ({ path }) => ({
      contents: withoutImports(readFileSync(path, 'utf8')),
      loader: 'ts',
    }))
  },
}

/** What makes local files, with its loaders. */
const localPart = `
  export { Local } from './core/local/local.mts'
  export * as file from './loaders/file/local.mts'
  import * as markdown from './loaders/fenced-md/local.mts'
  import * as typescript from './loaders/typescript/local.mts'
  export const transforming = [markdown, typescript]`

/**
 * Bundles it: what a program pays at its start is the number of files, and what is in them. Nothing in these is found by
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
    plugins: [builtParts],
  })
  const script = (name: string, parts: BuildOptions) =>
    build({
      ...options,
      format: 'cjs',
      outfile: join(out, `core/application/${name}.cjs`),
      outExtension: { '.js': '.cjs' },
      // A script has none of its own.
      define: { 'import.meta.url': 'self' },
      ...parts,
    })
  const entry = (name: string) => [join(root, `core/application/${name}.mts`)]
  await script('attach', { entryPoints: entry('attach'), plugins: [builtParts, takeShared] })
  await script('early', { entryPoints: entry('early'), plugins: [takeShared] })
  await script('local', {
    stdin: { contents: localPart, resolveDir: root },
    plugins: [takeShared, takeBuiltins],
  })
}
