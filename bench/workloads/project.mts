/** The folder of a run: the package installed as its users have it, the workloads beside it, the caches. */

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Memory, where the system has a folder of it: how quickly a disk makes files is another matter. */
const shared = '/dev/shm'

export interface Project {
  /** Where programs run: `node_modules/mimeport` is below it. */
  readonly folder: string
  readonly caches: string
  /** Writes a file of the project, by its path in there. Makes the folders above it. */
  readonly write: (path: string, text: string) => void
  readonly remove: () => void
}

export function makeProject(): Project {
  const root = mkdtempSync(join(existsSync(shared) ? shared : tmpdir(), 'mimeport-bench-'))
  const folder = join(root, 'project')
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  write(
    'package.json',
    `${JSON.stringify({ name: 'workloads', private: true, type: 'module' }, undefined, 2)}\n`,
  )
  const compilerOptions = { experimentalDecorators: true, target: 'es2024', module: 'nodenext' }
  write('tsconfig.json', JSON.stringify({ compilerOptions }))
  write('deno.json', JSON.stringify({ compilerOptions: { experimentalDecorators: true } }))
  return {
    folder,
    caches: join(root, 'caches'),
    write,
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}
