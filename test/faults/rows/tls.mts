/** S16: TLS that is wrong. */

import { network } from '../codes.mts'
import type { Fault, ProtocolName } from '../fault.mts'

const secure: readonly ProtocolName[] = ['https', 'h2']

/** A fatal alert: handshake_failure. RFC 8446 §6. */
const alert = Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x28])

export const tlsFaults: readonly Fault[] = [
  {
    id: 'S16',
    name: 'has a certificate that has expired',
    protocols: secure,
    tls: 'expired',
    cold: network,
  },
  {
    id: 'S16',
    name: 'has a certificate that is not valid yet',
    protocols: secure,
    tls: 'future',
    cold: network,
  },
  {
    id: 'S16',
    name: 'has a certificate for another name',
    protocols: secure,
    tls: 'other-name',
    cold: network,
  },
  {
    id: 'S16',
    name: 'has a certificate that nobody vouches for',
    protocols: secure,
    tls: 'unknown',
    cold: network,
  },
  { id: 'S16', name: 'has TLS 1.1 at most', protocols: secure, tls: 'old', cold: network },
  {
    id: 'S16',
    name: 'has plain HTTP where TLS should be',
    protocols: secure,
    accept: (socket) => socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n'),
    cold: network,
  },
  {
    id: 'S16',
    name: 'has TLS where plain HTTP should be',
    protocols: ['http'],
    accept: (socket) => socket.end(alert),
    cold: network,
  },
]
