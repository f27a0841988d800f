// What an agent that watches programs does: it makes a span of each message, and knows nothing of the program.
import { channel, tracingChannel } from 'node:diagnostics_channel'

/** Spans by their kind, in the order in which they ended. */
export const spans = { resolve: [], fetch: [], transform: [] }

tracingChannel('mimeport:resolve').subscribe({
  end: (message) => spans.resolve.push(message),
})
channel('mimeport:fetch').subscribe((message) => spans.fetch.push(message))
channel('mimeport:transform').subscribe((message) => spans.transform.push(message))
