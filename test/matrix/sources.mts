/** The sources of the matrix: the same files on disk, on a server, in a repository, and in `data:` URLs. */

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { formats } from './formats.mts'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import type { Format, Part } from './format.mts'
import type { Source, SourceName } from './source.mts'
import type { Project } from '../support/spawn.mts'

const contentOf = ({ content }: Part, beside: (name: string) => string): string | Uint8Array =>
  typeof content === 'function' ? content(beside) : content

/** All files, by path: each format has a folder of its own, named by its label. */
function hierarchical(): Map<
  string,
  { readonly part: Part; readonly content: string | Uint8Array }
> {
  const files = new Map()
  for (const format of formats) {
    for (const [name, part] of [[format.file, format], ...Object.entries(format.parts ?? {})] as [
      string,
      Part,
    ][]) {
      const content = contentOf(part, (other) => `./${other}`)
      files.set(`${format.label}/${name}`, { part, content })
    }
  }
  return files
}

const pathOf = ({ label, file }: Format) => `${label}/${file}`

function dataURL(part: Part, parts: Format['parts'] = {}): string {
  const content = contentOf(part, (name) => dataURL(parts[name]!, parts))
  const type = (part.dataType ?? part.mediaType) || 'application/octet-stream'
  return typeof content === 'string'
    ? `data:${type},${encodeURIComponent(content)}`
    : `data:${type};base64,${Buffer.from(content).toString('base64')}`
}

/** Characters of a `data:` URL that is a module's name as it is; a longer one is told by its hash. */
const LONGEST = 1024

const data: Source = {
  name: 'data',
  title: 'a data: URL',
  env: {},
  place(format) {
    const specifier = dataURL(format, format.parts)
    const [type] = specifier.split(/[;,]/, 1)
    const hash = createHash('sha256').update(specifier).digest('hex')
    const url = specifier.length > LONGEST ? `${type};sha256=${hash},` : specifier
    return { specifier, absolute: specifier, url, filename: url }
  },
}

function files(project: Project): Source {
  for (const [path, { content }] of hierarchical()) {
    project.write({ [`file/modules/${path}`]: content })
  }
  return {
    name: 'file',
    title: 'a file',
    env: {},
    place(format) {
      const filename = join(project.path, 'file/modules', pathOf(format))
      const url = pathToFileURL(filename).href
      return { specifier: `./modules/${pathOf(format)}`, absolute: url, url, filename }
    },
  }
}

interface ServedSource extends Source {
  stop(): Promise<void>
}

/** A server that says what it sends, but for what servers have no media type for. */
async function http(): Promise<ServedSource> {
  const server = await startServer()
  await server.set(
    Object.fromEntries(
      [...hierarchical()].map(([path, { part, content }]) => [
        `/${path}`,
        {
          headers: part.mediaType === '' ? {} : { 'content-type': part.mediaType },
          body: content,
        },
      ]),
    ),
  )
  return {
    name: 'http',
    title: 'an http: URL',
    env: {},
    place(format) {
      const url = `${server.url}/${pathOf(format)}`
      return { specifier: url, absolute: url, url, filename: url }
    },
    stop: () => server.stop(),
  }
}

async function github(): Promise<ServedSource> {
  const server = await startGitHub({
    repos: {
      'owner/repo': {
        files: Object.fromEntries(
          [...hierarchical()].map(([path, { content }]) => [path, content]),
        ),
      },
    },
  })
  const commit = await server.commit()
  return {
    name: 'github',
    title: 'a repository',
    env: server.env,
    place(format) {
      const specifier = `github:owner/repo/${pathOf(format)}`
      const url = `github://owner/repo@${commit}/${pathOf(format)}`
      return { specifier, absolute: specifier, url, filename: url }
    },
    stop: () => server.stop(),
  }
}

export interface Sources {
  readonly sources: readonly Source[]
  stop(): Promise<unknown>
}

/** Puts the files where these sources have them, on disk in any case. The folder of a source in the project is `<name>/`. */
export async function startSources(
  project: Project,
  names: readonly SourceName[],
): Promise<Sources> {
  const disk = files(project)
  const servers = await Promise.all([
    ...(names.includes('http') ? [http()] : []),
    ...(names.includes('github') ? [github()] : []),
  ])
  const all = [disk, ...servers, data]
  return {
    sources: all.filter(({ name }) => names.includes(name)),
    stop: () => Promise.all(servers.map((server) => server.stop())),
  }
}
