/** Addresses that are not the public's, and the blocks and hosts that may be. */

import { BlockList, isIP } from 'node:net'
import * as assert from 'uvu/assert'
import { kindOf } from '../../../core/policy/address.mts'
import { foldHost, isLoopback } from '../../../core/policy/host.mts'
import { addressKind } from '../../../core/policy/literal.mts'
import { privateFault } from '../../../core/policy/private-hosts.mts'
import type { Random } from '../random.mts'

export const name = 'address'

export const seeds = [
  '127.0.0.1',
  '169.254.169.254',
  '10.1.2.3',
  '8.8.8.8',
  '::1',
  'fe80::1%eth0',
  '::ffff:10.0.0.1',
  '64:ff9b::a00:1',
  '2002:a00:1::',
  'fd00::1',
  '2606:4700::1111',
  '10.0.0.0/8',
  'host.example:8443',
  '*.internal',
]

export const dictionary = [
  '::',
  'ffff:',
  '64:ff9b::',
  '2002:',
  '.',
  '0x',
  '/8',
  '/129',
  '%',
  '[',
  ']',
  '255',
  '0',
]

export function generate(random: Random): string {
  const bytes = () =>
    Array.from({ length: 4 }, () =>
      random.pick([0, 10, 100, 127, 169, 172, 192, 224, 255, random.below(256)]),
    ).join('.')
  if (random.chance(2)) return bytes()
  const groups = Array.from({ length: 8 }, () =>
    random.pick([0, 0, 0x64, 0xff9b, 0xffff, 0x2002, 0xfe80, random.below(65_536)]).toString(16),
  )
  return random.chance(2) ? groups.join(':') : `::${random.pick(['', 'ffff:'])}${bytes()}`
}

/** What nobody may be sent to by a public name. RFC 1918, 3927, 6598, 1122, 5771; RFC 4193, 4291. */
const known = new BlockList()
for (const [address, length] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const) {
  known.addSubnet(address, length, 'ipv4')
}

export function run(input: string): void {
  const kind = kindOf(input)
  const bare = input.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  const family = isIP(bare)
  if (family === 0) assert.is(kind, 'no address')
  if (family === 4) {
    if (known.check(bare, 'ipv4')) assert.ok(kind !== undefined, `${bare} is not public`)
    const [a, b, c, d] = bare.split('.').map(Number)
    const [high, low] = [(a! * 256 + b!).toString(16), (c! * 256 + d!).toString(16)]
    // RFC 4291 §2.5.5, 6052 §2.1, 3056 §2: an IPv6 address that holds it is as good as it.
    for (const holder of [
      `::ffff:${bare}`,
      `64:ff9b::${high}:${low}`,
      `2002:${high}:${low}::1`,
      `::ffff:${high}:${low}`,
    ]) {
      if (kind !== undefined) assert.ok(kindOf(holder) !== undefined, `${holder} holds ${bare}`)
    }
    assert.is(addressKind(bare) === undefined, kind === undefined)
  }
  const url = URL.parse(`https://${family === 6 ? `[${bare}]` : input}/`)
  if (url !== null) {
    const folded = foldHost(url.hostname)
    assert.is(foldHost(folded), folded)
    assert.is(isLoopback(folded), isLoopback(url.hostname))
    const literal = addressKind(url.hostname)
    if (isIP(folded.replace(/^\[|\]$/g, '')) !== 0) {
      assert.is(literal !== undefined, kindOf(folded) !== undefined, folded)
    }
  }
  assert.ok(['string', 'undefined'].includes(typeof privateFault(input)))
}
