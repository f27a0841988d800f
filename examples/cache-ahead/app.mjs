// Fetches a program's modules ahead, stops their server, and runs the program offline.
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'cache-ahead-'))
const server = fork('./server.mjs')
const [url] = await once(server, 'message')
writeFileSync(
  join(folder, 'program.mjs'),
  `import { report } from '${url}/report.md'\n\nconsole.log(report)\n`,
)

// The command of this checkout; in a project of yours it is `npx mimeport`.
const command = new URL('../../cli/mimeport.mts', import.meta.url).pathname
const loader = new URL('../../loader.mts', import.meta.url).pathname

async function run(args, environment = {}) {
  const env = { ...process.env, CI: '', MIMEPORT_CACHE: join(folder, 'modules'), ...environment }
  const child = spawn(process.execPath, args, { cwd: folder, env })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (text += data))
  await once(child, 'close')
  return text.replaceAll(url, 'http://localhost:8080').trimEnd()
}

console.log('fetched:', await run([command, 'cache', 'program.mjs']))
const { responses } = JSON.parse(await run([command, 'cache', 'ls', '--json']))
for (const { statusCode, mediaType, state, url: stored } of responses) {
  console.log(' ', statusCode, mediaType, state, stored)
}
server.disconnect()
await once(server, 'exit')
const start = ['--import', loader, 'program.mjs']
console.log('offline:', await run(start, { MIMEPORT_OFFLINE: '1' }))
await run([command, 'cache', 'clean', `${url}/units.ts`])
const [missing] = /Cannot load '[^']*'/.exec(await run(start, { MIMEPORT_OFFLINE: '1' })) ?? []
console.log('without one of them:', missing)
rmSync(folder, { recursive: true })
