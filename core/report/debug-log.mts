/** `MIMEPORT_LOG=debug`: requests and responses as `curl -v` shows them, each line under the number of its request. */

import { STATUS_CODES } from 'node:http'
import { byteCount, oneLine } from './shown-text.mts'
import type { LogEntry } from './log-entry.mts'
import type { HeaderRecord } from '../types.mts'

type Entry<T extends LogEntry['type']> = Extract<LogEntry, { type: T }>

const versions: Readonly<Record<string, string>> = { 'http/1.1': 'HTTP/1.1', h2: 'HTTP/2' }

function versionOf(protocol: string): string {
  return versions[protocol] ?? protocol
}

function fields(mark: '>' | '<', headers: HeaderRecord): string[] {
  return Object.entries(headers).map(([name, value]) => `${mark} ${name}: ${value}`)
}

/** RFC 9112 §3.2: the path and the query, and the host as a field. */
function requestLines({ method, url, headers }: Entry<'request'>, protocol: string): string[] {
  const { host = '', pathname = url, search = '' } = URL.parse(url) ?? {}
  return [
    `> ${method} ${pathname}${search} ${versionOf(protocol)}`,
    ...(headers['host'] === undefined ? [`> host: ${host}`] : []),
    ...fields('>', headers),
    '>',
  ]
}

function responseLines({ protocol, status, headers }: Entry<'response'>): string[] {
  // HTTP/2 has no reason phrase. RFC 9113 §8.3.2.
  const reason = protocol === 'h2' ? '' : ` ${STATUS_CODES[status] ?? ''}`
  return [`< ${versionOf(protocol)} ${status}${reason}`, ...fields('<', headers), '<']
}

function connectionLine({ address, port, proxy, reused }: Entry<'connection'>): string {
  const via = proxy === undefined ? '' : ` (proxy ${proxy})`
  return `* ${reused ? 'Using the connection' : 'Connected'} to ${address} port ${port}${via}`
}

/** The thread whose requests are known by their number alone: the only one of most programs. */
const FIRST_THREAD = 1

export class DebugLog {
  /** Before a request's number: each engine counts its own, and several may write to one log. */
  readonly #prefix: string
  /** By number: requests that have no connection yet, and so nothing was sent of. */
  readonly #unsent = new Map<number, Entry<'request'>>()

  /** `thread`: number of the engine's thread. */
  constructor(thread: number) {
    this.#prefix = thread === FIRST_THREAD ? '' : `${thread}.`
  }

  /** Writes an entry as lines. */
  linesOf(entry: LogEntry): string {
    const number = 'id' in entry ? `[${this.#prefix}${entry.id}] ` : ''
    return this.#lines(entry)
      .map((line) => `${number}${oneLine(line)}\n`)
      .join('')
  }

  /** The lines of a request, once: when it is known what it is sent over. */
  #sent(id: number, protocol: string): string[] {
    const request = this.#unsent.get(id)
    this.#unsent.delete(id)
    return request === undefined ? [] : requestLines(request, protocol)
  }

  #lines(entry: LogEntry): string[] {
    switch (entry.type) {
      case 'request': {
        const { id, method, url, attempt } = entry
        this.#unsent.set(id, entry)
        return [`* ${method} ${url}${attempt === 1 ? '' : `, attempt ${attempt}`}`]
      }
      case 'connection':
        return [connectionLine(entry), ...this.#sent(entry.id, entry.protocol)]
      case 'response':
        return [...this.#sent(entry.id, entry.protocol), ...responseLines(entry)]
      case 'end':
        return [`* ${byteCount(entry.bytes)} in ${entry.duration} ms`]
      case 'error': {
        this.#unsent.delete(entry.id)
        const code = entry.code === '' ? '' : `${entry.code}: `
        return [`* Failed after ${entry.duration} ms: ${code}${entry.message}`]
      }
      case 'retry':
        return [`* Again in ${entry.delay} ms: ${entry.reason} (${entry.url})`]
      case 'redirect':
        return [`* Redirect: ${entry.status} to ${entry.location} (${entry.url})`]
      case 'cache':
        return [`* Cache: ${entry.outcome} (${entry.url})`]
      case 'warning':
        return [`* ${entry.message}`]
    }
  }
}
