/** Certificates for test servers, made here: nothing has to be installed, and no private key lies in the repository. */

import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export interface Certificate {
  /** PEM. */
  readonly key: string
  readonly cert: string
}

export interface CertificateOptions {
  readonly names?: readonly string[]
  readonly addresses?: readonly (readonly number[])[]
  readonly from?: Date
  readonly to?: Date
}

/** A value of DER: tag, length, contents. X.690 §8.1. */
function value(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents)
  const bytes = []
  for (let rest = body.length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff)
  const length = body.length < 0x80 ? [body.length] : [0x80 | bytes.length, ...bytes]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}

const sequence = (...parts: readonly Uint8Array[]) => value(0x30, ...parts)
const octets = (bytes: Uint8Array) => value(0x04, bytes)
const bits = (bytes: Uint8Array) => value(0x03, Buffer.from([0]), bytes)
const object = (hex: string) => value(0x06, Buffer.from(hex, 'hex'))
const text = (string: string) => value(0x0c, Buffer.from(string))
const yes = value(0x01, Buffer.from([0xff]))

/** GeneralizedTime, which goes for any year. */
const time = (date: Date) =>
  value(0x18, Buffer.from(`${date.toISOString().replace(/\D/g, '').slice(0, 14)}Z`))

/** ecdsa-with-SHA256. RFC 5758 §3.2. */
const algorithm = sequence(object('2a8648ce3d040302'))

const day = 24 * 60 * 60 * 1000

/** Makes a key and a certificate that signs itself: for loopback and two days, if nothing else is said. RFC 5280 §4.1. */
export function makeCertificate(options: CertificateOptions = {}): Certificate {
  const {
    names = ['localhost'],
    addresses = [
      [127, 0, 0, 1],
      [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    ],
    from = new Date(Date.now() - day),
    to = new Date(Date.now() + day),
  } = options
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  // Two that are trusted must not be taken for one another.
  const common = text(`mimeport test ${createHash('sha1').update(spki).digest('hex').slice(0, 8)}`)
  const subject = sequence(value(0x31, sequence(object('550403'), common)))
  const alternatives = sequence(
    ...names.map((name) => value(0x82, Buffer.from(name))),
    ...addresses.map((address) => value(0x87, Buffer.from(address))),
  )
  const extensions = sequence(
    sequence(object('551d13'), yes, octets(sequence(yes))),
    sequence(object('551d11'), octets(alternatives)),
  )
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(8)])
  const body = sequence(
    value(0xa0, value(0x02, Buffer.from([2]))),
    value(0x02, serial),
    algorithm,
    subject,
    sequence(time(from), time(to)),
    subject,
    spki,
    value(0xa3, extensions),
  )
  const certificate = sequence(body, algorithm, bits(sign('sha256', body, privateKey)))
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  }
}
