/** What happens in an engine, as the program is told of it: requests, redirects, the cache, transforms. */

import { FetchEvents } from './fetch-events.mts'
import { listenToTransforms } from '../transform-telling.mts'
import { watchActivity } from '../http/activity.mts'
import { withoutSecrets } from './shown-text.mts'
import type { EngineEvent } from '../events.mts'

/** Tells `send` of each event from now on; the result ends it. */
export function startTelling(send: (event: EngineEvent) => void): () => void {
  const events = new FetchEvents()
  const stop = watchActivity((activity) => {
    const event = events.eventOf(activity)
    if (event !== undefined) send(['fetch', event])
  })
  listenToTransforms({
    isListening: () => true,
    tell: ({ error, ...event }) => {
      const quiet = error && { ...error, message: withoutSecrets(error.message) }
      const url = withoutSecrets(event.url)
      send(['transform', { ...event, url, ...(quiet && { error: quiet }) }])
    },
  })
  return () => {
    stop()
    listenToTransforms(undefined)
  }
}
