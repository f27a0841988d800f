// Runs a program whose modules lie on a server, stops the server, and runs the program again.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// A cache of this example's own; without MIMEPORT_CACHE it is in the user's cache folder.
const cache = mkdtempSync(join(tmpdir(), 'offline-start-'))
const server = fork('./server.mjs')
const [url] = await once(server, 'message')

async function run(environment) {
  const env = { ...process.env, MIMEPORT_CACHE: cache, ...environment }
  await once(fork('./program.mjs', [url], { env }), 'close')
}

await run({})
server.disconnect()
await once(server, 'exit')
await run({ MIMEPORT_OFFLINE: '1' })
rmSync(cache, { recursive: true })
