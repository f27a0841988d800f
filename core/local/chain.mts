/**
 * The chain for local files, in the thread that asks: a file is read, transformed by loaders of ours and finished as the engine
 * does it, at once. What would have to wait, or fails, is left to the engine, which says so in its own words.
 */

import { decodeAs } from '../charset.mts'
import { checksumOf } from '../checksum.mts'
import { stampOfBody } from '../consulted.mts'
import { extensionsOf, fileNameOf, otherByName } from '../file-name.mts'
import { finishText } from '../finished-text.mts'
import { formatOf } from '../format.mts'
import { limits } from '../limits.mts'
import { canonicalEssence, parseMediaType } from '../media-type.mts'
import { clock, parseURL } from '../native.mts'
import { isOn } from '../source-map/source-map.mts'
import { atOnce } from '../steps.mts'
import { timed } from '../transform-telling.mts'
import type { MIMEType } from 'node:util'
import type { Basis } from '../pack/record.mts'
import type { MapStep } from '../source-map/source-map.mts'
import type { Steps } from '../steps.mts'
import type { TransformEvent } from '../events.mts'
import type { TransformListener } from '../transform-telling.mts'
import type { LocalContext, NodeModule, TransformResult } from '../types.mts'

/** A loader that can do without waiting. */
export interface LocalLoader {
  readonly name: string
  readonly accepts: readonly string[]
  readonly extensionMimeMap: Readonly<Record<string, string>>
  transform(body: string, context: LocalContext): Steps<TransformResult>
}

export interface LocalLoaders {
  /** What the `file` loader reads; `isRegular`: whether it was seen to be a regular file a moment ago. */
  readonly bodyOf: (url: string, isRegular: boolean) => Uint8Array
  readonly transforming: readonly LocalLoader[]
}

/** A module, and the file that it goes by; without that it is not to be kept. */
export interface LocalModule {
  readonly module: NodeModule
  readonly basis: Basis | undefined
}

/** Bytes of a file that this thread works on: what is larger takes a while, and an engine is watched. */
const LARGE = 2 ** 20

/** How many media types are kept. A fence may name one that nobody has heard of. */
const MEDIA_TYPES = 64

/** What the text is in the end, and how it came to be that. */
interface Converted {
  readonly format: 'module' | 'commonjs'
  readonly source: string
  readonly maps: readonly MapStep[]
  readonly told: readonly TransformEvent[]
}

export class LocalChain {
  readonly #bodyOf: LocalLoaders['bodyOf']
  readonly #extensions = new Map<string, string>()
  readonly #events: TransformListener | undefined
  readonly #takers = new Map<string, LocalLoader>()
  /** Parsed, by how they are written: there are few, and each file has one or two. Nobody here changes them. */
  readonly #mediaTypes = new Map<string, MIMEType>()

  constructor({ bodyOf, transforming }: LocalLoaders, events?: TransformListener) {
    this.#bodyOf = bodyOf
    this.#events = events
    for (const loader of transforming) {
      for (const [extension, mediaType] of Object.entries(loader.extensionMimeMap)) {
        this.#extensions.set(extension.replace(/^\./, '').toLowerCase(), mediaType)
      }
      for (const essence of loader.accepts) this.#takers.set(canonicalEssence(essence), loader)
    }
  }

  /** Makes the module of a file; `undefined`: the engine is to. Never throws. */
  make(url: string, isRegular = false): LocalModule | undefined {
    try {
      const mediaType = this.#mediaTypeOf(url)
      return mediaType && this.#make(url, mediaType, isRegular)
    } catch {
      // Whatever it is, the engine finds it, too, and says so.
      return undefined
    }
  }

  #mediaTypeOf(url: string): MIMEType | undefined {
    const name = fileNameOf(url)
    const whole = name.startsWith('.') ? [name.slice(1)] : []
    for (const extension of [...whole, ...extensionsOf(url)]) {
      const found = this.#extensions.get(extension)
      if (found !== undefined) return this.#parsed(found)
    }
    return undefined
  }

  #parsed(written: string): MIMEType | undefined {
    const known = this.#mediaTypes.get(written)
    if (known !== undefined) return known
    const parsed = parseMediaType(written)
    if (parsed !== undefined && this.#mediaTypes.size < MEDIA_TYPES) {
      this.#mediaTypes.set(written, parsed)
    }
    return parsed
  }

  #make(url: string, mediaType: MIMEType, isRegular: boolean): LocalModule | undefined {
    const at = clock()
    // Its URL is what it is known by: one that is written otherwise is another's.
    if (!isRegular && parseURL(url)?.href !== url) return undefined
    const body = this.#bodyOf(url, isRegular)
    if (body.length > LARGE) return undefined
    const text = decodeAs(mediaType, body, { url })
    const converted = this.#convert(url, mediaType, text)
    if (converted === undefined) return undefined
    const { format, source, maps, told } = converted
    const finished = atOnce(finishText(source, format, maps, url, () => text, true))
    if (finished === undefined) return undefined
    for (const event of told) this.#events?.tell(event)
    const otherName = format === 'commonjs' ? otherByName(url) : undefined
    const module: NodeModule = {
      url,
      origin: { loader: 'file', specifier: url },
      format,
      native: false,
      ...finished,
      ...(otherName !== undefined && { otherName }),
    }
    const stamp = stampOfBody(body)
    const file = stamp === undefined ? undefined : { stamp, checksum: checksumOf(body) }
    return { module, basis: file && { until: null, at, file } }
  }

  /** The cycle of the engine, for texts of these loaders alone. */
  #convert(url: string, first: MIMEType, text: string): Converted | undefined {
    const maps: MapStep[] = []
    const told: TransformEvent[] = []
    const isTold = this.#events?.isListening() === true
    const used = new Set<string>()
    let mediaType = first
    let before = text
    for (;;) {
      const { essence } = mediaType
      const canonical = canonicalEssence(essence)
      const loader = used.has(canonical) ? undefined : this.#takers.get(canonical)
      if (loader === undefined) {
        const format = formatOf(essence)
        return format === 'module' || format === 'commonjs'
          ? { format, source: before, maps, told }
          : undefined
      }
      if (used.size >= limits.transforms) return undefined
      used.add(canonical)
      const eventOf = isTold && timed({ url, loader: loader.name, from: essence, before })
      const result = atOnce(loader.transform(before, { url, mediaType, sourceMaps: isOn }))
      if (result === undefined || typeof result.source !== 'string') return undefined
      const { source: after, format } = result
      if (eventOf !== false) told.push(eventOf({ format, source: after, map: result.map }))
      const next = this.#parsed(format)
      // A text of so many characters may have more bytes than may be.
      if (next === undefined || after.length > limits.output / 3) return undefined
      maps.push({ map: result.map ?? undefined, mediaType: essence, before, after })
      mediaType = next
      before = after
    }
  }
}
