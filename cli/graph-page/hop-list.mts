/** How a module came: each answer on the way, and the requests that it took. */

import { element, shown } from './element.mts'
import { bytesText, timeText } from './figures.mts'
import type { Hop, WireRequest } from '../../core/explanation.mts'

/** Where a request went, and whether there was a connection. */
function connectionText({ connection }: WireRequest): string | undefined {
  if (connection === undefined) return undefined
  const { address, port, reused, proxy } = connection
  const by = proxy === undefined ? '' : `, proxy ${proxy}`
  return `${reused ? 'connection to' : 'new connection to'} ${address} port ${port}${by}`
}

function requestItem(request: WireRequest): HTMLElement {
  const { method, url, attempt, protocol, statusCode, bytes, duration, error } = request
  const parts = [
    statusCode === undefined ? undefined : String(statusCode),
    protocol,
    bytes === undefined ? undefined : bytesText(bytes),
    timeText(duration),
    attempt > 1 ? `attempt ${attempt}` : undefined,
    connectionText(request),
  ]
  return element(
    'li',
    {},
    element('span', { class: 'mono' }, shown(`${method} ${url}`)),
    element('span', { class: 'quiet' }, shown(parts.filter(Boolean).join(' · '))),
    error !== undefined && element('span', { class: 'bad' }, shown(error)),
  )
}

const knownBy = { lock: 'the lock has it', vendor: 'the vendor folder has it' } as const

function hopItem(hop: Hop): HTMLElement {
  const { specifier, loader, statusCode, location, duration, requests, cache, known } = hop
  const about = [
    `loader ${loader}`,
    known === undefined ? '' : knownBy[known],
    cache === undefined ? '' : `cache: ${cache}`,
    timeText(duration),
  ]
  const isBad = statusCode === undefined || statusCode >= 400
  return element(
    'li',
    {},
    element('span', { class: `status${isBad ? ' bad' : ''}` }, String(statusCode ?? '–')),
    element('span', { class: 'mono' }, shown(specifier)),
    location !== undefined && element('span', { class: 'mono to' }, `→ ${shown(location)}`),
    element('span', { class: 'quiet' }, shown(about.filter(Boolean).join(' · '))),
    requests.length > 0 && element('ul', { class: 'requests' }, ...requests.map(requestItem)),
  )
}

export function hopList(hops: readonly Hop[]): HTMLElement {
  return element('ol', { class: 'hops' }, ...hops.map(hopItem))
}
