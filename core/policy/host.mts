/** Host names, as the URL parser leaves them: which are one, and which are this machine. */

/** Whether a host name is `localhost` or below it. RFC 6761 §6.3. */
export function isLocalhost(hostname: string): boolean {
  return /(?:^|\.)localhost\.?$/i.test(hostname)
}

/**
 * A host in its one spelling: without the dot of the root, and an IPv4 address that is written as an IPv6 one as itself. The
 * URL parser has folded case, digits and IDNA already. RFC 4291 §2.5.5.2.
 */
export function foldHost(hostname: string): string {
  const [, high, low] = /^\[::ffff:([\da-f]{1,4}):([\da-f]{1,4})\]$/.exec(hostname) ?? []
  if (high === undefined || low === undefined) return hostname.replace(/(?<!\.)\.$/, '')
  const bytes = [high, low].flatMap((part) => {
    const number = Number.parseInt(part, 16)
    return [number >> 8, number & 255]
  })
  return bytes.join('.')
}

/** Whether a host is an address. */
export function isLiteral(host: string): boolean {
  return host.startsWith('[') || /^\d+(?:\.\d+){3}$/.test(host)
}

/** Whether the bytes to this host stay on this machine. The URL parser has folded `127.1` and its like already. */
export function isLoopback(hostname: string): boolean {
  const host = foldHost(hostname)
  return isLocalhost(host) || host === '[::1]' || /^127(?:\.\d+){3}$/.test(host)
}
