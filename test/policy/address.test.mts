/** Addresses: which are the public's, which names may lead elsewhere, and that what was looked at is what is connected to. */

import { createServer } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeConnector } from '../../core/http/connector.mts'
import { askBy } from '../../core/http/lookup.mts'
import { request } from '../../core/http/request.mts'
import { loadUndici } from '../../core/http/undici.mts'
import { kindOf } from '../../core/policy/address.mts'
import { configurePolicy } from '../../core/policy/policy.mts'
import { privateFault, unfitKind } from '../../core/policy/private-hosts.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'
import { canary, denied, passed } from '../threats/record.mts'
import type { LookupAddress } from 'node:dns'
import type { AddressInfo } from 'node:net'

const test = suite('address')

const refused = 'ERR_MIMEPORT_PRIVATE_ADDRESS'

test.after.each(() => {
  configurePolicy({})
  askBy()
  delete process.env['MIMEPORT_GITHUB_URL']
})

/** Kind → the first and the last address of each block. */
const special: Readonly<Record<string, readonly string[]>> = {
  'a loopback address': [
    '127.0.0.0',
    '127.0.0.1',
    '127.255.255.255',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::127.0.0.1',
    '2002:7f00:1::',
    '::127.0.0.1',
  ],
  'an unspecified address': ['0.0.0.0', '0.255.255.255', '::', '::ffff:0:0', '64:ff9b::'],
  'a private address': [
    '10.0.0.0',
    '10.255.255.255',
    '172.16.0.0',
    '172.31.255.255',
    '192.168.0.0',
    '192.168.255.255',
    'fec0::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    '64:ff9b::192.168.1.1',
    '2002:a00:1::1',
    '2002:c0a8:101::',
    '::10.0.0.1',
    '::ffff:c0a8:1',
  ],
  'a link-local address': [
    '169.254.0.0',
    '169.254.169.254',
    '169.254.255.255',
    'fe80::',
    'febf:ffff::',
    'fe80::1%lo',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::',
  ],
  "an address of a provider's own network": [
    '100.64.0.0',
    '100.100.100.200',
    '100.127.255.255',
    '::ffff:100.64.0.1',
    '64:ff9b::6440:1',
  ],
  'a unique local address': ['fc00::', 'fd00:ec2::254', 'fdff:ffff::'],
  'a multicast address': ['224.0.0.0', '239.255.255.255', 'ff00::', 'ff02::1', '64:ff9b::e000:1'],
  'an address of a local translator': ['64:ff9b:1::', '64:ff9b:1:ffff::1', '64:ff9b:1::808:808'],
  'a reserved address': [
    '192.0.0.0',
    '192.0.0.255',
    '192.0.2.1',
    '192.88.99.1',
    '198.18.0.0',
    '198.19.255.255',
    '198.51.100.9',
    '203.0.113.9',
    '240.0.0.0',
    '255.255.255.255',
    '100::1',
    '2001::1',
    '2001:0:a9fe:a9fe::',
    '2001:1ff::',
    '2001:db8::1',
    '3fff::1',
    '5f00::1',
    '64:ff9b::ffff:ffff',
    '2002:f000::',
  ],
  'no address': [
    '',
    'example.com',
    '1.2.3',
    '1.2.3.4.5',
    '::g',
    '0x7f.1',
    '127.1',
    '1.2.3.4/8',

    '１.2.3.4',
  ],
}

/** Beside the blocks. */
const ordinary = [
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '169.253.255.255',
  '169.255.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.0.1.0',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '2606:4700::1111',
  '2001:4860:4860::8888',
  '2001:200::1',
  '2a00::1',
  '2620:0:860::',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
  '2002:808:808::1',
  'fbff::1',
  '[2606:4700::1111]',
]

test('an address that is not the public is told by its kind, also where IPv6 holds it', () => {
  for (const [kind, addresses] of Object.entries(special)) {
    for (const address of addresses) assert.is(kindOf(address), kind, address)
    denied('T08', kind, addresses.length)
  }
  for (const address of ordinary) assert.is(kindOf(address), undefined, address)
  passed('T08', 'a public address', ordinary.length)
})

test('allowPrivate has hosts, hosts with a port, what is below one, and blocks of addresses', () => {
  const rows: readonly [
    entry: string,
    host: string,
    port: string,
    address: string,
    fit: boolean,
  ][] = [
    ['git.corp', 'git.corp', '443', '10.0.0.1', true],
    ['git.corp', 'git.corp.', '443', '10.0.0.1', true],
    ['GIT.corp', 'git.corp', '8443', 'fd00::1', true],
    ['git.corp', 'x.git.corp', '443', '10.0.0.1', false],
    ['git.corp', 'agit.corp', '443', '10.0.0.1', false],
    ['git.corp:8443', 'git.corp', '8443', '10.0.0.1', true],
    ['git.corp:8443', 'git.corp', '443', '10.0.0.1', false],
    ['*.corp', 'a.b.corp', '443', '10.0.0.1', true],
    ['*.corp', 'corp', '443', '10.0.0.1', false],
    ['例え.jp', 'xn--r8jz45g.jp', '443', '10.0.0.1', true],
    ['10.0.0.0/8', 'any.example', '443', '10.1.2.3', true],
    ['10.0.0.0/8', 'any.example', '443', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', 'any.example', '443', '192.168.0.1', false],
    ['10.0.0.0/8', 'any.example', '443', '127.0.0.1', false],
    ['fd00::/8', 'any.example', '443', 'fd12::1', true],
    ['fd00::/8', 'any.example', '443', 'fc12::1', false],
    ['10.0.0.1', '10.0.0.1', '443', '10.0.0.1', true],
    ['::1', 'any.example', '443', '::1', false],
  ]
  for (const [entry, host, port, address, fit] of rows) {
    assert.is(privateFault(entry), undefined, entry)
    assert.is(
      unfitKind(host, port, address, [entry]) === undefined,
      fit,
      `${entry} ${host} ${address}`,
    )
  }
  assert.is(unfitKind('x.localhost', '443', '127.0.0.1', []), undefined)
  const faulty = [
    '',
    'https://x/',
    'a b',
    'x/y',
    '10.0.0.0/33',
    '10.0.0/8',
    'fd00::/129',
    '*',
    '*.',
    'a.*.b',
    '.corp',
    'me@x',
    'x?y',
    'x:99999',
    '10.0.0.0/',
  ]
  for (const entry of faulty) assert.ok(privateFault(entry) !== undefined, entry)
})

/** Answers lookups by a table, or in turn. */
function names(answers: (hostname: string) => readonly string[]): () => number {
  let count = 0
  askBy((hostname, options, callback) => {
    count += 1
    const found: LookupAddress[] = answers(hostname).map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }))
    process.nextTick(() => {
      if (options.all === true) callback(null, found)
      else callback(null, found[0]!.address, found[0]!.family)
    })
  })
  return () => count
}

const free = { ...process.env }
test.before.each(() => {
  for (const name of Object.keys(process.env)) if (/_proxy$/i.test(name)) delete process.env[name]
})
test.after(() => {
  Object.assign(process.env, free)
})

test('a public name that leads to one address that is not the public is refused, and nobody is connected to', async () => {
  const server = await startServer()
  await server.set('*', 'x')
  const answers: Record<string, readonly string[]> = {
    'loopback.test': ['127.0.0.1'],
    'mixed.test': ['8.8.8.8', '127.0.0.1'],
    'first.test': ['127.0.0.1', '8.8.8.8'],
    'six.test': ['::1', '2606:4700::1111'],
    'mapped.test': ['::ffff:127.0.0.1'],
    'metadata.test': ['169.254.169.254'],
    'private.test': ['192.168.0.1'],
    'any.test': ['0.0.0.0'],
  }
  names((hostname) => answers[hostname] ?? [])
  configurePolicy({ allowPrivate: ['named.test'] }, '/project/mimeport.json')
  for (const host of Object.keys(answers)) {
    const error = await rejects(request(`https://${host}:${server.port}/x`), refused)
    assert.match(
      error.message,
      new RegExp(
        `^Cannot load 'https://${host}:\\d+/x': '${host}' is at [\\d.:a-f]+, an? [a-z-]+ address, where a public name does not lead; if it is a host of your own, write "allowPrivate": \\["named.test", "${host}"\\] into '/project/mimeport.json'$`,
      ),
    )
  }
  denied('T08', 'a name by its addresses', Object.keys(answers).length)
  canary('T08', (await server.requests()).length, 'an address that is not the public')
  // The control fails later: what is connected to speaks no TLS.
  answers['named.test'] = ['127.0.0.1']
  const error = await rejects(
    request(`https://named.test:${server.port}/x`),
    'ERR_MIMEPORT_NETWORK',
  )
  assert.match(error.message, /does not speak TLS/)
  process.env['MIMEPORT_GITHUB_URL'] = 'https://ghe.test'
  answers['ghe.test'] = ['127.0.0.1']
  await rejects(request(`https://ghe.test:${server.port}/x`), 'ERR_MIMEPORT_NETWORK')
  passed('T08', 'a name that is named', 2)
  await server.stop()
})

test('DNS that answers otherwise each time leads nowhere in 1,000 tries', async () => {
  // Counts connections, not requests.
  let connections = 0
  const listener = createServer((socket) => {
    connections += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as AddressInfo
  let turn = 0
  // What is the public's here is nobody's: 192.0.2.0/24 would be refused, and 8.8.8.8 be asked.
  const lookups = names(() => (turn++ % 2 === 0 ? ['127.0.0.1'] : ['8.8.8.8', '127.0.0.1']))
  const connect = makeConnector(loadUndici().buildConnector, false)
  const target = {
    protocol: 'https:',
    hostname: 'rebind.test',
    host: `rebind.test:${port}`,
    port: String(port),
  }
  for (let count = 0; count < 1000; count += 1) {
    const { failure } = await new Promise<{ failure?: Error }>((resolve) =>
      connect(target, resolve),
    )
    assert.is((failure?.cause as Error | undefined)?.constructor.name, 'AddressRefusal')
  }
  assert.is(lookups(), 1000, 'one lookup for a connection')
  denied('T09', 'a name that is bound anew', 1000)
  canary('T09', connections, 'what a name is bound to')
  configurePolicy({ allowPrivate: ['rebind.test'] })
  askBy()
  names(() => ['127.0.0.1'])
  await new Promise((resolve) => connect(target, resolve))
  assert.is(connections, 1, 'the control')
  passed('T09', 'the same name, allowed')
  await new Promise((resolve) => listener.close(resolve))
})

test.run()
