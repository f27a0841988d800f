/**
 * An HTTP server for tests, in a process of its own: while an import waits, the importing thread sleeps, and a server in
 * it could not answer. It listens on loopback only, on a port that the system chooses, and ends with the test's process.
 *
 *     const server = await startServer()
 *     await server.set('/x.mjs', 'export default 1')                    // 200, content-type by the extension
 *     await server.set('/gone', { status: 410 })
 *     await server.set('/flaky', [{ status: 503 }, { body: 'ok' }])     // in this order; the last one stays
 *     await import(`${server.url}/x.mjs`)
 *     assert.is((await server.requests('/x.mjs')).length, 1)
 *     await server.stop()
 *
 * A route is found by the whole request target (`/x?y`), else by its path (`/x`), else it is `*`, else the answer is a
 * 404. A server that nobody stops keeps no process alive. Routes are plain data (`RouteAnswer`): it says everything that
 * a server can do, right or wrong.
 */

import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** How to answer one request. */
export interface RouteAnswer {
  /** Status code; 200 when left out. */
  readonly status?: number
  /** Reason phrase. */
  readonly reason?: string
  /** Fields, as they are: a list sends a field several times. `content-length` may lie. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Uint8Array
  /** How the end of the body is told: `length` (Content-Length; the default), `chunked`, or `close` by ending. */
  readonly framing?: 'length' | 'chunked' | 'close'
  /** ms before the answer starts. */
  readonly delay?: number
  /** The body is sent in pieces of `size` bytes, `every` ms. */
  readonly drip?: { readonly size: number; readonly every: number }
  /** The connection ends after so many bytes of the body, although more were announced. */
  readonly cutAfter?: number
  /** Nothing is sent from here on and the connection stays: from the start, or after the header section. */
  readonly hang?: 'headers' | 'body'
  /** These bytes and nothing else on the socket (a string is latin1), which then ends unless `keepOpen`. */
  readonly raw?: string | Uint8Array
  readonly keepOpen?: boolean
  /** The connection ends without a byte, as a stale keep-alive connection does: `end` (FIN) or `reset` (RST). */
  readonly hangUp?: 'end' | 'reset'
}

/** An answer, or the body of a 200 whose content-type is told by the path's extension. */
export type Route = RouteAnswer | string | Uint8Array

/** What the server was asked. */
export interface RecordedRequest {
  readonly method: string
  /** The request target: path and query. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly rawHeaders: readonly string[]
  readonly body: string
  /** `1.1` or `2.0`. */
  readonly httpVersion: string
  /** Number of the connection, from 1: the same number is the same socket. */
  readonly connection: number
  /** ms since the server started. */
  readonly time: number
}

export interface ServerOptions {
  /** An address of loopback: `127.0.0.1` (the default) or `::1`. */
  readonly host?: string
  /** Only to start again where another server was. */
  readonly port?: number
  /** Serve https. PEM. */
  readonly tls?: { readonly key: string; readonly cert: string }
  /** With `tls`: offer HTTP/2. */
  readonly http2?: boolean
}

export interface TestServer {
  /** Origin, no slash at the end. */
  readonly url: string
  readonly port: number
  /** Sets one route or many; what came before at the path is forgotten. */
  set(path: string, route: Route | readonly Route[]): Promise<void>
  set(routes: Readonly<Record<string, Route | readonly Route[]>>): Promise<void>
  /** The requests so far, in order; those for one path (or one request target) when it is named. */
  requests(path?: string): Promise<RecordedRequest[]>
  /** Forgets routes and requests; connections stay. */
  clear(): Promise<void>
  /** Ends every open connection, and keeps listening. */
  disconnect(): Promise<void>
  stop(): Promise<void>
}

/** What crosses the control channel. */
export type Control =
  | { readonly id: number; readonly do: 'start'; readonly options: ServerOptions }
  | { readonly id: number; readonly do: 'set'; readonly routes: Record<string, readonly Route[]> }
  | { readonly id: number; readonly do: 'requests' | 'clear' | 'disconnect' }

type Command = Control extends infer C ? (C extends Control ? Omit<C, 'id'> : never) : never

interface Pending {
  resolve(value: any): void
  reject(error: Error): void
}

/** Starts a server; resolves when it listens. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const child = fork(fileURLToPath(new URL('./server-process.mts', import.meta.url)), [], {
    // Not the loader under test: the server is plain Node.
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: '' },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const pending = new Map<number, Pending>()
  let lastId = 0
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  void gone.then(() => {
    for (const { reject } of pending.values()) reject(new Error('The test server has ended'))
  })
  child.on('message', ({ id, value, error }: { id: number; value?: unknown; error?: string }) => {
    const call = pending.get(id)
    pending.delete(id)
    if (pending.size === 0) child.channel?.unref()
    if (error === undefined) call?.resolve(value)
    else call?.reject(new Error(error))
  })
  child.unref()

  function control<T>(command: Command): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!child.connected) return reject(new Error('The test server has ended'))
      const id = ++lastId
      pending.set(id, { resolve, reject })
      child.channel?.ref()
      child.send({ ...command, id }, (error) => error && reject(error))
    })
  }

  const { port, url } = await control<{ port: number; url: string }>({ do: 'start', options })
  return {
    url,
    port,
    set(first: string | Readonly<Record<string, Route | readonly Route[]>>, route?: unknown) {
      const all = typeof first === 'string' ? { [first]: route as Route } : first
      const routes: Record<string, readonly Route[]> = {}
      for (const [path, one] of Object.entries(all)) {
        routes[path] = Array.isArray(one) ? (one as readonly Route[]) : [one as Route]
      }
      return control<void>({ do: 'set', routes })
    },
    async requests(path) {
      const all = await control<RecordedRequest[]>({ do: 'requests' })
      if (path === undefined) return all
      return all.filter(({ url: target }) => target === path || target.split('?')[0] === path)
    },
    clear: () => control<void>({ do: 'clear' }),
    disconnect: () => control<void>({ do: 'disconnect' }),
    async stop() {
      child.ref()
      child.kill('SIGKILL')
      await gone
    },
  }
}
