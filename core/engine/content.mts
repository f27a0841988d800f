/** A response's content: its status is checked, its body read and decoded, each within its limits. RFC 9110 §15. */

import { isUint8Array } from 'node:util/types'
import { readBody } from '../body/body.mts'
import { isBinary } from '../charset.mts'
import { decodeContent } from '../body/content-coding.mts'
import { attemptsOf } from '../resource/retry.mts'
import { importedFrom, via } from './errand.mts'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { invoke } from './invocation.mts'
import { limits, timeouts } from '../limits.mts'
import { extensionOf, isRelative } from '../native.mts'
import { pageOf } from './page.mts'
import { adviceFor, hasContent, isMissing, reasonOf } from './status.mts'
import type { Errand } from './errand.mts'
import type { Page } from './page.mts'
import type { UnreadResponse } from './response.mts'
import type { LoadResponse } from '../types.mts'

/** Gives up a body that nobody reads. Its `cancel` may fail or never settle: nobody waits for it. */
export function discard({ body }: UnreadResponse): void {
  try {
    if (body instanceof ReadableStream) {
      if (!body.locked) void body.cancel().catch(() => {})
    } else if (typeof body === 'object' && body !== null && 'destroy' in body) {
      if (typeof body.destroy === 'function') body.destroy()
    }
  } catch {
    // Its content is not wanted, and no more is how it ends.
  }
}

/** Whether a body is no more than it seems: nobody's code runs when it is read. */
function isPlain(body: unknown): body is Uint8Array | string {
  if (typeof body === 'string') return true
  if (typeof body !== 'object' || body === null || !isUint8Array(body)) return false
  const prototype: unknown = Object.getPrototypeOf(body)
  return (
    (prototype === Uint8Array.prototype || prototype === Buffer.prototype) &&
    !Object.hasOwn(body, 'buffer') &&
    !Object.hasOwn(body, 'byteOffset') &&
    !Object.hasOwn(body, 'byteLength')
  )
}

async function bytesOf(
  errand: Errand,
  specifier: string,
  loader: string,
  response: UnreadResponse,
): Promise<Uint8Array> {
  const { headers, body } = response
  const { signal } = errand
  const options = { limit: limits.body, url: specifier, signal, idle: timeouts.idle }
  if (isPlain(body))
    return decodeContent(await readBody(body, options), headers['content-encoding'], {
      url: specifier,
    })
  // A stream is the loader's code. Reading keeps the deadline itself, and its error says that it was the body.
  const { signal: never } = new AbortController()
  const read = await invoke({ loader, export: 'resolve', url: specifier }, never, () =>
    readBody(body, options),
  )
  return decodeContent(read, headers['content-encoding'], { url: specifier })
}

/**
 * Checks the status, then reads and decodes the body. RFC 9110 §15; a module needs content.
 * @throws {LoaderError} ERR_MODULE_NOT_FOUND for 404 and 410, ERR_MIMEPORT_STATUS for any other status without content,
 * ERR_MIMEPORT_LOADER_FAILED when the body of `loader` fails.
 */
export async function readContent(
  errand: Errand,
  specifier: string,
  loader: string,
  response: UnreadResponse,
): Promise<LoadResponse> {
  const { statusCode, headers } = response
  if (hasContent(statusCode)) {
    const { 'content-encoding': _coding, 'content-length': _length, ...rest } = headers
    return { statusCode, headers: rest, body: await bytesOf(errand, specifier, loader, response) }
  }
  const missing = isMissing(statusCode)
  const guess = missing && isPartial(errand) ? wholeName : undefined
  const reason =
    guess ?? reasonOf(statusCode) ?? (await complaint(errand, specifier, loader, response))
  throw new LoaderError(
    missing ? 'ERR_MODULE_NOT_FOUND' : 'ERR_MIMEPORT_STATUS',
    `Cannot ${missing ? 'find' : 'load'} '${escapeText(specifier)}'${importedFrom(errand)}: it answered ${statusCode}${reason}${via(errand)}`,
    { statusCode, url: specifier, trail: errand.trail.entries },
  )
}

/** Whether a module was required by less than a file's name: what Node would look for among files, by guessing. */
function isPartial({ request }: Errand): boolean {
  const { conditions, specifier } = request
  return conditions.includes('require') && isRelative(specifier) && extensionOf(specifier) === ''
}

const wholeName =
  ', and a URL is taken as it is written: no extension is added to it, and no index.js is looked for. Name the file'

/** What the body of a failure says, and what to do. A body that cannot be read says nothing: the status is the news. */
async function complaint(
  errand: Errand,
  specifier: string,
  loader: string,
  response: UnreadResponse,
): Promise<string> {
  const { statusCode, headers } = response
  let said = ''
  let page: Page | undefined
  try {
    const body = await bytesOf(errand, specifier, loader, response)
    page = pageOf({ statusCode, headers, body })
    const text = excerpt(body)
    if (page !== undefined && page.title !== '') said = ` with ${page.name}`
    else if (text !== '') said = `: ${text}`
  } catch {
    // Then only the status is told.
  }
  const attempts = attemptsOf(response.body)
  const tried = attempts === undefined ? '' : ` (tried ${attempts} times)`
  return `${tried}${said}; ${adviceFor(specifier, statusCode, headers, page !== undefined)}`
}

/** A wrong body's first 200 characters, on one line, safe to print. */
function excerpt(body: Uint8Array): string {
  if (body.length === 0) return ''
  if (isBinary(body)) return `${body.length} bytes of binary data`
  const text = new TextDecoder().decode(body.subarray(0, 1024)).replace(/\s+/g, ' ').trim()
  if (text === '') return ''
  const cut = [...text].slice(0, 200).join('')
  return `'${escapeText(cut)}${cut.length < text.length ? '…' : ''}'`
}
