/** What is said when a plugin fails, or asks for what only a bundler has. */

import { LoaderError, isLoaderError } from '../../core/errors.mts'
import { escapeText } from '../../core/text.mts'

/** An error as plugins throw it: Rollup's and compilers' properties. */
interface PluginError {
  readonly message?: unknown
  readonly id?: unknown
  readonly pos?: unknown
  readonly loc?: { readonly file?: unknown; readonly line?: unknown; readonly column?: unknown }
}

/** Where the fault is, as far as the error tells: `file:line:column`. */
function placeOf(error: PluginError, id: string): string {
  const { loc } = error
  const file = typeof loc?.file === 'string' ? loc.file : id
  if (typeof loc?.line !== 'number') return file
  return typeof loc.column === 'number'
    ? `${file}:${loc.line}:${loc.column}`
    : `${file}:${loc.line}`
}

function reasonOf(thrown: unknown): string {
  const message = (Object(thrown) as PluginError).message ?? thrown
  const [first = ''] = String(message).split('\n', 1)
  return escapeText(first.slice(0, 1000))
}

/** The error for what a plugin's hook threw. One of ours that was thrown below it is not wrapped again. */
export function hookFailure(
  plugin: string,
  hook: string,
  id: string,
  thrown: unknown,
): LoaderError {
  if (isLoaderError(thrown)) return thrown
  const where = id === '' ? '' : ` for '${escapeText(placeOf(Object(thrown), id))}'`
  return new LoaderError(
    'ERR_MIMEPORT_LOADER_FAILED',
    `Plugin '${escapeText(plugin)}' "${hook}" failed${where}: ${reasonOf(thrown)}`,
    thrown instanceof Error ? { cause: thrown } : {},
  )
}

/** The error for what a plugin asks for and nobody can give it where modules are run and not bundled. */
export function unsupported(plugin: string, hook: string, why: string): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_UNSUPPORTED_PLUGIN',
    `Plugin '${escapeText(plugin)}' "${hook}" cannot be run: ${why}`,
  )
}
