/** Conversions in process: a body, its media type, and loaders written in the test. */

import { convert } from '../../core/engine/convert.mts'
import { parseMediaType } from '../../core/media-type.mts'
import { acquiredOf, errandFor, registryOf } from './inline-loader.mts'
import type { Converted } from '../../core/engine/convert.mts'
import type { HeaderRecord } from '../../core/types.mts'

/** A body as a `transform` is given it. */
export type Body = string | Uint8Array

/** A loader that appends its name to the text. */
export function step(name: string, accepts: string | readonly string[], format: string) {
  return {
    name,
    accepts,
    transform: (_headers: HeaderRecord, body: Body) => ({
      source: `${String(body)}${name}`,
      format,
    }),
  }
}

/** Starts to convert a body of a media type. */
export function start(
  loaders: readonly object[],
  mediaType: string,
  body: Body = '',
  headers: Readonly<Record<string, string>> = {},
): { done: Promise<Converted>; trail: () => string } {
  const errand = errandFor(registryOf(...loaders))
  const done = convert(errand, acquiredOf(body, headers), parseMediaType(mediaType)!)
  return { done, trail: () => String(errand.trail) }
}

/** Runs a check with the loaders as they are, and the other way round: the choice is not the order's. */
export async function inBothOrders(
  loaders: readonly object[],
  check: (loaders: readonly object[]) => Promise<void>,
): Promise<void> {
  await check(loaders)
  await check(loaders.toReversed())
}

/** The source that a body becomes. */
export async function sourceOf(
  loaders: readonly object[],
  mediaType: string,
  body: Body = '',
): Promise<unknown> {
  return (await start(loaders, mediaType, body).done).source
}
