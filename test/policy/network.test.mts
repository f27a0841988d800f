/**
 * Real names and real addresses, in a network of its own: a metadata service at 169.254.169.254, /etc/hosts, and nothing
 * injected. Where the system gives no such network, it says so.
 */

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { askBy, lookupFor } from '../../core/http/lookup.mts'
import { makeCertificate } from '../faults/certificate.mts'
import { loaderPath, makeProject } from '../support/spawn.mts'
import { canary, denied, passed } from '../threats/record.mts'

const test = suite('policy: a network of its own')

/** A network and a list of hosts that nobody else sees. */
const within = (script: string, cwd: string) =>
  spawnSync('unshare', ['--map-root-user', '--net', '--mount', 'sh', '-ec', script], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NODE: process.execPath, LOADER: loaderPath },
  })

const setUp = `
  ip link set lo up
  ip addr add 169.254.169.254/32 dev lo
  ip addr add 10.0.0.7/32 dev lo
  mount --bind hosts /etc/hosts`

/** Counts connections to 10.0.0.7 and 169.254.169.254, and serves modules to whoever speaks TLS. */
const servers = `
  import { createServer } from 'node:https'
  import { readFileSync, writeFileSync } from 'node:fs'
  let count = 0
  for (const host of ['169.254.169.254', '10.0.0.7']) {
    const server = createServer({ key: readFileSync('key.pem'), cert: readFileSync('cert.pem') }, (request, response) => {
      response.setHeader('content-type', 'text/javascript')
      response.end('export default "served"')
    })
    server.on('connection', () => writeFileSync('connections', String((count += 1))))
    server.listen(443, host, () => host === '10.0.0.7' && writeFileSync('ready', ''))
  }`

const app = `
  for (const host of ['metadata.test', 'mixed.test', 'private.test', '169.254.169.254', '10.0.0.7']) {
    console.log(host, await import('https://' + host + '/x.mjs').then((m) => m.default, (e) => e.code))
  }`

const run = `
  $NODE servers.mjs & server=$!
  while [ ! -e ready ]; do sleep 0.05; done
  printf 0 > connections
  export NODE_EXTRA_CA_CERTS=cert.pem MIMEPORT_CACHE=off
  $NODE --import "$LOADER" app.mjs
  cat connections; echo
  MIMEPORT_CONFIG=named.json $NODE --import "$LOADER" app.mjs
  cat connections; echo
  kill $server`

test('localhost and what is below it are this machine, whatever a name server would say', async () => {
  let asked = 0
  askBy((_hostname, _options, callback) => {
    asked += 1
    callback(null, '10.0.0.7', 4)
  })
  for (const name of ['localhost', 'LOCALHOST', 'localhost.', 'x.localhost', 'a.b.localhost']) {
    const found = await new Promise((resolve) => {
      lookupFor('443')(name, { all: true }, (error, addresses) => resolve(error ?? addresses))
    })
    assert.equal(found, [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ])
  }
  assert.is(asked, 0)
  passed('T08', 'localhost')
  const refused = await new Promise((resolve) => {
    lookupFor('443')('localhost.test', { all: true }, (error) => resolve(error))
  })
  assert.match(String(refused), "'localhost.test' is at 10.0.0.7, a private address")
  denied('T08', 'what only looks like localhost')
  askBy()
})

const probe = makeProject({ hosts: '127.0.0.1 localhost\n' })
const isPossible = process.platform === 'linux' && within(setUp, probe.path).status === 0
probe.remove()

const there = isPossible ? test : test.skip
if (!isPossible) {
  process.stdout.write(
    `${fileURLToPath(import.meta.url)}: NOT RUN: there is no network namespace to be had here (unshare --map-root-user --net --mount); T08 is held by test/policy/address.test.mts alone\n`,
  )
}

there(
  'a name of the system that leads to a metadata service or a private address is refused, and a literal one is',
  () => {
    const names = ['metadata.test', 'mixed.test', 'private.test']
    const tls = makeCertificate({
      names,
      addresses: [
        [169, 254, 169, 254],
        [10, 0, 0, 7],
      ],
    })
    const project = makeProject({
      hosts:
        '127.0.0.1 localhost\n169.254.169.254 metadata.test\n8.8.8.8 mixed.test\n10.0.0.7 mixed.test\n10.0.0.7 private.test\n',
      'key.pem': tls.key,
      'cert.pem': tls.cert,
      'servers.mjs': servers,
      'app.mjs': app,
      'mimeport.json':
        '{ "allow": ["default", "https:", "https://metadata.test/"], "limits": { "tries": 1 } }',
      'named.json': JSON.stringify({
        allow: ['https:', 'https://10.0.0.7/'],
        allowPrivate: ['private.test', '169.254.0.0/16'],
        limits: { tries: 1 },
      }),
    })
    const { stdout, stderr } = within(setUp + run, project.path)
    const lines = stdout.split('\n')
    const refused = 'ERR_MIMEPORT_PRIVATE_ADDRESS'
    assert.equal(
      lines.slice(0, 5),
      [
        `metadata.test ${refused}`,
        `mixed.test ${refused}`,
        `private.test ${refused}`,
        '169.254.169.254 ERR_MIMEPORT_NOT_ALLOWED',
        '10.0.0.7 ERR_MIMEPORT_NOT_ALLOWED',
      ],
      stderr,
    )
    denied('T08', "the system's own names", 5)
    canary('T08', Number(lines[5]), 'a metadata service')
    assert.equal(lines.slice(6, 11), [
      'metadata.test served',
      `mixed.test ${refused}`,
      'private.test served',
      '169.254.169.254 ERR_MIMEPORT_NOT_ALLOWED',
      '10.0.0.7 served',
    ])
    assert.is(Number(lines[11]), 3)
    passed('T08', 'what is named', 3)
    project.remove()
  },
)

test.run()
