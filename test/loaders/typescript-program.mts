/** Transforms programs and runs what comes out, for the tests of the typescript loader. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { transform } from '../../loaders/typescript/typescript.mts'
import type { LoaderContext, TransformResult } from '../../core/types.mts'

export const folder = mkdtempSync(join(tmpdir(), 'mimeport-typescript-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

export interface Convert {
  /** The module's URL; one of another host, so that no tsconfig.json counts, when left out. */
  readonly url?: string
  readonly type?: string
}

/** Transforms as the framework would. */
export async function convert(
  source: string,
  { url = 'https://host.test/program.ts', type = 'application/typescript' }: Convert = {},
): Promise<TransformResult & { source: string; map?: string }> {
  const context = { url } as LoaderContext
  const result = await transform({ 'content-type': type }, source, context)
  return result as TransformResult & { source: string; map?: string }
}

/** Writes files below the temporary folder; returns the URL of one below it. */
export function write(files: Readonly<Record<string, string>>): (path: string) => string {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return (path) => pathToFileURL(join(folder, path)).href
}

let count = 0

/** Runs a transform's result: the namespace of a module, or `module.exports`. */
export async function execute({
  source,
  format,
}: {
  source: unknown
  format: string
}): Promise<any> {
  const extension = format === 'application/node' ? 'cjs' : 'mjs'
  const file = join(folder, 'out', `${++count}.${extension}`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, source as string)
  return extension === 'cjs' ? createRequire(file)(file) : import(pathToFileURL(file).href)
}
