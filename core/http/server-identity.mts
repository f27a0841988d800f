/** Whether a certificate is that of the host that was asked for. */

import { isIPv6 } from 'node:net'
import type { PeerCertificate } from 'node:tls'

/** Node's check. Node 24.18 does not know an IPv6 address that is written short, so there OpenSSL is asked, too. */
export function checkServerIdentity(host: string, certificate: PeerCertificate): Error | undefined {
  const error = process.getBuiltinModule('node:tls').checkServerIdentity(host, certificate)
  if (error === undefined || !isIPv6(host)) return error
  const { X509Certificate } = process.getBuiltinModule('node:crypto')
  return new X509Certificate(certificate.raw).checkIP(host) === undefined ? error : undefined
}
