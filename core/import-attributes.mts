/** What an import says with its attributes, and Node's own errors for what it may not say. */

import { escapeText } from './text.mts'

type Attributes = Readonly<Record<string, unknown>> | undefined

/** What an import may ask for by `type`. Node itself knows `json` alone, and `text` behind a flag. */
const types: ReadonlySet<unknown> = new Set(['json', 'text', 'bytes'])

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

/** Node's error for what is imported as JSON, and is none. */
export function notJson(url: string): TypeError {
  return nodesError(
    'ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE',
    `Module "${escapeText(url)}" is not of type "json"`,
  )
}
