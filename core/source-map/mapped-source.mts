/** A module's text together with its source map: what Node, V8 and debuggers read. */

import { pathToFileURL } from 'node:url'
import { findSegment } from './map-composition.mts'
import { NONE, WIDTH } from './mappings.mts'
import { breathe, chainSteps, isOn, isStep, mapOf, numbersOf } from './source-map.mts'
import { wholly } from '../steps.mts'
import { findMapComment, mentionsInlineMap } from './upstream-map.mts'
import type { Chain, StepMap } from './source-map.mts'
import type { Steps } from '../steps.mts'
import type { ImportSite } from '../types.mts'

/** A text without the inline map that it ends with. */
function withoutMap(source: string): string {
  const comment = findMapComment(source)
  if (comment === undefined || !/^data:/i.test(comment.url)) return source
  return source.slice(0, comment.start) + source.slice(comment.end)
}

/**
 * Appends a map to a text, in place of the one that it ends with. Any other that the text names stays: what looks like
 * such a comment may be part of the program, and only the last one counts to V8.
 */
export function inlineMap(source: string, map: string): string {
  const data = Buffer.from(map).toString('base64')
  return `${withoutMap(source)}\n//# sourceMappingURL=data:application/json;base64,${data}`
}

/**
 * Node looks for the map of a `data:` module under the name that a file of this name would have, so it is given this name,
 * too. docs/node-notes.md: Source maps of data: modules.
 */
function named(source: string, url: string): string {
  if (!url.startsWith('data:')) return source
  return `${source}\n//# sourceURL=${pathToFileURL(url).href}`
}

/** The text that the steps began with. */
function textBefore(
  [first]: readonly StepMap[],
  source: string,
  original: () => string | null,
): string | null {
  if (first === undefined) return source
  if (!isStep(first)) return original()
  return typeof first.before === 'string' ? first.before : null
}

const lineOf = ({ position }: ImportSite): number => Number.parseInt(position, 10)

/** The mappings of the first `count` lines: each line goes on from those before it, and from none behind it. */
function firstLines(mappings: string, count: number): string {
  let end = -1
  for (let line = 0; line < count; line++) {
    end = mappings.indexOf(';', end + 1)
    if (end === -1) return mappings
  }
  return mappings.slice(0, end)
}

/** Where imports are in the module as it was acquired, where that is known. */
function sitesBefore(sites: readonly ImportSite[], chain: Chain, url: string): ImportSite[] {
  if (sites.length === 0) return []
  // Imports stand at the beginning of most modules: the rest of a map need not be read for them.
  const last = Math.max(...sites.map(lineOf))
  const mappings = numbersOf(
    typeof chain.mappings === 'string'
      ? { ...chain, mappings: firstLines(chain.mappings, last) }
      : chain,
  )
  return sites.map((site) => {
    const [line = 1, column = 1] = site.position.split(':').map(Number)
    const found = findSegment(mappings, line - 1, column - 1)
    if (found === NONE) return site
    const [, source = NONE, before = 0, beforeColumn = 0] = mappings.segments.subarray(
      found * WIDTH,
    )
    if (chain.origins[source]?.url !== url) return site
    return { ...site, position: `${before + 1}:${beforeColumn + 1}` }
  })
}

export interface MappedSource {
  readonly source: string
  readonly mapped: boolean
  readonly sites: readonly ImportSite[]
}

/**
 * Gives a module's text its map. A map of its own that is not the module's is put out of force by an empty comment: it
 * would lead astray, or to a file of this machine.
 * @param original the text as it was acquired, where no step has it
 * @param isFile whether that is what is in the file of that URL: then the map need not bring it
 */
export function* mapSteps(
  source: string,
  steps: readonly StepMap[],
  url: string,
  original: () => string | null,
  sites: readonly ImportSite[] = [],
  isFile = false,
): Steps<MappedSource> {
  const chain = yield* chainSteps(steps, url, textBefore(steps, source, original), isFile)
  if (chain !== undefined) {
    const map = yield* mapOf(chain)
    yield* breathe(chain.mappings)
    const text = named(inlineMap(source, map), url)
    return { source: text, mapped: true, sites: sitesBefore(sites, chain, url) }
  }
  const isMisled = mentionsInlineMap(source) && (isOn || !url.startsWith('file:'))
  return { source: isMisled ? `${source}\n//# sourceMappingURL=` : source, mapped: false, sites }
}

/** Does the same, and waits where that takes a while. */
export function mapModule(...parts: Parameters<typeof mapSteps>): Promise<MappedSource> {
  return wholly(mapSteps(...parts))
}
