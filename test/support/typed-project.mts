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
  check(config?: string): Promise<string[]>
  /** All files of the folder, below it, with `/`. */
  files(): string[]
  read(path: string): string
}

/** What a project's own configuration has, without what is not the test's affair. */
export const compilerOptions = {
  target: 'esnext',
  module: 'nodenext',
  strict: true,
  noEmit: true,
  types: [],
  lib: ['esnext', 'dom'],
}

export function typedProject(
  files: Readonly<Record<string, string | Uint8Array>>,
  { withCompiler = true }: { readonly withCompiler?: boolean } = {},
): TypedProject {
  const config = { extends: './.mimeport/types/tsconfig.json', compilerOptions, include: ['src'] }
  const project = makeProject({ 'tsconfig.json': JSON.stringify(config), ...files })
  const folder = join(project.path, '.mimeport/types')
  if (withCompiler) {
    mkdirSync(join(project.path, 'node_modules'), { recursive: true })
    symlinkSync(typescript, join(project.path, 'node_modules/typescript'), 'junction')
  }
  const env = { MIMEPORT_CACHE: join(project.path, '.cache') }
  return {
    ...project,
    types: (args, options) =>
      mimeport(['types', ...args], {
        cwd: project.path,
        timeout: 120_000,
        ...options,
        env: { ...env, ...options?.env },
      }),
    async check(config = 'tsconfig.json') {
      const args = [tsc, '-p', join(project.path, config), '--pretty', 'false']
      const { stdout } = await run(args, { cwd: project.path, nodeArgs: [], timeout: 120_000 })
      return stdout.split('\n').filter((line) => line !== '')
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
