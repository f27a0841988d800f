/** Composes the source maps of a module's steps into one, from what Node runs back to what was acquired, or beyond. */

import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { formatOf } from '../format.mts'
import { composeMappings } from './map-composition.mts'
import { encodeMappings, toMappings } from './mappings.mts'
import { canonicalEssence } from '../media-type.mts'
import { parseMap, sourceURL } from './plain-map.mts'
import { keepsPositions } from './positions.mts'
import { withoutControls } from './shown-source.mts'
import { later, wholly } from '../steps.mts'
import { inlineMapOf, upstreamMapOf } from './upstream-map.mts'
import type { Through } from './map-composition.mts'
import type { Mappings } from './mappings.mts'
import type { PlainMap } from './plain-map.mts'
import type { Steps } from '../steps.mts'
import type { SourceMap } from '../types.mts'

/** What one transform did to a text. */
export interface MapStep {
  readonly map: SourceMap | undefined
  /** The essence of what it was given. */
  readonly mediaType: string
  readonly before: string | Uint8Array
  readonly after: string | Uint8Array
}

/** A step of which only the map is known is taken at its word: its only source is what it was given. */
export type StepMap = SourceMap | MapStep

/** A text that positions lead to. */
export interface Origin {
  readonly url: string
  readonly content: string | null
  /** Whether it is a local file as it was read. */
  readonly isFile?: boolean
}

/** Where the positions of a text lead, as far as the steps are known. */
export interface Chain {
  readonly origins: readonly Origin[]
  readonly names: readonly string[]
  readonly mappings: string | Mappings
}

/** A URL that is no more than a file's path. */
const plainFile = /^file:\/\/\/[^?#]+$/

/** Characters or numbers of mappings from which on each piece of work gets a turn of the event loop of its own. */
const LONG = 2 ** 20

/** Whether modules get source maps in this thread: a live binding, set once when the engine starts. */
export let isOn = true

/** Puts source maps in force, or out of it. */
export function configureSourceMaps(on = true): void {
  isOn = on
}

export function isStep(step: StepMap): step is MapStep {
  return typeof step === 'object' && 'before' in step && 'after' in step
}

function hasMap(step: StepMap): boolean {
  return !isStep(step) || step.map !== undefined
}

/** Lets the event loop go on before work on mappings that are long: an engine that stands still is taken for dead. */
export function* breathe(mappings: string | Mappings): Steps<void> {
  const length = typeof mappings === 'string' ? mappings.length : mappings.segments.length
  if (length > LONG) yield* later(() => new Promise((resolve) => setImmediate(resolve)))
}

function chainOf(map: PlainMap, base: string): Chain {
  const { sources, contents, names, mappings } = map
  const origins = sources.map((_, index) => ({
    url: sourceURL(map, index, base),
    content: contents[index] ?? null,
  }))
  return { origins, names, mappings }
}

/** What counts as a script, which may name its own map. */
function isScript(mediaType: string): boolean {
  const essence = canonicalEssence(mediaType)
  const format = formatOf(essence)
  if (format === 'module' || format === 'commonjs') return true
  return essence === 'application/typescript' || essence === 'text/tsx' || essence === 'text/jsx'
}

/** URLs of the sources of the map inside a text. */
function followedIn({ before }: MapStep, url: string): Set<string> {
  const map = typeof before === 'string' ? inlineMapOf(before) : undefined
  return new Set(map === undefined ? [] : chainOf(map, url).origins.map((origin) => origin.url))
}

/** Whether a source's text is what a step was given, with something behind it or not. */
function isText(content: string, before: string | Uint8Array): boolean {
  return typeof before === 'string' && before !== '' && content.startsWith(before)
}

/**
 * What the sources of a step's map are: `undefined` for the text that the step was given. None is that where the compiler
 * has followed the map in that text by itself, as esbuild does.
 */
function originsOf(map: PlainMap, step: StepMap, { url }: Origin): (Origin | undefined)[] {
  const { sources, contents } = map
  const isOnly = sources.length === 1
  const { origins } = chainOf(map, url)
  if (!isStep(step)) return isOnly ? [undefined] : [...origins]
  let followed: Set<string> | undefined
  return origins.map((origin, index) => {
    const source = sources[index] ?? null
    const content = contents[index] ?? null
    if (content !== null && isText(content, step.before)) return undefined
    followed ??= followedIn(step, url)
    if (followed.has(origin.url)) return origin
    return source === url || (isOnly && content === null) ? undefined : origin
  })
}

/** Puts a step's map on top of what is known of the text that the step was given: `self`, unless `earlier` knows better. */
function* extend(
  earlier: Chain | undefined,
  map: PlainMap,
  step: StepMap,
  self: Origin,
): Steps<Chain> {
  const { names, mappings } = map
  const own = originsOf(map, step, self)
  if (earlier === undefined || !own.includes(undefined)) {
    return { origins: own.map((origin) => origin ?? self), names, mappings }
  }
  const origins = [...earlier.origins]
  yield* breathe(earlier.mappings)
  const input = { earlier: numbersOf(earlier), names: names.length }
  const through = own.map((origin): Through =>
    origin === undefined ? input : origins.push(origin) - 1,
  )
  yield* breathe(mappings)
  const later = toMappings(mappings, own.length, names.length)
  yield* breathe(later)
  const composed = composeMappings(later, through)
  return { origins, names: [...names, ...earlier.names], mappings: composed }
}

export function numbersOf({ mappings, origins, names }: Chain): Mappings {
  return toMappings(mappings, origins.length, names.length)
}

function invalid(url: string, cause: unknown): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_INVALID_RETURN',
    `A transform of '${escapeText(url)}' returned a source map that ${(cause as Error).message}`,
    { url, cause },
  )
}

/** What the text that the steps began with says of itself. A map that cannot be read, or says nothing, is none. */
function* upstream(
  steps: readonly StepMap[],
  url: string,
  text: string | null,
): Steps<Chain | undefined> {
  const [first] = steps
  if (text === null || (first !== undefined && !(isStep(first) && isScript(first.mediaType)))) {
    return undefined
  }
  const found = yield* upstreamMapOf(text, url)
  if (found === undefined) return undefined
  yield* breathe(found.map.mappings)
  const chain = chainOf(found.map, found.base)
  try {
    const mappings = numbersOf(chain)
    if (mappings.segments.length === 0) return undefined
    return steps.length === 0 ? chain : { ...chain, mappings }
  } catch {
    return undefined
  }
}

/**
 * Leads a text back through all steps, in their order reversed, and through the map that the acquired text brings along. A
 * step without a map that left what it kept in its place needs none. What any other step without a map returned is where
 * the chain begins: nobody knows where its text comes from.
 * @param original the text as it was acquired
 * @param isFile whether that is what is in the file of that URL
 * @returns `undefined` when positions are what they are, and where source maps are off
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_RETURN when a step's map is none
 */
export function* chainSteps(
  steps: readonly StepMap[],
  url: string,
  original: string | null,
  isFile = false,
): Steps<Chain | undefined> {
  if (!isOn) return undefined
  let chain = yield* upstream(steps, url, original)
  // Most modules: nothing is compared that no map depends on.
  if (chain === undefined && !steps.some(hasMap)) return undefined
  let self: Origin = { url, content: original, isFile }
  for (const step of steps) {
    const map = isStep(step) ? step.map : step
    if (map !== undefined) {
      try {
        const parsed = parseMap(map)
        chain = yield* extend(chain, parsed, step, self)
      } catch (cause) {
        throw invalid(url, cause)
      }
    } else if (isStep(step) && !keepsPositions(step.before, step.after)) {
      chain = undefined
      self = { url, content: typeof step.after === 'string' ? step.after : null }
    }
  }
  return chain
}

/**
 * What a map brings of the text of a source. Of a local file, whose text is as long as all else, nothing: Node and debuggers
 * read the file. It has to be what they would show, character by character.
 */
function contentOf({ url, content, isFile }: Origin): string | null {
  if (content === null) return null
  if (isFile === true && plainFile.test(url) && !/[^\t\n\r -~]|\r(?!\n)/.test(content)) return null
  return withoutControls(content)
}

/** A chain as a source map, JSON. */
export function* mapOf({ origins, names, mappings }: Chain): Steps<string> {
  yield* breathe(mappings)
  return JSON.stringify({
    version: 3,
    sources: origins.map(({ url }) => url),
    // Node prints lines of these, and names in stacks, as they are.
    sourcesContent: origins.map(contentOf),
    names: names.map(escapeText),
    // ! Node gives the last segment of a text a name that it has not. docs/node-notes.md: The last segment of a source map.
    mappings: `${typeof mappings === 'string' ? mappings : encodeMappings(mappings)};`,
  })
}

/**
 * Makes one map, JSON, of the maps of all steps.
 * @returns what `chainSteps` returns
 * @throws what `chainSteps` throws
 */
export async function composeMaps(
  steps: readonly StepMap[],
  url: string,
  original: string | null,
): Promise<string | undefined> {
  const chain = await wholly(chainSteps(steps, url, original))
  return chain === undefined ? undefined : await wholly(mapOf(chain))
}
