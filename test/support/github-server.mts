/** The process of `github.mts`: git's HTTP backend behind node:http, a raw host, and who may see what. */

import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { serveGit } from './github-backend.mts'
import { Repository } from './github-repository.mts'
import { refusalOf, renameStatus, routeOf, written } from './github-routes.mts'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CannedAnswer, Command, GitHubOptions, GitHubRequest, HostName } from './github.mts'
import type { Route } from './github-routes.mts'

const root = mkdtempSync(join(tmpdir(), 'mimeport-github-'))
const repositories = new Map<string, Repository>()
const canned = new Map<string, CannedAnswer>()
const requests: GitHubRequest[] = []
const renamed = new Map<string, string>()
let host: HostName = 'github'
let prefix = ''
let protocol = 2
let token: string | undefined

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers }).end(body)
}

/** The file that `ref/path` means, the ref being as many segments as it takes. */
async function findRaw(repository: Repository, segments: readonly string[]) {
  for (let length = 1; length < Math.min(segments.length, 9); length++) {
    const ref = segments.slice(0, length).join('/')
    if (!/^[\p{L}\p{N}_][\p{L}\p{N}_./@+-]*$/u.test(ref)) continue
    const found = await repository.read(`${ref}:${segments.slice(length).join('/')}`)
    if (found !== undefined) return found
  }
  return undefined
}

/** What raw hosts send: whatever a file is, they say text or binary, and let no browser run it. */
const common = {
  'access-control-allow-origin': '*',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'strict-transport-security': 'max-age=31536000',
  vary: 'Authorization,Accept-Encoding',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'deny',
  'x-xss-protection': '1; mode=block',
}

async function serveRaw(route: Route, request: IncomingMessage, response: ServerResponse) {
  const repository = repositories.get(route.repository)
  const found = repository && (await findRaw(repository, route.segments))
  if (found === undefined) return refuse(response)
  const binary = found.subarray(0, 8000).includes(0)
  const etag = `W/"${createHash('sha256').update(found).digest('hex')}"`
  const headers = {
    ...common,
    'cache-control': 'max-age=300',
    'content-type': binary ? 'application/octet-stream' : 'text/plain; charset=utf-8',
    etag,
  }
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end()
    return
  }
  const gzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
  if (binary || !gzip) return send(response, 200, headers, found)
  send(response, 200, { ...headers, 'content-encoding': 'gzip' }, gzipSync(found))
}

async function servePatch({ repository, segments }: Route, response: ServerResponse) {
  const patch = await repositories.get(repository)?.patch(segments[0] ?? '')
  if (patch === undefined) return refuse(response)
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'max-age=0' }
  send(response, 200, headers, patch)
}

function refuse(response: ServerResponse): void {
  const headers = { ...common, 'content-type': 'text/plain; charset=utf-8' }
  send(response, 404, headers, '404: Not Found')
}

function serveRepository(
  { repository, segments }: Route,
  query: string,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
) {
  const authorization = request.headers.authorization
  const password = atob(/^basic (.+)$/i.exec(authorization ?? '')?.[1] ?? '').split(':')[1]
  const visible = token === undefined || password === token
  if (repositories.has(repository) && visible) {
    const target = { path: `/${repository}.git/${segments.join('/')}`, query, root, protocol }
    return serveGit(target, request, body, response)
  }
  const headers = { 'content-type': 'text/plain; charset=utf-8' }
  const known = host === 'github' && authorization !== undefined
  if (known) return send(response, 404, headers, 'Repository not found.')
  const challenge = { ...headers, 'www-authenticate': `Basic realm="${host}"` }
  send(response, 401, challenge, 'Repository not found.')
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/' } = request
  const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>))
  const headers = request.headers as Record<string, string>
  requests.push({ method, url, headers, body: body.toString() })
  const [whole = '', query = ''] = url.split(/\?(.*)/s)
  const answer = canned.get(whole)
  if (answer !== undefined) {
    return send(response, answer.status ?? 200, answer.headers ?? {}, answer.body ?? '')
  }
  const path = whole.startsWith(`${prefix}/`) ? whole.slice(prefix.length) : ''
  const route = routeOf(host, path, query)
  const name = renamed.get(route.repository)
  // GitLab's git serves the former name as it is.
  if (name !== undefined && !(host === 'gitlab' && route.kind === 'git')) {
    const location = prefix + url.slice(prefix.length).replace(route.written, written(route, name))
    response.writeHead(renameStatus[host], { location }).end()
    return
  }
  const own = { ...route, repository: name ?? route.repository }
  if (own.kind === 'git') return serveRepository(own, query, request, body, response)
  const refusal = token === undefined ? undefined : refusalOf(host, route, headers, token, prefix)
  if (refusal !== undefined) {
    return send(response, refusal.status, { ...common, ...refusal.headers }, refusal.body)
  }
  return own.kind === 'patch' ? servePatch(own, response) : serveRaw(own, request, response)
}

const server = createServer((request, response) => {
  serve(request, response).catch((error: Error) => {
    send(response, 500, { 'content-type': 'text/plain' }, error.message)
  })
})

async function start(options: GitHubOptions): Promise<string> {
  host = options.host ?? 'github'
  for (const [before, name] of Object.entries(options.renamed ?? {})) renamed.set(before, name)
  prefix = options.prefix ?? ''
  protocol = options.protocol ?? 2
  for (const [name, content] of Object.entries(options.repos)) {
    const folder = join(root, `${name}.git`)
    const repository = new Repository(folder, root, content.defaultBranch ?? 'main')
    await repository.create(content)
    repositories.set(name, repository)
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`
}

function repositoryOf(name: string): Repository {
  const repository = repositories.get(name)
  if (repository === undefined) throw new Error(`There is no repository '${name}'`)
  return repository
}

async function obey(command: Command): Promise<unknown> {
  switch (command.do) {
    case 'start':
      return start(command.options)
    case 'commit':
      return repositoryOf(command.repo).commit(command.ref)
    case 'push':
      return repositoryOf(command.repo).push(command.files, command.branch)
    case 'requests':
      return requests
    case 'requireToken':
      token = command.token
      return undefined
    case 'answer':
      if (command.answer === undefined) canned.delete(command.path)
      else canned.set(command.path, command.answer)
      return undefined
  }
}

process.on('message', async ({ id, ...command }: Command & { id: number }) => {
  try {
    process.send?.({ id, value: await obey(command as Command) })
  } catch (error) {
    process.send?.({ id, error: (error as Error).message })
  }
})

process.on('exit', () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }))
process.on('disconnect', () => process.exit())
