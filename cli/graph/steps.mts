/** What became of a module, in words: media types up to the format, and sizes. Used by the page as well. */

import type { Explanation } from '../../core/explanation.mts'

/** The media types that a format of Node's is. */
const typeOfFormat: Readonly<Record<string, string>> = {
  module: 'text/javascript',
  commonjs: 'application/node',
  json: 'application/json',
  wasm: 'application/wasm',
}

/** A media type without its parameters. */
export function essenceOf(mediaType: string): string {
  return mediaType.split(';', 1)[0]!.trim().toLowerCase()
}

/** From the first media type to the format: `text/markdown`, `application/typescript`, `module`. */
export function stepsOf({ mediaType, transforms, format }: Explanation): string[] {
  const types = [mediaType, ...transforms.map(({ to }) => to)]
  const steps = types.filter((each) => each !== undefined).map(essenceOf)
  if (format === undefined) return steps
  const last = steps.at(-1)
  if (last === typeOfFormat[format] || last === format) steps.pop()
  return [...steps, format]
}

/** Bytes that came, and bytes that Node runs; one of them where they are the same, or the other is not known. */
export function sizesOf({ bodyBytes, bytes, transforms }: Explanation): number[] {
  const both = transforms.length > 0 ? [bodyBytes, bytes] : [bytes ?? bodyBytes]
  return both.filter((each) => each !== undefined)
}

/** Redirects on the way to a module. */
export function redirectsOf({ hops }: Explanation): number {
  return hops.filter(({ location }) => location !== undefined).length
}
