/** git's own HTTP backend, a CGI program, behind node:http. */

import { spawn } from 'node:child_process'
import { gitEnvironment } from './github-repository.mts'
import type { IncomingMessage, ServerResponse } from 'node:http'

export interface GitTarget {
  /** The path below the folder of the repositories. */
  readonly path: string
  readonly query: string
  /** The folder of the repositories. */
  readonly root: string
  /** The newest version of the protocol that is spoken. */
  readonly protocol: number
}

/** Hands a request to git's own CGI program. git-http-backend(1); RFC 3875. */
function runBackend(target: GitTarget, request: IncomingMessage, body: Buffer) {
  const wanted = /version=(\d)/.exec(String(request.headers['git-protocol'] ?? ''))?.[1] ?? '0'
  return spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...gitEnvironment(target.root),
      GIT_PROJECT_ROOT: target.root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: `version=${Math.min(Number(wanted), target.protocol)}`,
      PATH_INFO: target.path,
      QUERY_STRING: target.query,
      REQUEST_METHOD: request.method ?? 'GET',
      REMOTE_ADDR: '127.0.0.1',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: String(body.length),
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    },
  })
}

/** RFC 3875 §6.2: fields, an empty line, and the body, which is passed on as it comes. */
export function serveGit(
  target: GitTarget,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): void {
  const backend = runBackend(target, request, body)
  let head = Buffer.alloc(0)
  const onHead = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return
    backend.stdout.off('data', onHead)
    let status = 200
    for (const line of head.toString('latin1', 0, end).split('\r\n')) {
      const [name = '', value = ''] = line.split(/: (.*)/s)
      if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10)
      else response.setHeader(name, value)
    }
    response.writeHead(status).write(head.subarray(end + 4))
    backend.stdout.pipe(response)
  }
  backend.stdout.on('data', onHead)
  backend.on('close', () => response.end())
  backend.stdin.on('error', () => {}).end(body)
}
