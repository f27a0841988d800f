/**
 * A server of one of `wire-process.mts`'s sorts, in a process of its own, for what node:http would not do: HTTP/2 with
 * frames out of the ordinary, proxies, servers that are busy with something else.
 *
 *     const wire = await startWire('http2', { tls })
 *     await request(`https://localhost:${wire.port}/refused-once`)
 *     assert.equal(await wire.seen(), [...])
 *     await wire.stop()
 */

import { fork } from 'node:child_process'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Socket } from 'node:net'

export interface WireOptions {
  readonly tls?: { readonly key: string; readonly cert: string }
  readonly host?: string
  /** Only to start again where another server was. */
  readonly port?: number
  /** `http2`: what SETTINGS says of streams. */
  readonly streams?: number
  /** `http2`: speaks nothing else. */
  readonly alone?: boolean
  /** ms before each answer. */
  readonly delay?: number
  /** `proxy`: the answer to CONNECT. `crowded`: that to a request too many; left out, a connection too many is closed. */
  readonly status?: number
  /** `crowded`: how many it puts up with at a time. `patient`: how many modules there are. */
  readonly most?: number
  /** `proxy`: where all tunnels lead to, whatever was asked for. */
  readonly to?: number
}

export interface WireServer {
  readonly port: number
  /** What was noted so far, in order. */
  seen(): Promise<string[]>
  stop(): Promise<void>
}

export type WireKind = 'http2' | 'proxy' | 'deaf' | 'full' | 'crowded' | 'patient'

/** Takes all places in the queue of a server that accepts nobody. */
async function fill(port: number, host = '127.0.0.1'): Promise<Socket[]> {
  const sockets = Array.from({ length: 8 }, () => {
    return connect(port, host)
      .on('error', () => {})
      .unref()
  })
  // Its kernel's half of the connections is made without it.
  await sleep(100)
  return sockets
}

/** Starts a server; resolves when it listens. It ends with the process that started it, and keeps none alive. */
export async function startWire(kind: WireKind, options: WireOptions = {}): Promise<WireServer> {
  const child = fork(fileURLToPath(new URL('./wire-process.mts', import.meta.url)), [], {
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const ask = <T,>(message: unknown): Promise<T> =>
    new Promise((resolve, reject) => {
      child.channel?.ref()
      child.once('message', (answer) => {
        child.channel?.unref()
        resolve(answer as T)
      })
      void gone.then(() => reject(new Error('The server has ended')))
      child.send(message as object, (error) => error && reject(error))
    })
  child.unref()
  const port = await ask<number>({ kind, options })
  const fillers = kind === 'full' ? await fill(port, options.host) : []
  return {
    port,
    seen: () => ask<string[]>('seen'),
    async stop() {
      for (const socket of fillers) socket.destroy()
      child.ref()
      child.kill('SIGKILL')
      await gone
    },
  }
}
