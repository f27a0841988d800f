/**
 * A server that has each path in several media types and gives the one that a request's Accept weighs most, as RFC 9110
 * §12.5.1 has it; of several, its own first. In a process of its own: `startNegotiator`.
 */

import { fork } from 'node:child_process'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import type { AddressInfo } from 'node:net'

/** By path, then by media type: the body. */
export type Variants = Readonly<Record<string, Readonly<Record<string, string>>>>

/** What was asked for: a path, with its Accept, and the media type that was chosen. */
export type Choice = readonly [path: string, accept: string, mediaType: string]

export interface Negotiator {
  readonly url: string
  /** What was chosen so far, in order; forgets it. */
  choices(): Promise<Choice[]>
  stop(): Promise<void>
}

/** How closely a range covers a media type: 0 not at all. */
function closeness(range: string, mediaType: string): number {
  if (range === mediaType) return 3
  if (range === '*/*') return 1
  return range.endsWith('/*') && mediaType.startsWith(range.slice(0, -1)) ? 2 : 0
}

/** The weight that the closest range gives to a media type. RFC 9110 §12.4.2. */
function weightOf(accept: string, mediaType: string): number {
  let [closest, weight] = [0, 0]
  for (const element of accept.split(',')) {
    const [range = '', ...parameters] = element.split(';').map((part) => part.trim())
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1'
    const found = closeness(range, mediaType)
    if (found > closest) [closest, weight] = [found, Number(quality)]
  }
  return weight
}

function choose(accept: string, mediaTypes: readonly string[]): string | undefined {
  let [chosen, most]: [string | undefined, number] = [undefined, 0]
  for (const mediaType of mediaTypes) {
    const weight = weightOf(accept, mediaType)
    if (weight > most) [chosen, most] = [mediaType, weight]
  }
  return chosen
}

function serve(variants: Variants): void {
  let chosen: Choice[] = []
  const server = createServer(({ url = '', headers: { accept = '' } }, response) => {
    const own = variants[url] ?? {}
    const mediaType = choose(accept, Object.keys(own))
    chosen.push([url, accept, mediaType ?? ''])
    response.setHeader('vary', 'Accept')
    response.setHeader('cache-control', 'max-age=600')
    if (mediaType === undefined) response.writeHead(406).end()
    else response.setHeader('content-type', mediaType).end(own[mediaType])
  })
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
  process.on('message', () => {
    process.send?.(chosen)
    chosen = []
  })
  process.on('disconnect', () => process.exit())
}

/** Starts one; resolves when it listens. */
export async function startNegotiator(variants: Variants): Promise<Negotiator> {
  const args = [JSON.stringify(variants)]
  const child = fork(fileURLToPath(import.meta.url), args, { execArgv: [] })
  const said = <T,>(): Promise<T> =>
    new Promise((resolve) => child.once('message', resolve as never))
  const port = await said<number>()
  return {
    url: `http://127.0.0.1:${port}`,
    choices() {
      const answer = said<Choice[]>()
      child.send('choices')
      return answer
    },
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await gone
    },
  }
}

if (import.meta.main) serve(JSON.parse(process.argv[2] ?? '{}') as Variants)
