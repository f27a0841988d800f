// Imports a module that its server gives only to those who have a token.
import { fork } from 'node:child_process'
import { once } from 'node:events'

const server = fork('./server.mjs')
const [url] = await once(server, 'message')

async function run(environment) {
  const env = { ...process.env, MIMEPORT_CACHE: 'off', ...environment }
  await once(fork('./program.mjs', [url], { env }), 'close')
}

await run({})
await run({ MIMEPORT_AUTH_TOKENS: `open-sesame@${new URL(url).host}` })
server.disconnect()
