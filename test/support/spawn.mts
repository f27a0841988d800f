/** Runs a program in a process of its own, as a user would: with the loader, from a folder, to its end. */

import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve as resolvePath } from 'node:path'
import { fileURLToPath } from 'node:url'

const sourcePath = fileURLToPath(new URL('../../loader.mts', import.meta.url))

/** What `--import` registers: the source's, or the package's that `MIMEPORT_UNDER_TEST` names (`npm run test:installed`). */
export const loaderPath = process.env['MIMEPORT_UNDER_TEST'] ?? sourcePath

export interface Run {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** Wall time, ms. */
  readonly took: number
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Node's own arguments before the program; `--import` of the loader when left out. */
  readonly nodeArgs?: readonly string[]
  readonly input?: string
  /** Kills the program after this, ms. */
  readonly timeout?: number
  /** Is given the child as soon as it runs. */
  readonly onSpawn?: (child: ReturnType<typeof spawn>) => void
}

/** Runs `node <nodeArgs> <args>`; never rejects for what the program does. */
export function run(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const { cwd, env = {}, input, timeout = 30_000 } = options
  // Some name the source's loader by a path of their own.
  const nodeArgs = (options.nodeArgs ?? ['--import', loaderPath]).map((arg) =>
    resolvePath(cwd ?? '', arg) === sourcePath ? loaderPath : arg,
  )
  const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...inherited } = process.env
  for (const name of Object.keys(inherited))
    if (name.startsWith('MIMEPORT_') || name === 'CI') delete inherited[name]
  // Nothing is stored from the run before, unless a test names a folder for it.
  const cache = env['MIMEPORT_CACHE'] ?? mkdtempSync(join(tmpdir(), 'mimeport-http-cache-'))
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...nodeArgs, ...args], {
      cwd,
      env: { ...inherited, MIMEPORT_CACHE: cache, ...env } as NodeJS.ProcessEnv,
      stdio: 'pipe',
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.stdin.on('error', () => {})
    child.stdin.end(input ?? '')
    const timer = setTimeout(() => child.kill('SIGKILL'), timeout)
    child.on('error', reject)
    child.on('close', (status, signal) => {
      clearTimeout(timer)
      if (env['MIMEPORT_CACHE'] === undefined) rmSync(cache, { recursive: true, force: true })
      resolve({ status, signal, stdout, stderr, took: performance.now() - started })
    })
    options.onSpawn?.(child)
  })
}

/** A temporary project on disk. */
export interface Project {
  readonly path: string
  write(files: Readonly<Record<string, string | Uint8Array>>): void
  /** Writes files that were last changed an hour ago: what has just been changed is not gone by. */
  writeOld(files: Readonly<Record<string, string | Uint8Array>>): void
  remove(): void
}

/** Makes a folder with these files, by their paths in it. */
export function makeProject(files: Readonly<Record<string, string | Uint8Array>>): Project {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'mimeport-test-')))
  const project: Project = {
    path,
    write(more) {
      for (const [name, content] of Object.entries(more)) {
        mkdirSync(dirname(join(path, name)), { recursive: true })
        writeFileSync(join(path, name), content)
      }
    },
    writeOld(more) {
      project.write(more)
      const anHourAgo = new Date(Date.now() - 3_600_000)
      for (const name of Object.keys(more)) utimesSync(join(path, name), anHourAgo, anHourAgo)
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
  project.write({ 'package.json': '{ "type": "module" }\n', ...files })
  return project
}

/** Makes a project, works in it, and removes it. @returns what `work` does */
export async function inProject<T>(
  files: Readonly<Record<string, string | Uint8Array>>,
  work: (project: Project) => T | Promise<T>,
): Promise<T> {
  const project = makeProject(files)
  try {
    return await work(project)
  } finally {
    project.remove()
  }
}

/** Makes a project, runs a program of it, and removes it. */
export function runProject(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: RunOptions & { readonly main?: string } = {},
): Promise<Run & { readonly path: string }> {
  return inProject(files, async ({ path }) => {
    const result = await run([options.main ?? 'app.mjs'], { cwd: path, ...options })
    return { ...result, path }
  })
}

/** Makes output comparable: the project's folder, the loader's, the port and Node's version are named. */
export function normalize(text: string, path: string, server = ''): string {
  const own = dirname(loaderPath)
  let normal = text.replaceAll(path, '<project>').replaceAll(own, '<mimeport>')
  if (server !== '') normal = normal.replaceAll(server, '<server>')
  return normal
    .replace(/Node\.js v\S+/g, 'Node.js <version>')
    .replace(/node:internal\/([\w/-]+):\d+(?::\d+)?/g, 'node:internal/$1')
}
