/** Where the matrix is played: a project with loaders, programs and the files of all sources. */

import { readFileSync, readdirSync } from 'node:fs'
import { formats } from './formats.mts'
import { startSources } from './sources.mts'
import { makeProject } from '../support/spawn.mts'
import { sourceNames } from './source.mts'
import type { Source, SourceName } from './source.mts'
import type { Project } from '../support/spawn.mts'

export interface Stage {
  readonly project: Project
  readonly sources: readonly Source[]
  close(): Promise<void>
}

const here = (path: string) => new URL(path, import.meta.url)

/** What programs know of the modules of a source. */
function cellsOf(source: Source): string {
  const cells = formats.map((format) => {
    const { specifier, absolute, url, filename } = source.place(format)
    const options = format.attributes && { with: format.attributes }
    const fields = { format: format.label, specifier, absolute, url, filename, options }
    return `{ ...${JSON.stringify(fields)}, probe: ${format.probe} },\n`
  })
  return `module.exports = [\n${cells.join('')}]\n`
}

/** For each format a module that imports it statically. */
function staticImports(source: Source): Record<string, string> {
  return Object.fromEntries(
    formats.map((format) => {
      const specifier = JSON.stringify(source.place(format).specifier)
      const attributes = format.attributes && ` with ${JSON.stringify(format.attributes)}`
      return [
        `${source.name}/static-${format.label}.mjs`,
        `import * as ns from ${specifier}${attributes ?? ''}\nexport { ns }\n`,
      ]
    }),
  )
}

function folder(from: string, to: string): Record<string, Uint8Array> {
  return Object.fromEntries(
    readdirSync(here(from), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [`${to}/${name}`, readFileSync(here(`${from}/${name}`))]),
  )
}

/** Writes the project and starts the servers. The folder of each source is `<name>/`, with all programs. */
export async function openStage(names: readonly SourceName[] = sourceNames): Promise<Stage> {
  const project = makeProject({
    'mimeport.json': '{ "loaders": ["./loaders/*"] }\n',
    ...folder('loaders', 'loaders'),
    ...folder('execute', 'execute'),
  })
  const { sources, stop } = await startSources(project, names)
  for (const source of sources) {
    project.write({
      ...folder('programs', source.name),
      ...staticImports(source),
      [`${source.name}/cells.cjs`]: cellsOf(source),
    })
  }
  return {
    project,
    sources,
    async close() {
      await stop()
      project.remove()
    },
  }
}
