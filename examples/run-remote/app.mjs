// Runs programs by `mimeport run`: one of a server, and a command of a package.
import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'

/** `npx mimeport run …`, as it is where mimeport is installed. */
function mimeport(...words) {
  const command = ['../../cli/mimeport.mts', 'run', ...words]
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' })
  console.log(`exit code ${status}`)
}

const server = fork('./server.mjs')
const [url] = await once(server, 'message')

mimeport(`${url}/tool.md`, 'Ada')
mimeport('--env-file', 'region.env', 'report', '--since', 'yesterday')

server.disconnect()
