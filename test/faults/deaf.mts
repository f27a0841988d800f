/** A listener that is there and takes no connection: what comes is not answered, and not refused. */

import { fork } from 'node:child_process'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** Listens at these ports until this process ends. Their queues are full when it resolves. */
export async function deafen(host: string, ports: readonly number[]): Promise<void> {
  if (ports.length === 0) return
  const path = fileURLToPath(new URL('deaf-process.mts', import.meta.url))
  const child = fork(path, [host, ...ports.map(String)], {
    execArgv: [],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  await new Promise((resolve) => child.stdout?.once('data', resolve))
  process.once('exit', () => child.kill('SIGKILL'))
  for (const port of ports) {
    for (let number = 0; number < 4; number++) connect(port, host).on('error', () => {})
  }
  await sleep(50)
}
