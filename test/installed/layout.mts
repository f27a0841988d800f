/** Projects in empty folders, installed by one of the managers: our package, and packages with loaders. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { install } from './manager.mts'
import { startRegistry } from './registry.mts'
import { makeTarball } from './tarball.mts'
import type { Manager } from './manager.mts'
import type { PackageFiles, Registry } from './registry.mts'

const manifest = (name: string, more: object) =>
  JSON.stringify({ name, version: '1.0.0', license: 'MIT', ...more })

/** Loaders as packages: an ES module, and CommonJS that depends on a package which the project cannot see. */
const packages: readonly PackageFiles[] = [
  {
    'package.json': manifest('mimeport-loader-tsv', {
      type: 'module',
      exports: { '.': { import: './tsv.js' } },
      peerDependencies: { mimeport: '*' },
    }),
    'tsv.js': `
      import { LoaderError, defineLoader } from 'mimeport'
      export default defineLoader({
        name: 'tsv',
        extensionMimeMap: { tsv: 'text/tab-separated-values' },
        accepts: ['text/tab-separated-values'],
        transform(headers, body, context) {
          if (body === '') throw new LoaderError('ERR_MIMEPORT_INVALID_BODY', 'no rows', { url: context?.url })
          const rows = body.trim().split('\\n').map((line) => line.split('\\t'))
          return { source: 'export default ' + JSON.stringify(rows), format: 'module' }
        },
      })`,
  },
  {
    'package.json': manifest('mimeport-loader-ini', {
      exports: { '.': { require: './lib/ini.js' } },
      dependencies: { 'ini-lines': '^1.0.0' },
      peerDependencies: { mimeport: '*' },
    }),
    'lib/ini.js': `
      const { defineLoader } = require('mimeport')
      const { lines } = require('ini-lines')
      module.exports = defineLoader({
        extensionMimeMap: { '.ini': 'text/x-ini' },
        accepts: 'text/x-ini',
        transform: (headers, body) => ({ source: JSON.stringify(lines(body)), format: 'json' }),
      })`,
  },
  {
    'package.json': manifest('ini-lines', { main: './lines.js' }),
    'lines.js': `
      exports.lines = (text) => Object.fromEntries(text.trim().split('\\n').map((line) => line.split('=')))`,
  },
]

/** What a layout is installed from. */
export interface Source {
  readonly folder: string
  readonly tarball: string
  readonly registry: Registry
}

/** Builds and packs the package, and starts a registry that has it. */
export async function makeSource(folder: string): Promise<Source> {
  const tarball = await makeTarball(folder)
  const registry = await startRegistry({ folder: join(folder, 'registry'), tarball, packages })
  return { folder, tarball, registry }
}

/** Installs a project with one of the managers, in an empty folder below the source's. @returns the folder */
export async function installProject(
  manager: Manager,
  source: Source,
  project: object,
  name: string = manager,
): Promise<string> {
  const folder = join(source.folder, name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, ...project }))
  const home = join(source.folder, 'home')
  await install({ manager, folder, registry: source.registry.url, home })
  return folder
}

/** Our package alone. */
export const bare = { type: 'module', dependencies: { mimeport: '*' } }

/** Our package and the packages with loaders. */
export const withLoaders = {
  type: 'module',
  dependencies: { mimeport: '*', 'mimeport-loader-ini': '1', 'mimeport-loader-tsv': '1' },
  mimeport: { loaders: ['mimeport-loader-tsv', 'mimeport-loader-ini'] },
}
