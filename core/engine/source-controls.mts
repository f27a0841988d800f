/**
 * Control characters in source text that came over the network: Node prints the line of an error as it is, so that a module
 * could command a terminal without being run (ECMA-48), and what a reviewer is shown may not be what runs (CVE-2021-42574).
 */

import { importedFrom, via } from './errand.mts'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { matches } from '../policy/entry.mts'
import { isRemote, policy } from '../policy/policy.mts'
import { entryFor } from '../policy/suggestion.mts'
import type { Acquired } from './acquire.mts'
import type { Errand } from './errand.mts'

/**
 * What a terminal obeys: ENQ, BS, SO, SI, ESC, and C1 but for PAD and NEL. The rest of C0 and DEL show nothing, or ring:
 * well-known packages have them in their strings, as NEL. docs/decisions/029-control-characters.md
 */
// oxlint-disable-next-line no-control-regex -- finding control characters is what it is for
const commands = /[\x05\x08\x0e\x0f\x1b\x81-\x84\x86-\x9f]/

/** The same, and what changes the order in which text is shown: embeddings, overrides and isolates. UAX #9 §2. */
// oxlint-disable-next-line no-control-regex -- as above
const refused = /[\x05\x08\x0e\x0f\x1b\x81-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]/

/**
 * What a text is to Node: code of a module; JSON, which only an error prints; or something that is going to be
 * transformed, whose lines are printed where a source map leads to them.
 */
export type Use = 'code' | 'json' | 'text'

/**
 * Who wrote a text: `undefined` for what is not the network's, and where the project takes controls from there. That of a
 * `data:` URL is the text of who imports it.
 */
export function restrictedAuthor(errand: Errand, acquired: Acquired): string | undefined {
  const author = authorOf(errand, acquired)
  return author === undefined || isAllowed(author) ? undefined : author
}

function authorOf({ request }: Errand, { url, specifier }: Acquired): string | undefined {
  if (isRemote(specifier)) return specifier
  if (isRemote(url)) return url
  const { parentURL = 'file:' } = request
  return /^(?:data|blob):/i.test(url) && !parentURL.startsWith('file:') ? parentURL : undefined
}

/** Whether the project takes controls from there. */
function isAllowed(author: string): boolean {
  const { sourceControls = false } = policy
  if (typeof sourceControls === 'boolean') return sourceControls
  return sourceControls.some((entry) => matches(entry, author))
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Where a text has what is refused for its use; -1 when it has nothing. */
function findControl(text: string, use: Use): number {
  const at = text.search(use === 'text' ? commands : refused)
  // The strings of JSON hold data, which nobody prints: they may say anything that JSON lets them say.
  return at !== -1 && use === 'json' && isJson(text) ? -1 : at
}

/** `line:column` from 1, in UTF-16 code units, lines as ECMA-262 §12.3 ends them. */
export function positionOf(text: string, at: number): string {
  const lines = text.slice(0, at).split(/\r\n|[\n\r\u2028\u2029]/)
  return `${lines.length}:${lines.at(-1)!.length + 1}`
}

/** A control character, and where it was found. */
export interface Found {
  readonly author: string
  /** What has it. */
  readonly what: string
  readonly character: string
  /** Left out where it is no text. */
  readonly where?: string
}

/** Makes the error of a control character. */
export function controlCharacter(errand: Errand, { url }: Acquired, found: Found): LoaderError {
  const { author, what, character, where } = found
  const code = character.charCodeAt(0)
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
  const harm = code < 0xa0 ? 'terminals obey such' : 'it shows text in another order than it has'
  const entry = entryFor(author)
  const value = escapeText(entry === undefined ? 'true' : JSON.stringify([entry]))
  return new LoaderError(
    'ERR_MIMEPORT_CONTROL_CHARACTER',
    `Cannot load '${escapeText(url)}'${importedFrom(errand)}: ${what} has the control character ${name}${where === undefined ? '' : ` at ${where}`}, and ${harm}; ` +
      `if it is meant, allow it by "sourceControls": ${value} in the configuration${via(errand)}`,
    { url, trail: errand.trail.entries },
  )
}

/**
 * Refuses source text from the network that has a control character which no code needs: as an escape (`\x1b`) it may
 * stand in any string.
 * @param made whether a transform made the text
 * @throws {LoaderError} ERR_MIMEPORT_CONTROL_CHARACTER naming the character and where it is
 */
export function refuseControls(
  errand: Errand,
  acquired: Acquired,
  text: string,
  use: Use,
  made = false,
): void {
  const author = restrictedAuthor(errand, acquired)
  if (author === undefined) return
  const at = findControl(text, use)
  if (at === -1) return
  const what = made ? 'what its transforms made of it' : 'its source'
  const found = { author, what, character: text[at]!, where: positionOf(text, at) }
  throw controlCharacter(errand, acquired, found)
}
