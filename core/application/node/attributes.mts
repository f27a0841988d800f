/**
 * What an import says with its attributes, held against what it gets: Node's own rules and errors, which Node applies to
 * nothing that hooks answer. docs/node-notes.md: import attributes are not validated when hooks short-circuit.
 */

import { escapeText } from '../../text.mts'
import { isRequire } from './require.mts'
import type { ModuleStore } from '../module-store.mts'
import type { NodeModule } from '../../types.mts'

type Attributes = Readonly<Record<string, unknown>> | undefined

/** What an import may ask for by `type`. Node itself knows `json` alone, and `text` behind a flag. */
const types: ReadonlySet<unknown> = new Set(['json', 'text', 'bytes'])

/** Under which type a failure is kept that is one for imports without any. */
const NONE = '(none)'

/** Whether an import wants a body as it is, whatever its media type. */
export function wantsBody(attributes: Attributes): boolean {
  const type = attributes?.['type']
  return type === 'text' || type === 'bytes'
}

/** The first attribute that nobody knows, other keys before types: Node's order. */
export function unsupportedAttribute(attributes: Attributes): string | undefined {
  const keys = Object.keys(attributes ?? {})
  const odd = keys.find((key) => key !== 'type')
  return odd ?? keys.find((key) => !types.has(attributes?.[key]))
}

function nodesError(code: string, message: string): TypeError {
  return Object.assign(new TypeError(message), { code })
}

/** Node's error for an attribute that it does not know: what it was meant to guard must not run without it. */
export function unsupported(key: string, attributes: Attributes, url: string): TypeError {
  const value = escapeText(String(attributes?.[key]))
  return nodesError(
    'ERR_IMPORT_ATTRIBUTE_UNSUPPORTED',
    `Import attribute "${escapeText(key)}" with value "${value}" is not supported in ${escapeText(url)}`,
  )
}

/** Node's error for JSON that is imported as if it were JavaScript. */
export function missing(url: string): TypeError {
  return nodesError(
    'ERR_IMPORT_ATTRIBUTE_MISSING',
    `Module "${escapeText(url)}" needs an import attribute of "type: json"`,
  )
}

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
