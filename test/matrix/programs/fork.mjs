import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const child = fork(fileURLToPath(new URL('./import.mjs', import.meta.url)))
child.on('message', () => child.disconnect())
const [exitCode] = await once(child, 'exit')
process.exitCode = exitCode
