/** A program under Node's permission model. */

import { dirname } from 'node:path'
import { loaderPath, run } from './spawn.mts'
import type { Run, RunOptions } from './spawn.mts'

/** The folder that holds mimeport and what it depends on. */
export const ownFolder =
  /^.*?[/\\]node_modules(?=[/\\])/.exec(loaderPath)?.[0] ?? dirname(loaderPath)

/** Whether this Node can deny the network. */
export const deniesNetwork = process.allowedNodeEnvironmentFlags.has('--allow-net')

/** Node's warnings of the flags themselves, which are not what is tested. */
const quiet = ['--disable-warning=SecurityWarning', '--disable-warning=ExperimentalWarning']

/** Runs a program with `--permission`, these flags and mimeport. */
export function runPermitted(
  flags: readonly string[],
  args: readonly string[],
  options: RunOptions = {},
): Promise<Run> {
  const nodeArgs = ['--permission', ...quiet, ...flags, '--import', loaderPath]
  return run(args, { ...options, nodeArgs })
}

/** The flags that an error says are to be added. */
export function flagsIn(stderr: string): string[] {
  const [, list = ''] = /; add (.+) to the command line/.exec(stderr) ?? []
  return [...list.matchAll(/'([^']+)'|(\S+)/g)].map(([, quoted, plain]) => (quoted ?? plain)!)
}
