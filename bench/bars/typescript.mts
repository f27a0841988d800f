/** C: local TypeScript, of which a share is not erasable; and the same sizes with types alone. */

import { transform } from 'esbuild'
import { checksum, tree } from '../workloads/graph.mts'
import { extension, own, typescript as moduleText } from '../workloads/typescript.mts'
import { engineFault } from './engine-thread.mts'
import { ratio } from './row.mts'
import type { Cast } from '../contenders/cast.mts'
import type { Variant } from '../workloads/typescript.mts'
import type { Row } from './row.mts'
import type { Sizes } from './sizes.mts'

const bounds = { cold: 1.6, warm: 0.6 }
const compileCache = { NODE_COMPILE_CACHE: '$CACHES/compile-cache' }

export interface Written {
  readonly entry: string
  /** The same program, compiled before. */
  readonly prebuilt: string
  readonly expected: string
}

/** Writes local modules of TypeScript, and beside them what esbuild makes of them. */
export async function writeTypeScript(
  cast: Cast,
  count: number,
  variant: Variant,
): Promise<Written> {
  const { write } = cast.setting.project
  const graph = tree(count)
  const folder = `local-ts-${variant}-${count}`
  const source = (at: number) => `m${at}${extension(at, variant)}`
  const built = (at: number) => `m${at}.mjs`
  await Promise.all(
    [...graph.keys()].map(async (at) => {
      write(`${folder}/${source(at)}`, moduleText(graph, at, variant, source))
      const { code } = await transform(moduleText(graph, at, variant, built), {
        loader: extension(at, variant) === '.tsx' ? 'tsx' : 'ts',
        format: 'esm',
        target: 'es2024',
        tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
      })
      write(`${folder}-built/${built(at)}`, code)
    }),
  )
  const app = (file: string) =>
    `import { value } from './${file}'\nconsole.log('checksum ' + value)\n`
  write(`${folder}/app.ts`, app(source(0)))
  write(`${folder}-built/app.mjs`, app(built(0)))
  return {
    entry: `${folder}/app.ts`,
    prebuilt: `${folder}-built/app.mjs`,
    expected: checksum(graph, (at) => own(at, variant)),
  }
}

const variants = { mixed: '.ts', erasable: '.ts, erasable only' } as const

export async function typescript(cast: Cast, { local }: Sizes): Promise<Row[]> {
  const rows: Row[] = []
  for (const variant of ['mixed', 'erasable'] as const) {
    const { entry, prebuilt, expected } = await writeTypeScript(cast, local, variant)
    for (const start of ['cold', 'warm'] as const) {
      const limit = 'node on prebuilt JS'
      const part = { entry, start }
      const stripping = { name: 'node’s type stripping', ...part }
      const ours = cast.ours(part)
      const work = `${local} local ${variants[variant]}, ${start}`
      rows.push({
        letter: 'C',
        name: `C. ${work}`,
        expected,
        limit,
        contenders: [
          ours,
          cast.onNode('node', { entry: prebuilt, name: limit }),
          ...(start === 'warm'
            ? [
                cast.onNode('node', {
                  entry: prebuilt,
                  name: 'node on prebuilt JS, warm compile cache',
                  env: compileCache,
                }),
              ]
            : []),
          ...(variant === 'erasable'
            ? [{ ...cast.onNode('node', stripping), role: 'peer' } as const]
            : []),
          ...cast.peersOnNode(
            [
              'node --import oxc-node',
              'node --import swc-node',
              'node --import tsx',
              'tsx',
              'jiti',
            ],
            part,
          ),
          ...cast.runtimes(part),
        ],
        // What is warm needs none.
        faults: () => (start === 'warm' ? engineFault(ours) : []),
        bars: [
          {
            id: start === 'cold' ? 'C' : "C'",
            work,
            bar: `≤ ${bounds[start]} × Node on prebuilt JavaScript`,
            bound: bounds[start],
            measure: ratio('mimeport', limit),
          },
        ],
      })
    }
  }
  return rows
}
