/** E: local modules in Markdown, against Node on the code that is in them. */

import { transform } from 'esbuild'
import { join } from 'node:path'
import { checksum, tree } from '../workloads/graph.mts'
import { own as ownOfJavaScript } from '../workloads/javascript.mts'
import { codeOf, markdown as documentOf } from '../workloads/markdown.mts'
import { own as ownOfTypeScript } from '../workloads/typescript.mts'
import { engineFault } from './engine-thread.mts'
import { ratio } from './row.mts'
import type { Cast } from '../contenders/cast.mts'
import type { Language } from '../workloads/markdown.mts'
import type { Row } from './row.mts'
import type { Sizes } from './sizes.mts'

const bounds = { cold: 1.8, warm: 1.05 }
const LIMIT = 'node on the extracted JS'

async function write(cast: Cast, count: number, language: Language) {
  const { project } = cast.setting
  const graph = tree(count)
  const extension = language === 'js' ? 'mjs.md' : 'ts.md'
  const folder = `markdown-${language}`
  const built = (at: number) => `m${at}.mjs`
  for (const at of graph.keys()) {
    const text = documentOf(graph, at, language, (at) => `m${at}.${extension}`)
    project.write(`${folder}/m${at}.${extension}`, text)
    const { code } = await transform(codeOf(graph, at, language, built), {
      loader: language,
      format: 'esm',
      target: 'es2024',
    })
    project.write(`${folder}-built/${built(at)}`, code)
  }
  const app = (file: string) =>
    `import { value } from './${file}'\nconsole.log('checksum ' + value)\n`
  project.write(`${folder}/app.mjs`, app(`m0.${extension}`))
  project.write(`${folder}-built/app.mjs`, app(built(0)))
  const own = language === 'js' ? ownOfJavaScript : (at: number) => ownOfTypeScript(at, 'erasable')
  return { folder, work: `${count} local .${extension}`, expected: checksum(graph, own) }
}

export async function markdown(cast: Cast, { markdown: count }: Sizes): Promise<Row[]> {
  const { peers } = cast.setting
  const rows: Row[] = []
  for (const language of ['js', 'ts'] as const) {
    const { folder, work, expected } = await write(cast, count, language)
    const entry = `${folder}/app.mjs`
    for (const start of ['cold', 'warm'] as const) {
      const ours = cast.ours({ entry, start })
      const marked = { BENCH_MARKED: join(peers ?? '', 'marked/lib/marked.esm.js') }
      rows.push({
        letter: 'E',
        name: `E. ${work}, ${start}`,
        expected,
        limit: LIMIT,
        contenders: [
          ours,
          cast.onNode('node', { entry: `${folder}-built/app.mjs`, name: LIMIT }),
          ...cast.peersOnNode(['naive registerHooks + marked'], { entry, start, env: marked }),
        ],
        // What is warm needs none.
        faults: () => (start === 'warm' ? engineFault(ours) : []),
        bars: [
          {
            id: 'E',
            work: `${work}, ${start}`,
            bar: `≤ ${bounds[start]} × Node on the extracted JavaScript`,
            bound: bounds[start],
            measure: ratio('mimeport', LIMIT),
          },
        ],
      })
    }
  }
  return rows
}
