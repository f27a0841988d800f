/**
 * Goes along what a program's modules are to TypeScript: what they import, with what only their types name. Nothing is run,
 * and nothing is fetched but as an import fetches it.
 */

import { readFile } from 'node:fs/promises'
import { importConditions, originOf } from '../ahead.mts'
import { requestKey } from '../../bridge/protocol.mts'
import { isRelative } from '../../native.mts'
import { Makings } from '../making.mts'
import { Queue } from '../queue.mts'
import { Walk } from '../walk.mts'
import { candidatesOf, elsewhere, localCandidatesOf } from './declared.mts'
import { referencesOf } from '../../type-references.mts'
import { TypedGraph } from './typed-graph.mts'
import { isDeclaration, isReadByTypeScript, shapeOf } from './shape.mts'
import type { Engine } from '../engine.mts'
import type { CallSite } from '../call-sites.mts'
import type { FoundReference } from '../../type-references.mts'
import type { Making } from '../making.mts'
import type { Registry } from '../registry.mts'
import type { Shape } from './shape.mts'
import type { LoadRequest, NodeModule } from '../../types.mts'
import type { TypedModule, TypeReference, TypesRequest, TypesResult } from '../../typing.mts'

/** Modules made at a time, of one origin. */
const AT_ONCE = 64

/** What a request led to. */
type Reached = { readonly key: string } | { readonly error: unknown }

/** The module of a local file that no loader has to be asked about. */
function localModule(url: string): NodeModule {
  const nothing = { source: undefined, hasDefault: false, mapped: false, imports: [] }
  return {
    url,
    origin: { loader: 'file', specifier: url },
    format: 'module',
    native: true,
    ...nothing,
  }
}

class TypedWalk {
  readonly #engine: Engine
  readonly #walk: Walk
  readonly #queue = new Queue(AT_ONCE)
  /** By the request's key. */
  readonly #asked = new Map<string, Promise<Reached>>()
  readonly #graph = new TypedGraph()
  /** Keys of modules that were come to. */
  readonly #met = new Set<string>()
  /** What is not done yet. */
  #work: Promise<void>[] = []

  constructor(engine: Engine, registry: Registry) {
    this.#engine = engine
    this.#walk = new Walk(engine, registry)
  }

  async go({ entries }: TypesRequest): Promise<TypesResult> {
    for (const { specifier, type = '' } of entries) {
      const importAttributes: Record<string, string> = type === '' ? {} : { type }
      const origin = { parentURL: undefined, parent: undefined, conditions: importConditions }
      const reached = await this.#reach({ specifier, importAttributes, ...origin })
      if ('error' in reached) this.#graph.fail(reached.error, undefined)
    }
    while (this.#work.length > 0) await Promise.all(this.#work.splice(0))
    this.#walk.end()
    return this.#graph.end()
  }

  /** The module of a request; it is gone into by itself, since its ring may lead back here. */
  #reach(request: LoadRequest): Promise<Reached> {
    const name = requestKey(request)
    let reached = this.#asked.get(name)
    if (reached === undefined) {
      reached = this.#make(request).catch((error: unknown) => ({ error }))
      this.#asked.set(name, reached)
    }
    return reached
  }

  async #make(request: LoadRequest): Promise<Reached> {
    const { specifier, importAttributes } = request
    const type = importAttributes['type'] ?? ''
    const isLeaf = /^file:.*\.json$/i.test(specifier) && isReadByTypeScript(specifier, type)
    const module = isLeaf
      ? localModule(specifier)
      : await this.#queue.run(originOf(request), () => this.#engine.make(request))
    const key = type === '' ? module.url : `${type} ${module.url}`
    // A package of the project's, by a remote module's `#name`: it keeps the name.
    if (module.external !== undefined) return { key: '' }
    if (!this.#met.has(key)) {
      this.#met.add(key)
      this.#work.push(this.#enter(key, type, module, this.#engine.makings?.of(module)))
    }
    return { key }
  }

  /** What a module is, and what that names. */
  async #enter(key: string, type: string, module: NodeModule, making: Making | undefined) {
    const { url, origin } = module
    const name = type === '' ? origin.specifier : `${type} ${origin.specifier}`
    const put = (shape: TypedModule['shape']) => this.#graph.put({ key, url, name, shape })
    if (isReadByTypeScript(url, type)) {
      put({ kind: 'project' })
      if (!/\.json$/i.test(url)) await this.#ofProject(module, making)
      return
    }
    try {
      const shape = await shapeOf(module, making, type)
      const instead = await this.#elsewhere(module, making, shape)
      if (instead !== undefined) put({ kind: 'alias', module: instead })
      else if (shape.kind === 'source' || shape.kind === 'declaration') {
        put({ ...shape, references: await this.#references(module, shape) })
      } else put(shape)
    } catch (error) {
      this.#graph.fail(error, url)
      put({ kind: 'names', names: undefined })
    }
  }

  /** The declarations that a server, or the text itself, names: docs/types.md. */
  async #elsewhere(module: NodeModule, making: Making | undefined, shape: Shape) {
    if (shape.kind === 'declaration' || shape.kind === 'value') return undefined
    const specifier = elsewhere(module.url, making, shape.kind === 'source' ? shape.text : '')
    if (specifier === undefined) return undefined
    const reached = await this.#reach({
      specifier,
      parentURL: module.url,
      parent: module.origin,
      importAttributes: {},
      conditions: importConditions,
    })
    if ('key' in reached) return reached.key === '' ? undefined : reached.key
    this.#graph.lack(reached.error, module.url)
    return undefined
  }

  /** What a text names, each with the module that it is. */
  #references(
    module: NodeModule,
    shape: Shape & { readonly text: string },
  ): Promise<TypeReference[]> {
    const isDeclared = shape.kind === 'declaration'
    const isScript = shape.kind === 'source' && /^c?jsx?$/.test(shape.extension)
    const found = referencesOf(shape.text, isScript)
    return Promise.all(
      found.map(async (each) => {
        const { start, end, isPath } = each
        return { start, end, isPath, module: await this.#follow(each, module, isDeclared) }
      }),
    )
  }

  /** Follows a reference. `null`: there is no such module; `undefined`: it is a builtin or a package. */
  async #follow(
    { specifier, type, kind, erased }: FoundReference,
    module: NodeModule,
    isDeclared: boolean,
  ): Promise<string | null | undefined> {
    const attributes: Record<string, string> = type === '' ? {} : { type }
    const names = namesOf(specifier, module.url, isDeclared)
    let failure: { readonly error: unknown } | undefined
    for (const each of names) {
      const site: CallSite = { specifier: each, attributes, kind }
      try {
        for (const request of this.#walk.requestsOf(site, module)) {
          const reached = await this.#reach(request)
          if ('key' in reached) return reached.key === '' ? undefined : reached.key
          failure ??= reached
        }
      } catch (error) {
        failure ??= { error }
      }
    }
    if (failure === undefined) return isRelative(specifier) ? null : undefined
    const isNeeded = kind === 'import' && !erased && !isDeclared
    this.#graph[isNeeded ? 'fail' : 'lack'](failure.error, module.url)
    return null
  }

  /** A file of the project that TypeScript reads: what it names is noted by specifier. */
  async #ofProject(module: NodeModule, making: Making | undefined): Promise<void> {
    const { url } = module
    const [step] = making?.steps ?? []
    const text = typeof step?.body === 'string' ? step.body : await readFile(new URL(url), 'utf8')
    const isScript = /\.[cm]?jsx?$/i.test(url)
    await Promise.all(
      referencesOf(text, isScript).map(async (each) => {
        const key = await this.#follow(each, module, false)
        if (typeof key !== 'string' || isRelative(each.specifier)) return
        this.#graph.import({ specifier: each.specifier, parentURL: url, module: key })
      }),
    )
  }
}

/** What a specifier may mean to TypeScript, in order. */
function namesOf(specifier: string, url: string, isDeclared: boolean): string[] {
  if (url.startsWith('file:')) return localCandidatesOf(specifier)
  return isDeclared && isDeclaration(url) ? candidatesOf(specifier) : [specifier]
}

/** Walks, and tells what there is to be declared. */
export function typesOf(
  { engine, registry }: { readonly engine: Engine; readonly registry: Registry },
  request: TypesRequest,
): Promise<TypesResult> {
  engine.makings = new Makings()
  return new TypedWalk(engine, registry).go(request)
}
