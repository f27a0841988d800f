/**
 * What a server does that signs and encrypts, for the test server's routes: written apart from the loaders that verify and
 * decrypt, so that both may be wrong, but not in the same way. RFC 9421 §3.1, RFC 9530 §2, RFC 8188 §2.
 */

import {
  constants,
  createCipheriv,
  createHmac,
  generateKeyPairSync,
  hash,
  hkdfSync,
  randomBytes,
  sign,
} from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { RouteAnswer } from './server.mts'

export interface Signer {
  readonly id: string
  readonly algorithm: string
  readonly key: KeyObject
}

export interface Signing {
  readonly url: string
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signer: Signer
  /** As Signature-Input has them: `"@status"`, `"@target-uri";req`. */
  readonly components?: readonly string[]
  /** Seconds since the epoch. */
  readonly created?: number | undefined
  readonly expires?: number | undefined
  /** Further parameters, as they are written: `;tag="x"`. */
  readonly more?: string
  readonly label?: string
  /** Of the digest; '' for none. */
  readonly digest?: 'sha-256' | 'sha-512' | ''
  readonly method?: string
}

export const now = (): number => Math.floor(Date.now() / 1000)

/** The value of a component, as far as tests need them. */
function valueOf(
  component: string,
  { url, status = 200, method = 'GET' }: Signing,
  fields: Readonly<Record<string, string>>,
) {
  const { origin, host, pathname, search, protocol } = new URL(url)
  const name = component.slice(1, component.indexOf('"', 1))
  const values: Readonly<Record<string, string>> = {
    '@status': String(status),
    '@method': method,
    '@target-uri': `${origin}${pathname}${search}`,
    '@authority': host,
    '@scheme': protocol.slice(0, -1),
    '@path': pathname,
    '@query': search || '?',
    '@request-target': pathname + search,
  }
  const value = values[name] ?? fields[name]
  if (value === undefined) throw new Error(`No value for ${component}`)
  return value
}

/** Signs bytes by an algorithm of RFC 9421 §3.3. */
export function signBytes({ algorithm, key }: Signer, base: Buffer): Buffer {
  switch (algorithm) {
    case 'rsa-pss-sha512':
      return sign('sha512', base, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 })
    case 'rsa-v1_5-sha256':
      return sign('sha256', base, key)
    case 'hmac-sha256':
      return createHmac('sha256', key).update(base).digest()
    case 'ecdsa-p256-sha256':
      return sign('sha256', base, { key, dsaEncoding: 'ieee-p1363' })
    case 'ecdsa-p384-sha384':
      return sign('sha384', base, { key, dsaEncoding: 'ieee-p1363' })
    default:
      return sign(null, base, key)
  }
}

/** The answer of a server that signs; `fields`: what is signed besides what always is. */
export function signed(signing: Signing): RouteAnswer {
  const { status = 200, headers = {}, body = '', signer, label = 'sig', more = '' } = signing
  const { digest = 'sha-256' } = signing
  const isContent = status < 300
  const fields: Record<string, string> = { ...headers }
  if (isContent && digest !== '') {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    fields['content-digest'] ??= `${digest}=:${hash(digest.replace('-', ''), bytes, 'base64')}:`
  }
  const components = signing.components ?? [
    '"@status"',
    '"@target-uri";req',
    ...Object.keys(fields).map((name) => `"${name}"`),
  ]
  const created = 'created' in signing ? signing.created : now()
  const expires = 'expires' in signing ? signing.expires : now() + 300
  const parameters =
    `(${components.join(' ')})` +
    `${created === undefined ? '' : `;created=${created}`}` +
    `${expires === undefined ? '' : `;expires=${expires}`};keyid="${signer.id}"${more}`
  const lines = components.map((each) => `${each}: ${valueOf(each, signing, fields)}`)
  const base = Buffer.from([...lines, `"@signature-params": ${parameters}`].join('\n'))
  return {
    status,
    headers: {
      ...fields,
      'signature-input': `${label}=${parameters}`,
      signature: `${label}=:${signBytes(signer, base).toString('base64')}:`,
    },
    body,
  }
}

/** A new Ed25519 key: to sign, and as PEM to verify. */
export function newSigner(id: string): Signer & { readonly pem: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string
  return { id, algorithm: 'ed25519', key: privateKey, pem }
}

export interface Encrypting {
  readonly key: Uint8Array
  readonly id?: string
  /** Bytes of a record. */
  readonly size?: number
  readonly salt?: Uint8Array
  /** Zeros in each record but the last. */
  readonly padding?: number
}

/** Encrypts a body. RFC 8188 §2 */
export function encrypted(text: string | Uint8Array, options: Encrypting): Buffer {
  const { key, id = '', size = 4096, salt = randomBytes(16), padding = 0 } = options
  const plain = Buffer.from(text)
  const derive = (info: string, length: number) =>
    Buffer.from(hkdfSync('sha256', key, salt, Buffer.from(`Content-Encoding: ${info}\0`), length))
  const [secret, nonce] = [derive('aes128gcm', 16), derive('nonce', 12)]
  const head = Buffer.alloc(5)
  head.writeUInt32BE(size)
  head[4] = Buffer.byteLength(id)
  const parts = [Buffer.from(salt), head, Buffer.from(id)]
  const room = size - 17 - padding
  for (let at = 0, number = 0; ; at += room, number++) {
    // What is left fits without padding.
    const isLast = plain.length - at <= size - 17
    const pad = isLast ? 0 : padding
    const own = Buffer.from(nonce)
    own.writeUInt32BE((own.readUInt32BE(8) ^ number) >>> 0, 8)
    const cipher = createCipheriv('aes-128-gcm', secret, own)
    const record = Buffer.concat([
      plain.subarray(at, isLast ? plain.length : at + room),
      Buffer.from([isLast ? 2 : 1]),
      Buffer.alloc(pad),
    ])
    parts.push(cipher.update(record), cipher.final(), cipher.getAuthTag())
    if (isLast) return Buffer.concat(parts)
  }
}
