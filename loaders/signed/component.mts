/** The components that a signature covers: their identifiers, and the values that a message has for them. RFC 9421 §2 */

import { parseItem, serializeItem } from 'structured-headers'
import { derivedValue } from './derived.mts'
import { fieldValue } from './field.mts'
import type { BareItem, Item } from 'structured-headers'
import type { Message } from './message.mts'

export interface Component {
  /** A field's name in lower case, or a derived component's with its `@`. */
  readonly name: string
  readonly parameters: ReadonlyMap<string, BareItem>
  /** As the signature base has it. */
  readonly identifier: string
}

/** Parameters that are flags: present or absent. RFC 9421 §6.5 */
const flags = new Set(['sf', 'bs', 'tr', 'req'])

/** Those with a text. */
const texts = new Set(['key', 'name'])

function checkParameter(identifier: string, name: string, value: BareItem): void {
  if (flags.has(name) ? value === true : texts.has(name) && typeof value === 'string') return
  throw new Error(`its component ${identifier} has the parameter '${name}', which is not known`)
}

/**
 * Reads one item of a signature's covered components.
 * @throws {Error} for what is no component: RFC 9421 §2.5 has nothing of it ignored.
 */
export function componentOf([value, parameters]: Item): Component {
  const identifier = serializeItem([value, parameters])
  if (typeof value !== 'string') throw new Error(`its component ${identifier} is no string`)
  // A field's name in lower case, so that no two identifiers are one field.
  if (!/^@?[a-z\d!#$%&'*+.^_`|~-]+$/.test(value)) {
    throw new Error(`its component ${identifier} is no field's name in lower case`)
  }
  if (value === '@signature-params') throw new Error(`it covers ${identifier}, itself`)
  for (const [name, each] of parameters) checkParameter(identifier, name, each)
  return { name: value, parameters, identifier }
}

/** Reads a component as the configuration writes it: `etag`, `@method;req`. */
export function parseComponent(text: string): Component {
  const end = text.indexOf(';')
  const [name, rest] = end === -1 ? [text, ''] : [text.slice(0, end), text.slice(end)]
  return componentOf(parseItem(`"${name}"${rest}`))
}

/** What is the same for components that are: the order of parameters does not count. RFC 9421 §2 */
export function sameAs({ name, parameters }: Component): string {
  return JSON.stringify([name, [...parameters].sort(([a], [b]) => (a < b ? -1 : 1))])
}

/**
 * The value of a component.
 * @throws {Error} when the message has none, or none that can be told. RFC 9421 §2.5
 */
export function valueOf(component: Component, message: Message): string {
  const { name, parameters, identifier } = component
  const { request, response } = message
  const isOfRequest = parameters.has('req')
  if (isOfRequest && response === undefined) {
    throw new Error(`its component ${identifier} is of a request, and so is the message`)
  }
  if (name.startsWith('@')) return derivedValue(component, message)
  if (parameters.has('name')) {
    throw new Error(`its component ${identifier} has the parameter 'name', which is not a field's`)
  }
  const of = isOfRequest ? request : (response ?? request)
  const fields = (parameters.has('tr') ? of.trailers : of.headers) ?? {}
  if (!Object.hasOwn(fields, name)) {
    const where = isOfRequest ? 'request' : response === undefined ? 'message' : 'response'
    throw new Error(`it covers ${identifier}, which the ${where} does not have`)
  }
  return fieldValue(component, [fields[name] ?? ''].flat())
}
