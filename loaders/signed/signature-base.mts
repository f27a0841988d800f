/** What is signed: a text made of the covered components and the signature's parameters. RFC 9421 §2.5 */

import { serializeInnerList } from 'structured-headers'
import { componentOf, sameAs, valueOf } from './component.mts'
import type { InnerList } from 'structured-headers'
import type { Component } from './component.mts'
import type { Message } from './message.mts'

/**
 * The components that a signature covers.
 * @throws {Error} when one is none, or is there twice. RFC 9421 §2.5
 */
export function coveredComponents([items]: InnerList): Component[] {
  const components = items.map(componentOf)
  const seen = new Set<string>()
  for (const component of components) {
    const same = sameAs(component)
    if (seen.has(same)) throw new Error(`it covers ${component.identifier} twice`)
    seen.add(same)
  }
  return components
}

/**
 * The signature base.
 * @throws {Error} when the message does not have a component.
 */
export function signatureBase(signature: InnerList, message: Message): string {
  const lines = coveredComponents(signature).map(
    (component) => `${component.identifier}: ${valueOf(component, message)}`,
  )
  return [...lines, `"@signature-params": ${serializeInnerList(signature)}`].join('\n')
}
