/** What the configuration demands of an origin's responses: that they are signed, or encrypted, and by which keys. */

import { readFileSync } from 'node:fs'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { learnSecret } from './credentials/secrets.mts'
import { foldHost } from '../policy/host.mts'
import type { KeySource, SignatureRule, Settings } from '../settings.mts'
import type { HeaderRecord, LoadResponse } from '../types.mts'

export type { SignatureKey, SignatureRule } from '../settings.mts'

type Demands = Pick<Settings, 'signatures' | 'encryption' | 'file'>

/** Key id → key. */
export type KeySources = ReadonlyMap<string, KeySource>

let rules: ReadonlyMap<string, SignatureRule> = new Map()
let keys: ReadonlyMap<string, KeySources> = new Map()
let source = ''

/** Sets what is demanded of each origin. */
export function configureProtection({
  signatures = {},
  encryption = {},
  file = '',
}: Demands): void {
  rules = byOrigin(signatures)
  keys = new Map(
    [...byOrigin(encryption)].map(([origin, ids]) => [origin, new Map(Object.entries(ids))]),
  )
  source = file
}

function byOrigin<T>(table: Readonly<Record<string, T>>): ReadonlyMap<string, T> {
  return new Map(Object.entries(table).map(([origin, value]) => [originOf(origin) ?? '', value]))
}

/** The origin of a URL; a host in another spelling is the same host, and must not go without its rules. */
function originOf(url: string): string | undefined {
  const { protocol, hostname, port } = URL.parse(url) ?? {}
  if (hostname === undefined) return undefined
  return URL.parse(`${protocol}//${foldHost(hostname)}:${port}`)?.origin
}

/** What the responses of a URL's origin have to be signed by; `undefined`: they need not be. */
export function signatureRule(url: string): SignatureRule | undefined {
  return rules.size === 0 ? undefined : rules.get(originOf(url) ?? '')
}

/** The keys that the bodies of a URL's origin are encrypted by; `undefined`: they are not. */
export function encryptionKeys(url: string): KeySources | undefined {
  return keys.size === 0 ? undefined : keys.get(originOf(url) ?? '')
}

/** Makes the error of a key that cannot be used. `what` names it and shows nothing of it. */
export function unusableKey(what: string, reason: string): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_CONFIG',
    `Cannot use the configuration '${escapeText(source)}': ${what} ${reason}`,
  )
}

/**
 * The text of a key: a file's, or a variable's, without white space at its ends. It is read anew each time, so that a key can
 * be exchanged while the program runs.
 *
 * @param what for messages: `the key 'x' in the 'signatures' of 'https://…'`
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG
 */
export function keyText(what: string, key: KeySource): string {
  if (key.startsWith('$')) {
    const name = key.slice(1)
    // What every object has is no variable: `$constructor`.
    const text = Object.hasOwn(process.env, name) ? (process.env[name]?.trim() ?? '') : ''
    if (text !== '') return text
    throw unusableKey(what, `needs the environment's '${name}', which is not set, or is empty`)
  }
  try {
    return readFileSync(key, 'utf8').trim()
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no such file' : escapeText(message)
    throw unusableKey(what, `is in '${escapeText(key)}', which cannot be read: ${reason}`)
  }
}

/**
 * The bytes of a secret key that is base64url or base64 text; hidden from now on in everything that is shown.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG for what is no such text, or is shorter than `least` bytes.
 */
export function secretBytes(what: string, text: string, least: number): Buffer {
  learnSecret(text)
  if (!/^[\w+/-]+={0,2}$/.test(text)) throw unusableKey(what, 'is no base64url text')
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.length < least) {
    throw unusableKey(what, `has ${bytes.length} bytes, and needs ${least} or more`)
  }
  return bytes
}

function isContent({ statusCode }: LoadResponse): boolean {
  return statusCode >= 200 && statusCode < 300
}

/** Whether the content of a response is encrypted. RFC 8188 §2 */
export function isEncrypted({ 'content-encoding': coding = '' }: HeaderRecord): boolean {
  return /(?:^|,)\s*aes128gcm\s*(?:,|$)/i.test(coding)
}

/**
 * Refuses content that is not encrypted, of an origin that encrypts.
 * @throws {LoaderError} ERR_MIMEPORT_DECRYPTION
 */
export function refuseUnencrypted(url: string, response: LoadResponse): void {
  if (encryptionKeys(url) === undefined || !isContent(response) || isEncrypted(response.headers)) {
    return
  }
  throw new LoaderError(
    'ERR_MIMEPORT_DECRYPTION',
    `Cannot load '${escapeText(url)}': it is not encrypted, and the configuration's 'encryption' has its origin (Content-Encoding: aes128gcm)`,
    { url },
  )
}

/**
 * Refuses a request whose response nobody would verify, or whose content would be stored as it is once decrypted: that of a
 * loader which asks for another's sake, such as a git host's for a file.
 * @throws {LoaderError} ERR_MIMEPORT_SIGNATURE, ERR_MIMEPORT_DECRYPTION
 */
export function refuseUnprotected(url: string, loader: string | undefined): void {
  const isSigned = signatureRule(url) !== undefined
  if (!isSigned && encryptionKeys(url) === undefined) return
  const who = loader === undefined ? 'what asks for it' : `loader '${escapeText(loader)}'`
  const [code, key, does] = isSigned
    ? (['ERR_MIMEPORT_SIGNATURE', 'signatures', 'verifies'] as const)
    : (['ERR_MIMEPORT_DECRYPTION', 'encryption', 'decrypts'] as const)
  throw new LoaderError(
    code,
    `Cannot load '${escapeText(url)}': the configuration's '${key}' has its origin, and ${who} ${does} nothing; import its URL`,
    { url },
  )
}
