/**
 * `mimeport/unplugin`: what mimeport imports at run time, for bundlers. docs/adapters.md
 *
 *     import { toPlugin } from 'mimeport/unplugin'
 *     export default { plugins: [toPlugin()] } // Rollup, Rolldown, Vite
 *     createUnplugin(() => toPlugin()).esbuild() // by unplugin: esbuild, webpack, Rspack
 */

import { Bundling } from './unplugin/bundling.mts'
import type { BundledCode, BundlerContext, ResolveOptions, Resolved } from './unplugin/types.mts'

/** A plugin of Rollup's and Vite's, and of unplugin's: what a factory for `createUnplugin` returns. */
export interface MimeportPlugin {
  readonly name: string
  readonly enforce: 'pre'
  configResolved(config: { readonly root: string }): void
  buildStart(): void
  watchChange(id: string): void
  resolveId(
    this: unknown,
    source: string,
    importer: string | undefined,
    options?: object,
  ): Promise<Resolved | null>
  load(this: unknown, id: string): Promise<BundledCode | null>
  outputOptions(options: object): object
  /** unplugin's word to esbuild, which goes by the ends of ids. */
  readonly esbuild: { readonly loader: 'js' }
}

/** Source runs as .mts, the package as .mjs: all by this file's name. */
const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))
const base = new URL('..', import.meta.url)

/**
 * Makes a plugin that resolves and loads as the program does at run time: by the built-in loaders and the project's, its
 * policy, lock and cache. The configuration is that of the bundler's root (Vite), or of the working folder.
 * @param loaders more loaders, as the configuration's `loaders` has them: files, folders, packages
 */
export function toPlugin(...loaders: readonly (string | URL)[]): MimeportPlugin {
  const bundling = new Bundling(loaders, base, extension)
  return {
    name: 'mimeport',
    // Before those that know of files and packages alone, and take a URL for something external.
    enforce: 'pre',
    configResolved: ({ root }) => bundling.configure(root),
    buildStart: () => bundling.begin(),
    watchChange: () => bundling.begin(),
    resolveId(source, importer, options = {}) {
      return bundling.resolve(this as BundlerContext, source, importer, options as ResolveOptions)
    },
    load(id) {
      return bundling.load(this as BundlerContext, id)
    },
    outputOptions: bundling.names.outputOptions,
    esbuild: { loader: 'js' },
  }
}
