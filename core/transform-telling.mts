/** Transforms as they are told of: measured only where somebody listens. */

import { withoutGrants } from './grant.mts'
import type { TransformEvent } from './events.mts'

/** Who listens. */
export interface TransformListener {
  readonly isListening: () => boolean
  readonly tell: (event: TransformEvent) => void
}

/** What is known before a transform begins. */
export interface Beginning {
  readonly url: string
  readonly loader: string
  /** A media type. */
  readonly from: string
  readonly before: string | Uint8Array
}

interface Result {
  readonly format: string
  readonly source: string | Uint8Array
  readonly map: unknown
}

function sizeOf(text: string | Uint8Array): number {
  return typeof text === 'string' ? Buffer.byteLength(text) : text.length
}

/** Takes the time of a transform that begins now: the result makes the event of it. */
export function timed({
  url,
  loader,
  from,
  before,
}: Beginning): (result: Result | undefined, thrown?: unknown) => TransformEvent {
  const start = performance.timeOrigin + performance.now()
  const bytesBefore = sizeOf(before)
  return (result, thrown) => {
    const duration = performance.timeOrigin + performance.now() - start
    const known = { url: withoutGrants(url), loader, from, bytesBefore, start, duration }
    if (result === undefined) {
      const { code, message } = Object(thrown) as { code?: unknown; message?: unknown }
      const said = withoutGrants(typeof message === 'string' ? message : String(thrown))
      return { ...known, error: { code: typeof code === 'string' ? code : '', message: said } }
    }
    const { format: to, source, map } = result
    const mapped = map !== undefined && map !== null
    return { ...known, to, bytes: sizeOf(source), mapped }
  }
}

let listener: TransformListener | undefined

/** Has the transforms of this engine told of; `undefined`: no more. */
export function listenToTransforms(next: TransformListener | undefined): void {
  listener = next
}

/** Does a transform, and tells of it. */
export async function told<T extends Result>(
  beginning: Beginning,
  work: () => Promise<T>,
): Promise<T> {
  if (listener?.isListening() !== true) return work()
  const eventOf = timed(beginning)
  try {
    const result = await work()
    listener.tell(eventOf(result))
    return result
  } catch (error) {
    listener.tell(eventOf(undefined, error))
    throw error
  }
}
