/** What is said of what the policy refuses, and of what would allow it. */

import { LoaderError } from '../errors.mts'
import { shellWord } from '../shell-word.mts'
import { escapeText } from '../text.mts'
import { entryFor, standard } from './suggestion.mts'
import { parseURL } from '../native.mts'

/** A list longer than this is not repeated, characters. */
const LONGEST = 400

/** What stands where a configuration's file does, in settings and in messages, where the program itself is what says it. */
export const BY_CALL = 'register()'

/** Where a refusal sends its reader. */
export interface Place {
  /** The project's own list, as it is written. */
  readonly allow?: readonly string[] | undefined
  /** Where the configuration is, or would be. */
  readonly file?: string | undefined
  readonly allowPrivate?: readonly string[] | undefined
}

function listed(entries: readonly string[]): string {
  return JSON.stringify(entries).replaceAll('","', '", "')
}

/** A URL as it is shown: as the parser leaves it, so that letters of other alphabets do not look like ours. */
export function shown(url: string): string {
  const parsed = parseURL(url)
  if (parsed === null) return escapeText(url.slice(0, 200))
  if (parsed.username !== '' || parsed.password !== '') {
    parsed.username = ''
    parsed.password = ''
  }
  return escapeText(parsed.href)
}

/** The line of the configuration that allows `entry`, and the other ways. */
function advice(entry: string, { allow = standard, file = 'mimeport.json' }: Place): string {
  const list = listed([...allow, entry])
  const line = list.length > LONGEST ? `"allow": […, ${JSON.stringify(entry)}]` : `"allow": ${list}`
  const word = escapeText(shellWord(entry))
  if (file === BY_CALL) {
    return `to allow it, pass ${escapeText(line)} to register(); MIMEPORT_ALLOW=${word} does it for one run`
  }
  return `to allow it, write ${escapeText(line)} into '${escapeText(file)}', which \`npx mimeport allow ${word}\` does; MIMEPORT_ALLOW=${word} does it for one run`
}

/**
 * Makes the error for what is refused for a reason; it says what would allow it, if anything would, and for whose text it is
 * refused where others may have it.
 */
export function notAllowed(
  url: string,
  reason: string,
  place?: Place,
  requester?: string,
): LoaderError {
  const entry = place === undefined ? undefined : entryFor(url)
  const how = entry === undefined || place === undefined ? '' : `; ${advice(entry, place)}`
  return new LoaderError(
    'ERR_MIMEPORT_NOT_ALLOWED',
    `Cannot load '${shown(url)}'${forWhom(requester)}: ${reason}${how}`,
    {
      url: shown(url),
    },
  )
}

function forWhom(requester: string | undefined): string {
  return requester === undefined ? '' : ` for '${shown(requester)}'`
}

/** Makes the error for `http:` to somebody who came by TLS: nothing allows it. */
export function downgraded(url: string, requester: string): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_INSECURE_URL',
    `Cannot load '${shown(url)}'${forWhom(requester)}: what came by https: may not import by http:, where anyone on the way could change it`,
    { url: shown(url) },
  )
}

/** What a host was found to have. */
export interface FoundAddress {
  readonly host: string
  readonly address: string
  readonly kind: string
}

/** Makes the error for an address that the host may not have. */
export function privateAddress(
  url: string,
  { host, address, kind }: FoundAddress,
  { allowPrivate = [], file = 'mimeport.json' }: Place,
): LoaderError {
  const line = `"allowPrivate": ${listed([...allowPrivate, host])}`
  return new LoaderError(
    'ERR_MIMEPORT_PRIVATE_ADDRESS',
    `Cannot load '${shown(url)}': '${escapeText(host)}' is at ${escapeText(address)}, ${kind}, where a public name does not lead; if it is a host of your own, ${file === BY_CALL ? `pass ${escapeText(line)} to register()` : `write ${escapeText(line)} into '${escapeText(file)}'`}`,
    { url: shown(url) },
  )
}

/** Makes the error for `http:` to another machine. */
export function insecure(url: string): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_INSECURE_URL',
    `Cannot load '${shown(url)}': anyone on the way could change it; use https: ` +
      `(http: is for localhost, *.localhost, 127.0.0.0/8 and [::1])`,
    { url: shown(url) },
  )
}
