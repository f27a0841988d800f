/** HTML pages that come where a module was expected: error pages, logins, checks for humans. What is said of them. */

import { escapeText } from '../text.mts'
import { extractMediaType, isPage } from '../media-type.mts'
import type { LoadResponse } from '../types.mts'

/** Where a title is looked for, bytes; its own characters. */
const head = 64 * 1024
const longest = 100

/** Lenient: it is for a message, and a page's charset is often wrong. */
function textOf(body: Uint8Array, charset: string | null): string {
  const bytes = body.subarray(0, head)
  try {
    return new TextDecoder(charset ?? 'utf-8').decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}

/** What is between `<title>` and `</title>`, on one line. */
function titleOf(html: string): string {
  const lower = html.toLowerCase()
  const start = lower.indexOf('<title')
  const open = start === -1 ? -1 : lower.indexOf('>', start)
  const end = open === -1 ? -1 : lower.indexOf('</title', open)
  if (end === -1) return ''
  return html
    .slice(open + 1, end)
    .replace(/\s+/g, ' ')
    .trim()
}

export interface Page {
  /** On one line, escaped; '' without one. */
  readonly title: string
  /** For a message: `the HTML page 'Sign in'`, `an HTML page`. */
  readonly name: string
}

/** The HTML page that a response is, by its Content-Type; `undefined` when it is none. */
export function pageOf({ headers, body }: LoadResponse): Page | undefined {
  const mediaType = extractMediaType(headers['content-type'])
  if (mediaType === undefined || !isPage(mediaType.essence)) return undefined
  const characters = [...titleOf(textOf(body, mediaType.params.get('charset')))]
  const rest = characters.length > longest ? '…' : ''
  const title = `${escapeText(characters.slice(0, longest).join(''))}${rest}`
  return { title, name: title === '' ? 'an HTML page' : `the HTML page '${title}'` }
}
