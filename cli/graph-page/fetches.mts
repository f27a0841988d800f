/** What was asked for, and when: of all modules together. Pure. */

import { bytesText } from './figures.mts'
import type { PageModel, PageNode } from './model.mts'

export interface Fetch {
  readonly node: PageNode
  readonly url: string
  readonly start: number
  readonly duration: number
  readonly kind: 'fetched' | 'revalidated' | 'cached' | 'failed'
  readonly about: string
}

/** Everything that was asked for, in the order of time; what several modules share, once. */
export function fetchesOf({ nodes }: PageModel): Fetch[] {
  const met = new Set<string>()
  const fetches: Fetch[] = []
  const add = (fetch: Fetch, name: string) => {
    if (met.has(name)) return
    met.add(name)
    fetches.push(fetch)
  }
  for (const node of nodes) {
    for (const hop of node.explanation?.hops ?? []) {
      for (const request of hop.requests) {
        const { url, start, duration, attempt, statusCode, bytes, error, protocol } = request
        const isFailed = error !== undefined || (statusCode ?? 0) >= 400
        const kind = isFailed ? 'failed' : statusCode === 304 ? 'revalidated' : 'fetched'
        const about = [
          statusCode === undefined ? 'no answer' : String(statusCode),
          bytes === undefined ? '' : bytesText(bytes),
          protocol ?? '',
          attempt > 1 ? `attempt ${attempt}` : '',
          error ?? '',
        ]
        const text = about.filter(Boolean).join(' · ')
        add({ node, url, start, duration, kind, about: text }, `${url}\n${attempt}\n${start}`)
      }
      if (hop.requests.length === 0 && hop.cache !== undefined) {
        const { specifier: url, start, duration, cache: about } = hop
        add(
          { node, url, start, duration, kind: 'cached', about: `cache: ${about}` },
          `${url}\n${start}`,
        )
      }
    }
  }
  return fetches.sort((a, b) => a.start - b.start)
}

/** A round distance between two lines of the time axis, for about six of them. */
export function tickOf(span: number): number {
  const rough = Math.max(span, 1e-3) / 6
  const power = 10 ** Math.floor(Math.log10(rough))
  return [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough)!
}
