// Imports signed and encrypted modules from a server, past somebody who stands between and changes what is sent.
import { fork } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'signed-modules-'))
const MODULES_KEY = randomBytes(16).toString('base64url')

/** A new key: the private half is the server's, the public one lies in the program's folder. */
function makeKey(id) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  writeFileSync(join(folder, `${id}.pem`), publicKey.export({ type: 'spki', format: 'pem' }))
  return { KEY_ID: id, PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }) }
}

async function start(file, args, environment) {
  const child = fork(file, args, {
    execArgv: [],
    env: { ...process.env, MODULES_KEY, ...environment },
  })
  const [port] = await once(child, 'message')
  return { child, port }
}

/** Runs the program, with what its configuration demands of the server. */
async function run(configuration, urls, environment) {
  const file = join(folder, 'mimeport.json')
  writeFileSync(file, JSON.stringify(configuration))
  const env = { ...process.env, MIMEPORT_CONFIG: file, MIMEPORT_CACHE: 'off', ...environment }
  await once(fork('./program.mjs', urls, { env }), 'close')
}

const november = makeKey('2026-11')
const server = await start('./server.mjs', [], november)
const before = await start('./server.mjs', [], { ...november, AGO: '3600' })
const between = await start('./between.mjs', [server.port, before.port])
const origin = `http://localhost:${between.port}`
const signatures = { [origin]: { keys: { '2026-11': './2026-11.pem' } } }

console.log('signed')
const changes = [
  'the+body',
  'the+media+type',
  'the+status',
  'the+signature',
  'its+place',
  'its+time',
]
await run({ signatures }, [
  `${origin}/greeting.mjs`,
  `${origin}/hello.mjs`,
  `${origin}/hello.mjs?changes=the+location`,
  ...changes.map((change) => `${origin}/words.mjs?changes=${change}`),
])

console.log('encrypted as well: the right key, and another')
const encryption = { [origin]: { '': '$MODULES_KEY' } }
await run({ signatures, encryption }, [`${origin}/recipe.mjs`], { MODULES_KEY })
const otherKey = randomBytes(16).toString('base64url')
await run({ signatures, encryption }, [`${origin}/recipe.mjs`], { MODULES_KEY: otherKey })

console.log('the key is exchanged: for a while the program knows both')
const next = await start('./server.mjs', [], makeKey('2026-12'))
const nextOrigin = `http://localhost:${next.port}`
const keys = { '2026-11': './2026-11.pem', '2026-12': './2026-12.pem' }
await run({ signatures: { ...signatures, [nextOrigin]: { keys } } }, [
  `${origin}/greeting.mjs`,
  `${nextOrigin}/greeting.mjs`,
])

for (const { child } of [server, before, between, next]) child.disconnect()
rmSync(folder, { recursive: true })
