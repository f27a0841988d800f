// Runs a program that lies on a web server.
import { fork } from 'node:child_process'
import { once } from 'node:events'

const server = fork('./server.mjs')
const [url] = await once(server, 'message')

// The same as: node --import mimeport http://localhost:…/program.md Ada
const program = fork(`${url}/program.md`, ['Ada'])
await once(program, 'close')
server.disconnect()
