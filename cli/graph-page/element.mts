/** Makes elements. Text is text: nothing here reads markup. */

import { escapeLines, escapeText } from '../../core/text.mts'

type Child = Node | string | undefined | false

/** Attributes; a listener by `on…`. */
interface Properties {
  readonly [name: string]: string | number | boolean | undefined | ((event: any) => void)
}

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === 'function') made.addEventListener(key.slice(2), value)
    else if (value === true) made.setAttribute(key, '')
    else if (value !== undefined && value !== false) made.setAttribute(key, String(value))
  }
  made.append(...children.filter((child) => child !== undefined && child !== false))
  return made
}

/** Text from outside: what could hide or reorder is written out. */
export function shown(text: string): string {
  return escapeText(text)
}

/** Code from outside: as `shown`, and a tab is a tab. */
export function shownCode(text: string): string {
  return escapeLines(text)
}

/** The element of the page with this id. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no '${id}'`)
  return found as T
}
