/** Tells the life of imports: each is made anew, and watched. docs/explain.md */

import { packError } from '../bridge/error-packing.mts'
import { importConditions } from './ahead.mts'
import { isBinary } from '../charset.mts'
import { Finding } from './finding.mts'
import { originalText } from './finish.mts'
import { missing } from '../import-attributes.mts'
import { Life, sizeOf } from './life.mts'
import { misnamed } from '../misnamed.mts'
import { isNodes, isRelative, isRequire } from '../native.mts'
import { readNative } from './native-file.mts'
import { NodeResolution } from './node-resolution.mts'
import { parseMediaType } from '../media-type.mts'
import { redactError } from '../resource/credentials/secrets.mts'
import { SyntaxCheck } from '../bridge/syntax-check.mts'
import { refusalOf } from './syntax-fault.mts'
import { Wire } from './wire.mts'
import { pathToFileURL } from 'node:url'
import type { Engine } from './engine.mts'
import type { ExplainRequest, Explanation } from '../explanation.mts'
import type { Found } from './finding.mts'
import type { NativeFile } from './native-file.mts'
import type { Registry } from './registry.mts'
import type { Settings } from '../settings.mts'
import type { LoadRequest, NodeModule } from '../types.mts'

export interface Tools {
  readonly engine: Engine
  readonly registry: Registry
  readonly settings: Pick<Settings, 'root'>
}

/** An import, and what became of it. */
export interface Told {
  readonly explanation: Explanation
  readonly kind: Found['kind'] | 'failed'
  /** As it was made; of what Node loads by itself no more than its walk needs. */
  readonly module: NodeModule | undefined
  /** The body as it came; `undefined` where that is no text. */
  readonly original: () => string | undefined
}

/** Refuses what Node would, of what loaders have made. */
function check(module: NodeModule, request: LoadRequest): void {
  const { conditions, importAttributes } = request
  const isStated = importAttributes['type'] !== undefined
  if (module.type !== undefined && !isStated && !isRequire(conditions)) throw missing(module.url)
  const odd = module.url.startsWith('file:') ? misnamed(module, request) : undefined
  if (odd !== undefined) throw odd
}

/** A file of Node's as the walk along its imports sees it. */
function nativeModule(url: string): NodeModule {
  const origin = { loader: 'file', specifier: url }
  const nothing = { source: undefined, hasDefault: false, mapped: false, imports: [] }
  return { url, origin, format: 'module', native: true, ...nothing }
}

export class Telling {
  readonly #engine: Engine
  readonly #finding: Finding
  readonly #node = new NodeResolution()
  readonly #since = performance.now()
  readonly #wire = new Wire(this.#since)
  readonly #syntax = new SyntaxCheck()

  constructor({ engine, registry, settings }: Tools) {
    this.#engine = engine
    const rootURL = pathToFileURL(`${settings.root}/`).href
    this.#finding = new Finding({ engine, claims: registry.claims, node: this.#node, rootURL })
  }

  /** Nothing can be asked for afterwards. */
  end(): void {
    this.#node.end()
    this.#wire.end()
    this.#syntax.end()
  }

  #life(): Life {
    return new Life(this.#since)
  }

  /**
   * Tells what becomes of a question. The importing module is made where it is a loader's, and nobody says whose. Never
   * throws: what fails is told.
   */
  async ask(
    asked: ExplainRequest,
  ): Promise<{ readonly told: Told; readonly request: LoadRequest }> {
    const { specifier, parentURL, parent, type = '' } = asked
    const request: LoadRequest = {
      specifier,
      parentURL,
      parent,
      importAttributes: type === '' ? {} : { type },
      conditions: importConditions,
    }
    // What is relative to it has to be asked of its loader, and so has what its package means by a name.
    const isOwn = isRelative(specifier) || specifier.startsWith('#')
    if (parentURL === undefined || parent !== undefined || isNodes(parentURL) || !isOwn) {
      return { told: await this.tell(request), request }
    }
    const life = this.#life()
    const start = life.now()
    const importing = { specifier: parentURL, parentURL: undefined, parent, importAttributes: {} }
    try {
      const { url, origin } = await this.#engine.observe({ ...request, ...importing }, life.other())
      const placed = { ...request, parentURL: url, parent: origin }
      return { told: await this.tell(placed), request: placed }
    } catch (error) {
      return { told: told({ request, life, start, kind: 'failed', error }), request }
    }
  }

  /** Tells what becomes of a request. Never throws. */
  async tell(request: LoadRequest): Promise<Told> {
    const life = this.#life()
    const start = life.now()
    let found: Found | undefined
    let file: NativeFile | undefined
    try {
      found = await this.#finding.find(request, life)
      if (found.kind === 'native') await readNative(found.url, request, (read) => (file = read))
      else if (found.kind === 'module') check(found.module, request)
      return await this.#checked(
        told({ request, life, start, kind: found.kind, found, file }),
        file,
      )
    } catch (error) {
      return told({ request, life, start, kind: 'failed', found, file, error })
    }
  }

  /** The same, with what V8 finds wrong with the text. */
  async #checked(told: Told, file: NativeFile | undefined): Promise<Told> {
    const error = await refusalOf(told, file, this.#syntax)
    if (error === undefined) return told
    return { ...told, explanation: { ...told.explanation, error: redactError(error) } }
  }
}

interface Outcome {
  readonly request: LoadRequest
  readonly life: Life
  readonly start: number
  readonly kind: Told['kind']
  readonly found?: Found | undefined
  readonly file?: NativeFile | undefined
  readonly error?: unknown
}

/** What is known of a module that Node loads by itself. */
function ofNative(found: Found | undefined, file: NativeFile | undefined) {
  if (found === undefined || found.kind === 'module') return undefined
  const format = found.kind === 'builtin' ? 'builtin' : file?.format
  return { url: found.url, format, bytes: file?.bytes, imports: file?.imports ?? [] }
}

/** What is known of one that loaders made, or began to. */
function ofLoaders(module: NodeModule | undefined, { acquired }: Life) {
  const begun =
    acquired === undefined
      ? undefined
      : { loader: acquired.loader.name, specifier: acquired.specifier }
  return {
    url: module?.url ?? acquired?.url,
    origin: module?.origin ?? begun,
    format: module?.dynamic === undefined ? module?.format : 'dynamic',
    bytes: module?.source === undefined ? undefined : sizeOf(module.source),
    imports: module?.imports ?? [],
  }
}

function told({ request, life, start, kind, found, file, error }: Outcome): Told {
  const { specifier, parentURL, importAttributes } = request
  const native = ofNative(found, file)
  const module = found?.kind === 'module' ? found.module : undefined
  const { acquired, mediaType, identifiedByLoader, mapped } = life
  const isNative = native !== undefined
  const explanation: Explanation = {
    specifier,
    parentURL,
    type: importAttributes['type'] ?? '',
    start,
    duration: life.now() - start,
    ...(mapped !== undefined && { mapped }),
    native: isNative,
    ...(isPackage(specifier, native?.url) && { package: true as const }),
    hops: isNative ? [] : life.hops,
    origin: undefined,
    ...(native ?? ofLoaders(module, life)),
    mediaType: isNative ? undefined : mediaType,
    identifiedBy: isNative ? undefined : life.identifiedBy,
    ...(identifiedByLoader !== undefined && !isNative && { identifiedByLoader }),
    bodyBytes: isNative ? undefined : acquired?.response.body.length,
    transforms: isNative ? [] : life.transforms,
    sourceMap: module?.mapped ?? false,
    lock: isNative ? 'none' : life.lock,
    error: error === undefined ? undefined : redactError(packError(error)),
  }
  const original = (): string | undefined => {
    if (acquired === undefined || isNative) return file?.text
    const type = mediaType === undefined ? undefined : parseMediaType(mediaType)
    if (isBinary(acquired.response.body)) return undefined
    return originalText(acquired.response, type) ?? undefined
  }
  const walked = native === undefined ? module : nativeModule(native.url)
  return { explanation, kind, module: walked, original }
}

/** Whether a name has led into a package. */
function isPackage(specifier: string, url: string | undefined): boolean {
  return (
    url?.includes('/node_modules/') === true &&
    !/^(?:\.{0,2}\/|\.\.?$|[a-z][a-z\d+.-]+:)/i.test(specifier)
  )
}
