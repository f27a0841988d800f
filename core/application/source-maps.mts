/** Source maps in the application thread: whether modules get any, and that Node applies them. */

import { modules } from './builtins.mts'
import { LoaderError } from '../errors.mts'
import { received } from '../text.mts'
import type { SourceMapSupport, Start } from './start.mts'

const VARIABLE = 'MIMEPORT_SOURCE_MAPS'

type StartedWith = Pick<Start, 'environment' | 'execArgv'>

/** What Node's own flag says, on the command line before `NODE_OPTIONS`; `undefined` where it is not there. */
function flagged({ environment, execArgv }: StartedWith): boolean | undefined {
  const flags = [...(environment.NODE_OPTIONS ?? '').split(/["\s]+/), ...execArgv]
  const last = flags
    .map((flag) => flag.replaceAll('_', '-'))
    .findLast((flag) => flag === '--enable-source-maps' || flag === '--no-enable-source-maps')
  return last === undefined ? undefined : last === '--enable-source-maps'
}

/**
 * Whether modules get source maps: by the environment, else by Node's flag, else by the configuration, else yes.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG when the environment says neither 0 nor 1.
 */
export function wantsSourceMaps(configured: boolean | undefined, start: StartedWith): boolean {
  const value = start.environment[VARIABLE]
  if (value === undefined) return flagged(start) ?? configured ?? true
  if (value === '0' || value === '1') return value === '1'
  throw new LoaderError(
    'ERR_MIMEPORT_CONFIG',
    `Cannot use the environment variable ${VARIABLE}: it must be 0 or 1. Received ${received(value)}`,
  )
}

/** Node's, of 24 and later. */
interface Switch {
  getSourceMapsSupport(): SourceMapSupport
  setSourceMapsSupport(enabled: boolean, options: { readonly nodeModules: boolean }): void
}

const node = () => modules() as unknown as Switch

/** What is in force, as far as we have seen: each change makes another object. docs/node-notes.md */
let known: SourceMapSupport | undefined

/** Takes down what was in force before the program ran. */
export function rememberSourceMaps(support: SourceMapSupport | undefined): void {
  known = support
}

/**
 * Makes Node apply source maps, from the first module on that has one. A program without any is left alone, and so is one
 * that has said itself what it wants.
 */
export function enableSourceMaps(url = ''): void {
  const current = node().getSourceMapsSupport()
  if (known !== undefined && current !== known) return
  const nodeModules = current.nodeModules || /[\\/]node_modules[\\/]/.test(url)
  if (current.enabled && current.nodeModules === nodeModules) return
  node().setSourceMapsSupport(true, { nodeModules })
  known = node().getSourceMapsSupport()
}
