/** A project whose modules lie on a server and in a repository, and the cache that its programs and commands have. */

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { mimeport } from './cli.mts'
import { makeProject, run } from './spawn.mts'
import type { GitHub } from './github.mts'
import type { TestServer } from './server.mts'
import type { Project, Run, RunOptions } from './spawn.mts'

/** Fields of JavaScript that is fresh for an hour. */
export const fresh = { 'content-type': 'text/javascript', 'cache-control': 'max-age=3600' }

export interface CachedProject extends Project {
  /** The cache's folder; it is not there yet. */
  readonly folder: string
  options(more?: RunOptions): RunOptions
  /** Runs `mimeport cache`. */
  cache(args: readonly string[], more?: RunOptions): Promise<Run>
  /** Runs a program. */
  start(args: readonly string[], env?: RunOptions['env']): Promise<Run>
  /** Files of a part of the cache, without the marks of sweeps; absolute paths. */
  filesIn(part: string): string[]
  /** Writes `app.mjs`, and serves what it imports: a redirect, Markdown, TypeScript, a file of a repository. */
  serveGraph(): Promise<void>
}

/** Makes a project; `github` has a repository `acme/lib` with `a.mjs`. */
export function makeCachedProject(server: TestServer, github: GitHub): CachedProject {
  const project = makeProject({})
  const folder = join(project.path, '.cache')
  const options = (more: RunOptions = {}): RunOptions => ({
    cwd: project.path,
    ...more,
    // A compile cache that is on already stays, and is not ours.
    env: {
      CI: '',
      MIMEPORT_CACHE: folder,
      NODE_COMPILE_CACHE: undefined,
      ...github.env,
      ...more.env,
    },
  })
  return {
    ...project,
    folder,
    options,
    cache: (args, more) => mimeport(['cache', ...args], options(more)),
    start: (args, env = {}) => run(args, options({ env })),
    filesIn(part) {
      const path = join(folder, part)
      if (!existsSync(path)) return []
      return readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile() && each.name !== 'swept')
        .map((each) => join(each.parentPath, each.name))
    },
    async serveGraph() {
      await server.set({
        '/latest': { status: 302, headers: { location: '/report.md' } },
        '/report.md': {
          headers: { 'content-type': 'text/markdown', 'cache-control': 'max-age=60' },
          body: "# R\n\n```ts\nimport { kilo } from './units.ts'\nexport const report: string = kilo(1500)\n```\n",
        },
        '/units.ts': {
          headers: { ...fresh, 'content-type': 'application/typescript' },
          body: "export const kilo = (n: number): string => n / 1000 + ' kilo'",
        },
      })
      project.write({
        'app.mjs': `
          import { report } from '${server.url}/latest'
          import one from 'github:acme/lib/a.mjs'
          console.log(report, one)`,
      })
    },
  }
}
