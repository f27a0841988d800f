/** The engine's half as it is published: one file of what every engine needs, and files for what some need. */

import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { build } from 'esbuild'
import { shippedText } from '../core/shipped-text.mts'
import { withoutImports } from './builtin-imports.mts'
import type { BuildOptions, Metafile, Plugin } from 'esbuild'

/** What stands for the files that every engine needs, the loaders among them. */
const CORE = 'engine:core'

/** What stands for the files that every engine needs that asks a server. */
const NET = 'engine:net'

/** Where that begins. */
const resource = 'core/resource/resource.mts'

/** Where the thread begins, and what it has at once: all that these import statically is needed by every engine. */
const worker = 'core/bridge/worker.mts'

interface Graph {
  /** Files that every engine needs. */
  readonly core: readonly string[]
  /** Files that something imports when it needs them. */
  readonly late: ReadonlySet<string>
  /** Files that are needed to ask a server, beyond `core`. */
  readonly net: readonly string[]
  /** Those of `late` that need something of them. */
  readonly asking: ReadonlySet<string>
}

function isOurs(path: string): boolean {
  return path.endsWith('.mts')
}

/** Adds what `from` imports statically to `found`. */
function reach({ inputs }: Metafile, from: string, found: Set<string>): void {
  if (found.has(from)) return
  found.add(from)
  for (const { path, kind } of inputs[from]?.imports ?? []) {
    if (kind === 'import-statement' && isOurs(path)) reach({ inputs } as Metafile, path, found)
  }
}

function graphOf(metafile: Metafile, loaders: readonly string[]): Graph {
  const found = new Set<string>()
  for (const each of [worker, ...loaders]) reach(metafile, each, found)
  found.delete(worker)
  const core = [...found]
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports)
  const late = imports.filter(({ path, kind }) => kind === 'dynamic-import' && isOurs(path))
  const paths = new Set(late.map(({ path }) => path).filter((path) => !found.has(path)))
  const reached = (from: string) => {
    const files = new Set<string>()
    reach(metafile, from, files)
    return [...files].filter((path) => !found.has(path))
  }
  const net = reached(resource)
  const asking = [...paths].filter((path) => reached(path).some((each) => net.includes(each)))
  return { core, late: paths, net, asking: new Set(asking) }
}

/**
 * Files that several entries share go into one file for each set of entries that share them, which would be a dozen at the
 * start of every engine. So each entry, and each file that is imported late, imports all that every engine needs: that is
 * one set; and each that needs something of what asks servers imports all of that. An `import` of Node's own modules makes a
 * namespace and runs every getter of it; a property does not.
 */
function plugin(root: string, loaders: readonly string[], graph: Graph): Plugin {
  const { core, late, net, asking } = graph
  const beginnings = new Set([worker, ...loaders, ...late])
  const ships = loaders.map((path, number) => [
    `import * as loader${number} from './${path}'`,
    `ship('${nameOf(path)}', loader${number})`,
  ])
  const contents = [
    `import { ship } from './core/engine/shipped.mts'`,
    ...core.map((path) => `import './${path}'`),
    ...ships.flat(),
  ]
  return {
    name: 'engine',
    setup({ onResolve, onLoad }) {
      const filter = new RegExp(`^(?:${CORE}|${NET})$`)
      onResolve({ filter }, ({ path }) => ({ path, namespace: 'engine' }))
      onLoad({ filter: /.*/, namespace: 'engine' }, ({ path }) => ({
        contents: (path === CORE ? contents : net.map((each) => `import './${each}'`)).join('\n'),
        resolveDir: root,
      }))
      onLoad({ filter: /\.mts$/ }, ({ path }) => {
        const name = relative(root, path).replaceAll('\\', '/')
        const text = withoutImports(readFileSync(path, 'utf8'))
        const all = [
          ...(beginnings.has(name) ? [CORE] : []),
          ...(asking.has(name) ? [NET] : []),
        ].map((each) => `import '${each}'\n`)
        return { contents: all.join('') + text, loader: 'ts' }
      })
    },
  }
}

const nameOf = (path: string) => basename(path, '.mts')

/**
 * Bundles the engine's half of `root` into the folder `out`: `core/bridge/worker.mjs`, with all that it needs in
 * `core/engine/`. Each loader's folder keeps its file, which leads there.
 */
export async function bundleEngine(
  root: string,
  out: string,
  common: BuildOptions,
): Promise<Metafile> {
  const loaders = globSync('loaders/*/*.mts', { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\/([\w-]+)\/\1\.mts$/.test(path))
    .toSorted()
  const entryPoints = [
    { in: worker, out: worker.replace(/\.mts$/, '') },
    ...loaders.map((path) => ({ in: path, out: `core/engine/loaders/${nameOf(path)}` })),
  ]
  const options = {
    ...common,
    metafile: true,
    splitting: true,
    entryPoints,
    outdir: out,
    outExtension: { '.js': '.mjs' },
    // ! Two folders deep below `core`, as the files are that look for others by their own URL.
    chunkNames: 'core/engine/[name]-[hash]',
  } as const satisfies BuildOptions
  const { metafile } = await build({ ...options, write: false })
  const graph = graphOf(metafile, loaders)
  const built = await build({ ...options, plugins: [plugin(root, loaders, graph)] })
  for (const name of loaders.map(nameOf)) {
    mkdirSync(join(out, 'loaders', name), { recursive: true })
    writeFileSync(join(out, 'loaders', name, `${name}.mjs`), shippedText(name))
  }
  return built.metafile
}
