/** Gives a response its media type: Content-Type, then the extension of the final URL, then the content. */

import { decodeCode, decodeText, isBinary } from '../charset.mts'
import { invoke } from './invocation.mts'
import {
  extractMediaType,
  isJavaScript,
  isTextual,
  parseMediaType,
  saysNothing,
} from '../media-type.mts'
import { javascriptType } from '../module-syntax.mts'
import { packageType } from '../package-type.mts'
import { extensionsOf } from '../file-name.mts'
import { invalidReturn } from './response.mts'
import type { MIMEType } from 'node:util'
import type { Acquired } from './acquire.mts'
import type { Errand } from './errand.mts'

/**
 * What is registered with an extension of TypeScript's, so that servers' tables have it for that: MPEG transport streams;
 * Qt's translations and 3D models in `/etc/mime.types`, which Apache and Python read.
 */
const namesakes = new Set(['video/mp2t', 'text/vnd.trolltech.linguist', 'model/vnd.mts'])

/** The last resort among extensions. It takes `.ts` for video: the loaders' own maps come first. */
async function lastResort(extension: string | undefined): Promise<string | undefined> {
  if (extension === undefined) return undefined
  const { lookup } = await import('mime-types')
  return lookup(extension) || undefined
}

/** `.js` may be either kind: a local file's package says, else the text does. Checked on Node 26.10: as Node does. */
async function typeOfJs(url: string, body: Uint8Array): Promise<string> {
  const type = url.startsWith('file:') ? packageType(url) : undefined
  if (type !== undefined) return type === 'module' ? 'text/javascript' : 'application/node'
  return javascriptType(decodeCode(body, { url }))
}

/**
 * What a server calls JavaScript is of either kind: its media types were there before modules were (RFC 9239 §3), and are
 * sent with CommonJS as well. `.mjs` and `.cjs` say which, else the text does.
 */
async function kindOfJavaScript(declared: MIMEType, acquired: Acquired): Promise<MIMEType> {
  const { url, response } = acquired
  const extension = extensionsOf(url).at(-1)
  if (extension === 'mjs') return declared
  const charset = declared.params.get('charset') ?? undefined
  const isCommonJs =
    extension === 'cjs' ||
    javascriptType(decodeCode(response.body, { url, charset })) === 'application/node'
  if (!isCommonJs) return declared
  const type = parseMediaType('application/node')!
  if (charset !== undefined) type.params.set('charset', charset)
  return type
}

/** The body as loaders see it while its type is unknown: text, unless the bytes are binary. MIME Sniffing §3. */
function textOrBytes(body: Uint8Array, url: string): string | Uint8Array {
  if (isBinary(body)) return body
  try {
    return decodeText(body, undefined, { url })
  } catch {
    return body
  }
}

/** UTF-8 is what text is without a charset, too: many a server says so of everything. */
function isUtf8Label(charset: string): boolean {
  return /^utf-?8$/i.test(charset)
}

/**
 * Gives text the charset that a server named with a media type that says nothing: it is about the same bytes. What is no
 * text by its type would become text by its charset.
 */
function withCharset(
  found: MIMEType | undefined,
  declared: MIMEType | undefined,
): MIMEType | undefined {
  const charset = declared?.params.get('charset') ?? undefined
  if (found === undefined || charset === undefined || isUtf8Label(charset)) return found
  if (isTextual(found) && !found.params.has('charset')) found.params.set('charset', charset)
  return found
}

/** The media type of what was acquired; `undefined` when nothing and nobody says. */
export async function identify(errand: Errand, acquired: Acquired): Promise<MIMEType | undefined> {
  const declared = extractMediaType(acquired.response.headers['content-type'])
  return withCharset(await identifyAs(declared, errand, acquired), declared)
}

async function identifyAs(
  declared: MIMEType | undefined,
  errand: Errand,
  acquired: Acquired,
): Promise<MIMEType | undefined> {
  const { registry, signal, life } = errand
  const { url, response } = acquired
  const extension = extensionsOf(url).at(-1)
  if (declared !== undefined && !saysNothing(declared.essence)) {
    life?.identify('content-type')
    if (isJavaScript(declared.essence)) return kindOfJavaScript(declared, acquired)
    const typescript = namesakes.has(declared.essence) && /^[cm]?ts$/.test(extension ?? '')
    if (!typescript) return declared
    life?.identify('extension')
    return parseMediaType('application/typescript')
  }
  const byLoader = registry.mediaTypeOf(url)
  if (byLoader !== undefined) {
    life?.identify('extension', registry.namedBy(url))
    return parseMediaType(byLoader)
  }
  if (extension === 'js') {
    life?.identify('extension')
    return parseMediaType(await typeOfJs(url, response.body))
  }
  const byTable = parseMediaType((await lastResort(extension)) ?? '')
  // `.bin`, `.dat`, `.dll`: the table, too, says this of what it does not know.
  if (byTable !== undefined && byTable.essence !== 'application/octet-stream') {
    life?.identify('table')
    return byTable
  }

  const body = textOrBytes(response.body, url)
  for (const loader of registry.identifiers) {
    const who = { loader: loader.name, export: 'identify', url, bytes: body.length }
    // Copies: what one loader does to them must not reach the next one, or the module.
    const own = typeof body === 'string' ? body : body.slice()
    const headers = { ...response.headers }
    const answer = await invoke(who, signal, () => loader.identify?.(url, own, headers))
    if (answer === false || answer === null || answer === undefined) continue
    const found = typeof answer === 'string' ? parseMediaType(answer) : undefined
    if (found === undefined) {
      throw invalidReturn(loader.name, 'identify', 'a media type or false', answer)
    }
    life?.identify('content', loader)
    return found
  }
  const last = declared ?? byTable
  if (last !== undefined) life?.identify(declared === undefined ? 'table' : 'content-type')
  return last
}
