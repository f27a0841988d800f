/** A project with TypeScript, whose imports are declared by `mimeport types`. */

import { mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mimeport } from './cli.mts'
import { makeProject, run } from './spawn.mts'
import type { Project, Run, RunOptions } from './spawn.mts'

const typescript = fileURLToPath(new URL('../../node_modules/typescript', import.meta.url))

export const tsc = join(typescript, 'bin', 'tsc')

export interface TypedProject extends Project {
  /** Runs `mimeport types`, with a cache of the project's. */
  types(args: readonly string[], options?: RunOptions): Promise<Run>
  /** Runs the compiler as it comes: what it prints, a line each. */
  check(): Promise<string[]>
  /** What the compiler finds, with nothing of ours forgiven: lines of one file, and what is said of others. */
  errorsOf(
    file: string,
    how: { readonly module: string; readonly resolution: string; readonly compiler?: string },
  ): Promise<{ readonly lines: readonly number[]; readonly others: readonly string[] }>
  /** All files of the folder, below it, with `/`. */
  files(): string[]
  read(path: string): string
}

/** What a project's own configuration has, without what is not the test's affair. */
const compilerOptions = {
  target: 'esnext',
  module: 'nodenext',
  strict: true,
  noEmit: true,
  types: [],
  lib: ['esnext', 'dom'],
}

/** Gives a project a TypeScript of its own. */
export function installCompiler(folder: string, compiler = typescript): void {
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  symlinkSync(compiler, join(folder, 'node_modules/typescript'), 'junction')
}

export function typedProject(
  files: Readonly<Record<string, string | Uint8Array>>,
  { compiler = typescript }: { readonly compiler?: string | false } = {},
): TypedProject {
  const config = { extends: './.mimeport/types/tsconfig.json', compilerOptions, include: ['src'] }
  const project = makeProject({ 'tsconfig.json': JSON.stringify(config), ...files })
  const folder = join(project.path, '.mimeport/types')
  if (compiler !== false) installCompiler(project.path, compiler)
  const env = { MIMEPORT_CACHE: join(project.path, '.cache') }
  async function compile(name: string, compiler = tsc): Promise<string[]> {
    const args = [compiler, '-p', join(project.path, name), '--pretty', 'false']
    const { stdout } = await run(args, { cwd: project.path, nodeArgs: [], timeout: 120_000 })
    return stdout.split('\n').filter((line) => line !== '')
  }
  return {
    ...project,
    types: (args, options) =>
      mimeport(['types', ...args], {
        cwd: project.path,
        timeout: 120_000,
        ...options,
        env: { ...env, ...options?.env },
      }),
    check: () => compile('tsconfig.json'),
    async errorsOf(file, { module, resolution, compiler }) {
      const own = { ...compilerOptions, module, moduleResolution: resolution, skipLibCheck: false }
      project.write({
        'tsconfig.own.json': JSON.stringify({ ...config, compilerOptions: own }),
      })
      const found = await compile('tsconfig.own.json', compiler)
      // What follows an error is indented.
      const errors = found.filter((line) => !line.startsWith(' '))
      const places = errors.map((line) => /^(.+?)\((\d+),/.exec(line.replaceAll('\\', '/')) ?? [])
      return {
        lines: places.flatMap(([, where, line]) => (where === file ? [Number(line)] : [])),
        others: errors.filter((_, index) => places[index]![1] !== file),
      }
    },
    files: () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((file) => file.slice(folder.length + 1).replaceAll('\\', '/'))
        .sort(),
    read: (path) => readFileSync(join(folder, path), 'utf8'),
  }
}
