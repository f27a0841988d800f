// Runs a program with a lock, has its server change a byte, and runs the program again.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'

const server = fork('./server.mjs')
const [url] = await once(server, 'message')

// `npx mimeport lock program.mjs` makes it for a program that names its modules.
writeFileSync('mimeport.lock', '{\n  "version": 1\n}\n')

async function run(title, environment) {
  const env = { ...process.env, CI: '', MIMEPORT_CACHE: 'off', ...environment }
  const program = fork('./program.mjs', [url], { env, stdio: ['ignore', 'inherit', 'pipe', 'ipc'] })
  let failure = ''
  program.stderr.setEncoding('utf8').on('data', (text) => (failure += text))
  await once(program, 'close')
  const [, code, what] = /\[(\w+)\]: .*? has: (.*?); if/.exec(failure) ?? []
  console.log(title, code === undefined ? 'it ran' : `${code}: ${what}`)
}

await run('The first time it is added:')
await run('Frozen, from now on:       ', { MIMEPORT_FROZEN: '1' })
server.send('change')
await once(server, 'message')
await run('A byte has changed:        ')
server.disconnect()
rmSync('mimeport.lock')
