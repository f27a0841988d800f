/** Source maps in the application thread: whether modules get any, and that Node applies them. */

import { modules } from './builtins.mts'
import { LoaderError } from '../errors.mts'
import { received } from '../text.mts'

const VARIABLE = 'MIMEPORT_SOURCE_MAPS'

/** What Node's own flag says, on the command line before `NODE_OPTIONS`; `undefined` where it is not there. */
function flagged(): boolean | undefined {
  const flags = [...(process.env['NODE_OPTIONS'] ?? '').split(/["\s]+/), ...process.execArgv]
  const last = flags
    .map((flag) => flag.replaceAll('_', '-'))
    .findLast((flag) => flag === '--enable-source-maps' || flag === '--no-enable-source-maps')
  return last === undefined ? undefined : last === '--enable-source-maps'
}

/**
 * Whether modules get source maps: by the environment, else by Node's flag, else by the configuration, else yes.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG when the environment says neither 0 nor 1.
 */
export function wantsSourceMaps(configured: boolean | undefined): boolean {
  const value = process.env[VARIABLE]
  if (value === undefined || value === '') return flagged() ?? configured ?? true
  if (value === '0' || value === '1') return value === '1'
  throw new LoaderError(
    'ERR_MIMEPORT_CONFIG',
    `Cannot use the environment variable ${VARIABLE}: it must be 0 or 1. Received ${received(value)}`,
  )
}

interface Support {
  readonly enabled: boolean
  readonly nodeModules: boolean
}

/** Node's, of 24 and later. */
interface Switch {
  getSourceMapsSupport(): Support
  setSourceMapsSupport(enabled: boolean, options: { readonly nodeModules: boolean }): void
}

const node = () => modules() as unknown as Switch

/** What is in force, as far as we have seen: each change makes another object. docs/node-notes.md */
let known: Support | undefined

/** Takes down what is in force. To be called before the program runs. */
export function rememberSourceMaps(): void {
  known = node().getSourceMapsSupport()
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
