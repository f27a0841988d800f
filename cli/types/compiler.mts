/** The project's own TypeScript: found, and run over sources that nothing executes. */

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { LoaderError } from '../../core/errors.mts'
import { escapeText } from '../../core/text.mts'

/** ms. A graph of a thousand modules takes seconds. */
const DEADLINE = 300_000

/** The first that takes a default import of JSON that is declared, as `nodenext` has it. docs/types.md */
const OLDEST = [5, 7] as const

export interface Compiler {
  readonly file: string
  readonly version: string
}

function unusable(root: string, reason: string): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_TYPESCRIPT',
    `Cannot make declarations in '${escapeText(root)}': ${reason}: npm install --save-dev typescript`,
  )
}

/**
 * Finds the TypeScript of a project.
 * @throws {LoaderError} ERR_MIMEPORT_TYPESCRIPT where there is none, or one that is too old.
 */
export function compilerOf(root: string): Compiler {
  let manifest: string
  try {
    manifest = createRequire(join(root, 'package.json')).resolve('typescript/package.json')
  } catch {
    throw unusable(root, 'TypeScript is not installed there, and it makes them')
  }
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw unusable(root, `TypeScript ${escapeText(version)} is older than ${OLDEST.join('.')}`)
  }
  return { file: join(dirname(manifest), 'bin', 'tsc'), version }
}

/**
 * Runs it with a configuration. What it finds wrong in the sources is not ours, and it writes declarations all the same.
 * @throws {LoaderError} ERR_MIMEPORT_TYPESCRIPT when it cannot be run, or does not end.
 */
export function compile({ file }: Compiler, config: string, root: string): Promise<string> {
  const child = spawn(process.execPath, [file, '-p', config], {
    cwd: dirname(config),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: DEADLINE,
    killSignal: 'SIGKILL',
  })
  let output = ''
  const take = (chunk: Buffer): void => {
    if (output.length < 10_000) output += chunk.toString('utf8')
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(unusable(root, `'tsc' cannot be run (${error.message})`)))
    child.on('close', (code, signal) => {
      // 1 and 2 tell of errors in the sources, with or without output.
      if (code !== null && code <= 2) resolve(output)
      else {
        const said = escapeText(output.slice(0, 200))
        const how = signal === null ? `exit code ${code}` : `${signal}`
        reject(unusable(root, `'tsc' ended with ${how}${said === '' ? '' : ` ('${said}')`}`))
      }
    })
  })
}
