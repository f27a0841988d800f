import cluster from 'node:cluster'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

cluster.setupPrimary({ exec: fileURLToPath(new URL('./import.mjs', import.meta.url)) })
const worker = cluster.fork()
worker.on('message', () => worker.disconnect())
const [exitCode] = await once(worker, 'exit')
process.exitCode = exitCode
