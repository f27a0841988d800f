/** Plugins and bundlers that the tests run, in a folder of their own: `npm run adapters` installs them. */

import { existsSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { loaderPath, makeProject } from '../support/spawn.mts'
import type { Project } from '../support/spawn.mts'

const here = dirname(fileURLToPath(import.meta.url))
const modules = join(here, 'node_modules')

export const isInstalled = existsSync(join(modules, 'vite/package.json'))

/** URL of an adapter: the source's, or that of the package under test. */
export function adapter(name: 'rollup' | 'unplugin'): string {
  const extension = loaderPath.endsWith('.mts') ? 'mts' : 'mjs'
  return pathToFileURL(join(dirname(loaderPath), 'adapters', `${name}.${extension}`)).href
}

/** A project that has these packages. */
export function makeInstalled(files: Readonly<Record<string, string | Uint8Array>>): Project {
  const project = makeProject(files)
  symlinkSync(modules, join(project.path, 'node_modules'), 'junction')
  return project
}
