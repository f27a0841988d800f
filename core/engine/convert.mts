/** Transforms a response, media type by media type, until Node can run it. The cycle rule is here. */

import { decodeAs } from '../charset.mts'
import { sizeOfNames, takeDynamic } from './dynamic.mts'
import { contextFor, importedFrom, via } from './errand.mts'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { formatOf, isFormat } from '../format.mts'
import { invoke } from './invocation.mts'
import { limits } from '../limits.mts'
import { canonicalEssence, isScript, isTextual, parseMediaType } from '../media-type.mts'
import { pageOf } from './page.mts'
import { invalidReturn, normalizeHeaders } from './response.mts'
import { refuseControls } from './source-controls.mts'
import { told } from '../transform-telling.mts'
import type { MIMEType } from 'node:util'
import type { Acquired } from './acquire.mts'
import type { DynamicParts } from './dynamic.mts'
import type { Errand } from './errand.mts'
import type { Registration } from './registration.mts'
import type { StepMap } from '../source-map/source-map.mts'
import type { Format, HeaderRecord, SourceMap } from '../types.mts'

export interface Converted {
  readonly format: Format
  readonly source: string | Uint8Array
  /** What each step did to the text, in their order: with its map, or without. */
  readonly maps: readonly StepMap[]
  /** Whether any loader changed anything. */
  readonly transformed: boolean
  /** Of format `dynamic`: what is executed, and for which names. */
  readonly dynamic?: DynamicParts
}

interface Step {
  readonly headers: HeaderRecord
  readonly body: string | Uint8Array
  readonly mediaType: MIMEType
}

/** A body as its media type wants it: text where the type is textual, bytes otherwise. */
function bodyAs(mediaType: MIMEType, body: string | Uint8Array, url: string): string | Uint8Array {
  if (!isTextual(mediaType)) return typeof body === 'string' ? new TextEncoder().encode(body) : body
  if (typeof body === 'string') return body
  return decodeAs(mediaType, body, { url })
}

/** What is said of a page that came where code was expected, as it was answered. */
function unexpected(used: ReadonlySet<string>, { response }: Acquired): string {
  const page = used.size === 0 ? pageOf(response) : undefined
  if (page === undefined) return ''
  return `: it is ${page.name}, and no module; is the URL right, or does a login or a check for humans stand before it?`
}

/** Whether a format is whole without a source. */
function isSourceless(format: string): boolean {
  return format === 'builtin' || format === 'dynamic'
}

/** Checks what a `transform` returned: a Node format, or the next step. */
function take(
  loader: Registration,
  result: unknown,
  url: string,
): {
  format: string
  /** `undefined` for a format of Node's. */
  mediaType: MIMEType | undefined
  source: string | Uint8Array
  headers: HeaderRecord
  map: SourceMap | undefined
  dynamic: DynamicParts | undefined
} {
  const wrong = (expected: string, found: unknown) =>
    invalidReturn(loader.name, 'transform', expected, found)
  if (typeof result !== 'object' || result === null) throw wrong('{ source, format }', result)
  const { source: given, format, headers, map } = result as Record<string, unknown>
  if (typeof format !== 'string') throw wrong('format as a string', format)
  const mediaType = isFormat(format) ? undefined : parseMediaType(format)
  if (mediaType === undefined && !isFormat(format)) {
    throw wrong("format as one of Node's formats or a media type", format)
  }
  const dynamic =
    format === 'dynamic' ? takeDynamic(loader, result as Record<string, unknown>) : undefined
  let source: string | Uint8Array
  if (typeof given === 'string') source = given
  else if (ArrayBuffer.isView(given)) {
    // A copy: the loader may keep its buffer, or share it, and change it later.
    source = new Uint8Array(given.buffer, given.byteOffset, given.byteLength).slice()
  } else if (given instanceof ArrayBuffer || given instanceof SharedArrayBuffer) {
    source = new Uint8Array(given).slice()
  } else if ((given === null || given === undefined) && isSourceless(format)) source = ''
  else throw wrong('source as a string or bytes', given)
  const size =
    (typeof source === 'string' ? Buffer.byteLength(source) : source.length) +
    (dynamic === undefined ? 0 : sizeOfNames(dynamic))
  if (size > limits.output) {
    throw new LoaderError(
      'ERR_MIMEPORT_BODY_TOO_LARGE',
      `Loader '${loader.name}' "transform" returned ${size} bytes for '${escapeText(url)}'; the limit is ${limits.output}`,
      { url },
    )
  }
  if (map !== undefined && map !== null && typeof map !== 'string' && typeof map !== 'object') {
    throw wrong('map as a source map', map)
  }
  return {
    format,
    mediaType,
    source,
    headers: normalizeHeaders(headers, loader.name, 'transform'),
    map: (map ?? undefined) as SourceMap | undefined,
    dynamic,
  }
}

/**
 * Runs the cycle: while a loader that was not used for this media type accepts it, transform; then it must be something
 * that Node runs.
 * @throws {LoaderError} ERR_MIMEPORT_TRANSFORM_CYCLE, ERR_MIMEPORT_TOO_MANY_TRANSFORMS,
 * ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE, and what loaders fail with.
 */
export async function convert(
  errand: Errand,
  acquired: Acquired,
  mediaType: MIMEType,
): Promise<Converted> {
  const { registry, signal, trail, life } = errand
  const { url, specifier } = acquired
  const used = new Set<string>()
  const maps: StepMap[] = []
  const context = contextFor(errand, specifier, url)
  let step: Step = {
    mediaType,
    headers: { ...acquired.response.headers, 'content-type': String(mediaType) },
    body: acquired.response.body,
  }
  for (;;) {
    const { essence } = step.mediaType
    const key = (loader: Registration) => `${loader.name} ${canonicalEssence(essence)}`
    const loader = registry.best(essence, (each) => used.has(key(each)))
    if (loader === undefined) {
      const format = formatOf(essence)
      if (format !== undefined) {
        const source = bodyAs(step.mediaType, step.body, url)
        return { format, source, maps, transformed: used.size > 0 }
      }
      const where = `'${escapeText(url)}'${importedFrom(errand)}`
      // Taken by a loader before, and back again: with a loader that never took it, it is just unknown.
      throw registry.accepts(essence)
        ? new LoaderError(
            'ERR_MIMEPORT_TRANSFORM_CYCLE',
            `Cannot load ${where}: its transforms go in a circle: ${trail}`,
            { url, trail: trail.entries },
          )
        : new LoaderError(
            'ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE',
            `Cannot load ${where}: no loader accepts '${escapeText(essence)}'${unexpected(used, acquired)}${via(errand)}`,
            { url, trail: trail.entries },
          )
    }
    if (used.size >= limits.transforms) {
      throw new LoaderError(
        'ERR_MIMEPORT_TOO_MANY_TRANSFORMS',
        `Cannot load '${escapeText(url)}'${importedFrom(errand)}: stopped after ${limits.transforms} transforms: ${trail}`,
        { url, trail: trail.entries },
      )
    }
    used.add(key(loader))
    const body = bodyAs(step.mediaType, step.body, url)
    if (typeof body === 'string') {
      const use = isScript(essence) ? 'code' : 'text'
      refuseControls(errand, acquired, body, use, maps.length > 0)
    }
    const headers = step.headers
    errand.making?.step({ loader, mediaType: step.mediaType, headers, body, context })
    const start = life?.now() ?? 0
    // Checked within the call: what a getter of the result throws is the loader's failure, too.
    const who = { loader: loader.name, export: 'transform', url, bytes: body.length }
    const transformed = () =>
      invoke(who, signal, async () =>
        take(loader, await loader.transform?.(headers, body, context), url),
      )
    const beginning = { loader: loader.name, url, from: essence, before: body }
    const taken = await told(beginning, transformed)
    trail.transform(essence, loader.name, taken.format)
    life?.transform({
      loader: loader.name,
      from: essence,
      to: taken.format,
      before: body,
      after: taken.source,
      start,
      mapped: taken.map !== undefined,
    })
    maps.push({ map: taken.map, mediaType: essence, before: body, after: taken.source })
    const { format, mediaType: next, dynamic } = taken
    if (next === undefined) {
      const { source } = taken
      const converted = { format: format as Format, source, maps, transformed: true }
      return dynamic === undefined ? converted : { ...converted, dynamic }
    }
    step = {
      mediaType: next,
      headers: { ...taken.headers, 'content-type': format },
      body: taken.source,
    }
  }
}
