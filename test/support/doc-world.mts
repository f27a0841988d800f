/** The world that the documents' programs are written for, on loopback: the hosts that they name, and files of a reader's. */

import { globSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { tarOf, zipOf } from './archives.mts'
import { root } from './documents.mts'
import { startGitHub } from './github.mts'
import { startServer } from './server.mts'
import { makeProject } from './spawn.mts'
import type { Project } from './spawn.mts'

/** `export function add(a: i32, b: i32): i32`. WebAssembly 1.0 §5. */
const wasm = Buffer.from(
  'AGFzbQEAAAABBwFgAn9/AX8DAgEABwcBA2FkZAAACgkBBwAgACABagsACgRuYW1lAgMBAAA=',
  'base64',
)

/** A loader of TOML, as far as the contract's page needs one. */
const toml = `
export const accepts = ['application/toml']
export function transform(headers, body) {
  const entries = [...body.matchAll(/^(\\w+) = (.+)$/gm)].map(([, key, value]) => key + ': ' + value)
  return { source: 'export default { ' + entries.join(', ') + ' }', format: 'module' }
}`

/** What stands for `@rollup/plugin-yaml`, which the tests in `test/adapters` run. */
const rollupYaml = `
import { parse } from '${import.meta.resolve('yaml')}'
export default () => ({
  name: 'yaml',
  transform(code, id) {
    if (!id.endsWith('.yaml')) return null
    const data = Object.entries(parse(code)).map(([key, value]) => [key, JSON.stringify(value)])
    const names = data.map(([key, value]) => 'export const ' + key + ' = ' + value)
    return [...names, 'export default { ' + data.map(([key]) => key) + ' }'].join('\\n')
  },
})`

/** What every project has, by the names that the documents use. */
const files: Readonly<Record<string, string | Uint8Array>> = {
  'prices.tsv': 'item\tprice\nbread\t3\n',
  'vendor/lib.zip': zipOf({ 'lib/x.mjs': 'export const x = 1' }),
  'LICENCE.txt': 'Do as you like.\n',
  'settings.jsonc': '{ "port": 1, /* of a ship */ }\n',
  'notes.md': '```js\nexport default 1\nexport const title = "Notes"\n```\n',
  'toml.mjs': toml,
  // What `mimeport types` writes.
  '.mimeport/types/tsconfig.json': '{}',
}

/** An addon that npm has brought, where it has one for this system. */
function addon(): Uint8Array | undefined {
  const folder = join(
    root,
    'node_modules/bufferutil/prebuilds',
    `${process.platform}-${process.arch}`,
  )
  const [name] = globSync('*.node', { cwd: folder })
  return name === undefined ? undefined : readFileSync(join(folder, name))
}

const codec = addon()

/** Documents that this system cannot show. */
export const impossible: readonly string[] = codec === undefined ? ['loaders/addon/README.md'] : []

const repository = {
  files: {
    'dir/file.mjs': 'export const x = 1, y = 2, z = 3\nexport default x',
    'prices.tsv': 'item\tprice\nbread\t3\n',
    'config.toml': 'port = 8080\n',
    'settings.ini': 'colour = blue\n',
    'add.wasm': wasm,
    'report.md': '```js\nexport const report = 1\n```\n',
  },
  branches: { 'feature/x': {} },
  tags: { 'v1.2.0': 'main', v1: 'main', v2: 'main' },
}

const sources: Readonly<Record<string, string | Uint8Array>> = {
  'esm.sh/acorn@8': `export const parse = () => ({ type: 'Program' })`,
  'esm.sh/jsr/@std/path@1/posix': `export { basename } from 'node:path/posix'`,
  'github.com/owner/repo/archive/refs/tags/v1.tar.gz': tarOf({
    'repo-1/mod.ts': 'export const z: number = 3',
  }),
  'host/releases/lib-1.2.tgz': tarOf({ 'package/index.mjs': 'export const y = 2' }),
  'host/report?format=csv': 'item,price\nbread,3\n',
  'localhost:8080/answer.mjs': 'export const answer = 42',
  'localhost:8080/report.md': '```js\nexport const report = "1.5 kilo"\n```\n',
  'example.com/add.wasm': wasm,
  'example.com/x.mjs': 'export const x = 1\nexport default x',
  ...(codec && { 'example.com/build/codec.node': codec }),
}

const types: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  gz: 'application/gzip',
  md: 'text/markdown',
  node: 'application/octet-stream',
  tgz: 'application/gzip',
  wasm: 'application/wasm',
}

export interface World {
  /** Variables by which the hosts are found. */
  readonly env: Readonly<Record<string, string>>
  /** An import map that leads to the other hosts. */
  readonly imports: Readonly<Record<string, string>>
  /** A project with a folder for each of several readers, each with these files and those that all have. */
  project(
    folders: readonly Readonly<Record<string, string>>[],
    own: Readonly<Record<string, string>>,
  ): Project
  stop(): Promise<void>
}

/** Starts it. */
export async function startWorld(): Promise<World> {
  const repos = { 'owner/repo': repository, 'acme/handbook': repository }
  const groups = { 'group/project': repository, 'group/sub/project': repository }
  const [server, github, gitlab, codeberg] = await Promise.all([
    startServer(),
    startGitHub({ repos }),
    startGitHub({ host: 'gitlab', repos: groups }),
    startGitHub({ host: 'codeberg', repos }),
  ])
  for (const [path, body] of Object.entries(sources)) {
    const type = types[/[.=](\w+)$/.exec(path)?.[1] ?? ''] ?? 'text/javascript'
    await server.set(`/${path}`, { body, headers: { 'content-type': type } })
  }
  const hosts = [
    'https://esm.sh/',
    'https://example.com/',
    'https://github.com/',
    'https://host/',
    'http://localhost:8080/',
  ]
  return {
    env: {
      ...github.env,
      ...gitlab.env,
      ...codeberg.env,
      MIMEPORT_NPM_URL: `${server.url}/esm.sh/*`,
      MIMEPORT_JSR_URL: `${server.url}/esm.sh/jsr/*`,
    },
    imports: Object.fromEntries(
      hosts.map((host) => [host, host.replace(/^https?:\//, server.url)]),
    ),
    project(folders, more) {
      const own = codec && { 'prebuilds/linux-x64/bufferutil.node': codec }
      const all = folders.flatMap((each, index) =>
        Object.entries({ ...files, ...own, ...each }).map(([name, text]) => [
          `${index}/${name}`,
          text,
        ]),
      )
      const project = makeProject({ ...more, ...Object.fromEntries(all) })
      const folder = join(project.path, 'node_modules/mimeport')
      mkdirSync(folder, { recursive: true })
      project.write({
        'node_modules/@rollup/plugin-yaml/package.json':
          '{ "type": "module", "exports": "./yaml.mjs" }',
        'node_modules/@rollup/plugin-yaml/yaml.mjs': rollupYaml,
        'node_modules/mimeport/package.json': JSON.stringify({
          name: 'mimeport',
          type: 'module',
          exports: {
            '.': './loader.mts',
            './contract': './contract.mts',
            './rollup': './rollup.mts',
            './unplugin': './unplugin.mts',
            './types': './types.mts',
          },
        }),
      })
      // By their real paths, since Node strips no types below node_modules.
      symlinkSync(join(root, 'loader.mts'), join(folder, 'loader.mts'))
      symlinkSync(join(root, 'contract/contract.mts'), join(folder, 'contract.mts'))
      symlinkSync(join(root, 'adapters/rollup.mts'), join(folder, 'rollup.mts'))
      symlinkSync(join(root, 'adapters/unplugin.mts'), join(folder, 'unplugin.mts'))
      symlinkSync(join(root, 'core/types.mts'), join(folder, 'types.mts'))
      return project
    },
    async stop() {
      await Promise.all([server, github, gitlab, codeberg].map((each) => each.stop()))
    },
  }
}
