/**
 * What an import says with its attributes, held against what it gets: Node's own rules and errors, which Node applies to
 * nothing that hooks answer. docs/node-notes.md: import attributes are not validated when hooks short-circuit.
 */

import { missing } from '../../import-attributes.mts'
import { isRequire } from './require.mts'
import type { ModuleStore } from '../module-store.mts'
import type { NodeModule } from '../../types.mts'

export { missing, unsupported, unsupportedAttribute, wantsBody } from '../../import-attributes.mts'

type Attributes = Readonly<Record<string, unknown>> | undefined

/** Under which type a failure is kept that is one for imports without any. */
const NONE = '(none)'

/** Who asks, and how. */
interface Asking {
  readonly conditions: Iterable<string> | undefined
  readonly importAttributes: Attributes
}

/** Whether a module may not be had in this way: JSON by an `import` that does not say so. */
export function lacksType({ type }: NodeModule, asking: Asking): boolean {
  const isStated = asking.importAttributes?.['type'] !== undefined
  return type !== undefined && !isStated && !isRequire(asking.conditions)
}

/** Keeps the error until Node loads the module: `import.meta.resolve` asks the same way, and may have the URL. */
export function keepMissing(store: ModuleStore, url: string, error: Error): void {
  store.keepFailure(url, NONE, error)
}

/** @throws {TypeError} ERR_IMPORT_ATTRIBUTE_MISSING, with the importing line where that was seen. */
export function refuseMissing(store: ModuleStore, module: NodeModule, asking: Asking): void {
  if (!lacksType(module, asking)) return
  throw store.takeFailure(module.url, NONE) ?? missing(module.url)
}
