/**
 * Addresses that are not the public's. IANA's registries of special-purpose addresses (RFC 6890) and of IPv6 and multicast
 * addresses; what an IPv6 address holds of IPv4 counts as that.
 */

import type { BlockList } from 'node:net'

/** Kind → its blocks. The first kind that has an address is told. */
const blocks: readonly (readonly [kind: string, ...blocks: string[]])[] = [
  ['a loopback address', '127.0.0.0/8', '::1/128'],
  // It reaches this machine, too.
  ['an unspecified address', '0.0.0.0/8', '::/128'],
  ['a private address', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fec0::/10'],
  // Metadata services of clouds are here.
  ['a link-local address', '169.254.0.0/16', 'fe80::/10'],
  ["an address of a provider's own network", '100.64.0.0/10'],
  ['a unique local address', 'fc00::/7'],
  ['a multicast address', '224.0.0.0/4', 'ff00::/8'],
  // RFC 8215: a translator of the network's own, to wherever it likes.
  ['an address of a local translator', '64:ff9b:1::/48'],
  [
    'a reserved address',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.88.99.0/24',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '240.0.0.0/4',
    '100::/64',
    // Teredo, ORCHID and the like: none is a server's.
    '2001::/23',
    '2001:db8::/32',
    '3fff::/20',
    '5f00::/16',
  ],
]

/** IPv6 that holds IPv4: mapped (which Node's list does by itself), compatible, NAT64, 6to4. RFC 4291 §2.5.5, 6052, 3056. */
const holders: readonly ((bytes: readonly number[], length: number) => string)[] = [
  (bytes, length) => `::${bytes.join('.')}/${96 + length}`,
  (bytes, length) => `64:ff9b::${bytes.join('.')}/${96 + length}`,
  ([a = 0, b = 0, c = 0, d = 0], length) =>
    `2002:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}::/${16 + length}`,
]

let lists: readonly (readonly [kind: string, list: BlockList])[] | undefined

/** Adds `address/length` to a list. */
export function addBlock(list: BlockList, block: string): void {
  const [address = '', length = ''] = block.split('/')
  list.addSubnet(address, Number(length), address.includes(':') ? 'ipv6' : 'ipv4')
}

function listOf(own: readonly string[]): BlockList {
  const list = new (process.getBuiltinModule('node:net').BlockList)()
  for (const block of own) {
    addBlock(list, block)
    if (block.includes(':')) continue
    const [address = '', length] = block.split('/')
    const bytes = address.split('.').map(Number)
    for (const holder of holders) addBlock(list, holder(bytes, Number(length)))
  }
  return list
}

/** An address without brackets and without the name of an interface (`%eth0`). */
export function bareAddress(host: string): string {
  return host.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
}

/**
 * What kind of address it is where it is not the public's: `a link-local address`; `undefined` for a public one. What is no
 * address at all is none that may be connected to.
 */
export function kindOf(address: string): string | undefined {
  const bare = bareAddress(address)
  const family = process.getBuiltinModule('node:net').isIP(bare)
  if (family === 0) return 'no address'
  lists ??= blocks.map(([kind, ...own]) => [kind, listOf(own)] as const)
  return lists.find(([, list]) => list.check(bare, family === 4 ? 'ipv4' : 'ipv6'))?.[0]
}
