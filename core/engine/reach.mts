/** Whether hosts answer: asked as imports are, by the same client, through the same proxy, with the same certificates. */

import { proxyFor } from '../http/proxy.mts'
import { request } from '../http/request.mts'
import type { Reached } from '../inspection.mts'

/** How long a host has to answer, ms: less than a program would wait, for somebody sits and watches. */
const PATIENCE = 10_000

function proxyOf(url: string): string | undefined {
  const proxy = proxyFor(new URL(url), process.env)
  return proxy === undefined ? undefined : `${proxy.name} (${proxy.variable})`
}

async function reachOne(url: string): Promise<Reached> {
  const started = performance.now()
  const took = () => Math.round(performance.now() - started)
  let proxy: string | undefined
  try {
    proxy = proxyOf(url)
    const { statusCode, headers } = await request(url, { signal: AbortSignal.timeout(PATIENCE) })
    const { date } = headers
    return {
      url,
      took: took(),
      statusCode,
      ...(date !== undefined && { date }),
      ...(proxy !== undefined && { proxy }),
    }
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    const isLate = took() >= PATIENCE
    return {
      url,
      took: took(),
      fault: isLate ? `no answer within ${PATIENCE / 1000} s` : message,
      ...(code !== undefined && { code }),
      ...(proxy !== undefined && { proxy }),
    }
  }
}

/** Asks each URL, all at a time. No credentials are sent. */
export function reach(urls: readonly string[]): Promise<Reached[]> {
  return Promise.all(urls.map(reachOne))
}
