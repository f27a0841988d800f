/**
 * The program itself, where it is no file. Node takes what stands on its command line for a path: `github:owner/repo/x`
 * arrives as `/folder/github:owner/repo/x`, and `https://host/x` as `/folder/https:/host/x`: as a file: URL, or as the path
 * where the CommonJS loader begins. docs/node-notes.md: a URL on the command line is a path.
 */

import { isAbsolute } from '../../native.mts'
import { fs, paths, urls } from '../builtins.mts'
import type { ResolveFnOutput } from 'node:module'

/** A program that is no file: the path that Node has for it, and what is meant. */
export interface Entry {
  readonly path: string
  readonly specifier: string
}

/** The one that is known, by whoever started this worker or by what it led to. */
let known: Entry | undefined

/** The entry for a worker's program: Node takes a worker's file by its path alone. `href`: a URL that is no file's. */
export function entryFor(href: string): Entry {
  return { path: paths().resolve(href), specifier: href }
}

/** Takes over what the thread that started this one was asked to run. */
export function expectEntry(entry: Entry | undefined): void {
  known = entry
}

/** Takes down what a program led to: where the CommonJS loader finds an ES module, Node asks for its URL as a path again. */
export function entered(result: ResolveFnOutput): ResolveFnOutput {
  known = entryFor(result.url)
  return result
}

function pathOf(specifier: string): string | undefined {
  if (paths().isAbsolute(specifier)) return specifier
  try {
    return specifier.startsWith('file:') ? urls().fileURLToPath(specifier) : undefined
  } catch {
    // A URL that is no path's: Node is to say why.
    return undefined
  }
}

/** What stood on the command line. */
function written(path: string): string | undefined {
  // Most are none with a scheme. A working folder that was removed has no name, and need not have one.
  if (!path.includes(':')) return undefined
  // The root's own name ends in one already.
  const folder = paths().join(process.cwd(), paths().sep)
  if (!path.startsWith(folder)) return undefined
  const rest = path.slice(folder.length).replaceAll('\\', '/')
  // A file may be called so, too.
  if (!isAbsolute(rest) || fs().existsSync(path)) return undefined
  const whole = commandLine().find((each) => isAbsolute(each) && paths().resolve(each) === path)
  return whole ?? rest.replace(/^(https?:)\/+/i, '$1//')
}

/** The process's arguments as they were written: Node's path of one has lost every second `/`, and every `..`. */
function commandLine(): readonly string[] {
  // Not in the types yet.
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork: boolean }
  const { excludeNetwork } = report
  // It would look up the names of hosts.
  report.excludeNetwork = true
  try {
    return (report.getReport() as { header: { commandLine: string[] } }).header.commandLine
  } finally {
    report.excludeNetwork = excludeNetwork
  }
}

/** What stood on the command line where Node has `path`; `undefined`: a path. */
export function specifierOf(path: string): string | undefined {
  // `--entry-url` leaves it as it is.
  return isAbsolute(path) && !paths().isAbsolute(path) ? path : written(path)
}

/**
 * What was meant by a program: the specifier that was written, or `undefined` when that was a path. `process.argv[1]` is
 * the specifier then, as it is with `--entry-url`.
 */
export function entrySpecifier(entry: string): string | undefined {
  const path = pathOf(entry)
  if (path === undefined) return undefined
  const specifier = path === known?.path ? known.specifier : written(path)
  // What was preloaded came this way, too.
  if (specifier !== undefined && process.argv[1] === path) process.argv[1] = specifier
  return specifier
}
