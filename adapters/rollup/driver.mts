/** Runs the plugins' hooks for one module at a time: which is first, who goes on, and what comes of it. */

import { AsyncLocalStorage } from 'node:async_hooks'
import { readFile, stat } from 'node:fs/promises'
import { withoutGrants } from '../../core/grant.mts'
import { escapeText, received } from '../../core/text.mts'
import { limits } from '../../core/limits.mts'
import { Assets } from './assets.mts'
import { invalidResult, makeContext, refuseResult } from './context.mts'
import { byEnforce, callHook, hooksOf } from './hooks.mts'
import { runnable } from './media-type.mts'
import { fileOf, urlOf, withoutQuery } from './module-id.mts'
import { ModuleInfos } from './module-infos.mts'
import { meantBy } from './resolution.mts'
import { StepMaps } from './step-maps.mts'
import { applies, configure, environmentOf } from './vite-config.mts'
import type { CallState } from './context.mts'
import type { Hook } from './hooks.mts'
import type { Hooks, MadeModule, ResolvedId } from './types.mts'
import type { ConfigOptions } from './vite-config.mts'

type Result = Readonly<Record<string, unknown>>

export interface ResolveOptions {
  readonly skip?: Hooks | undefined
  readonly attributes?: Readonly<Record<string, string>> | undefined
  readonly custom?: unknown
  readonly isEntry?: boolean
}

/** Whose `this.resolve` is being answered: it is not asked for the same again. */
interface Asked {
  readonly plugin: Hooks
  readonly source: string
  readonly importer: string | undefined
}

interface Loaded {
  readonly code: string
  readonly map?: unknown
  readonly moduleType?: string | undefined
}

export class PluginDriver {
  readonly options: ConfigOptions
  readonly assets = new Assets()
  readonly infos = new ModuleInfos()
  plugins: readonly Hooks[]
  /** Vite's: what a plugin is run for. */
  environment: object | undefined
  readonly #caches = new WeakMap<Hooks, Map<string, unknown>>()
  readonly #asked = new AsyncLocalStorage<readonly Asked[]>()
  readonly #beginning = new AsyncLocalStorage<true>()
  readonly #warned = new Set<string>()
  #ready: Promise<void> | undefined

  constructor(plugins: readonly Hooks[], options: ConfigOptions) {
    this.options = options
    this.plugins = plugins
  }

  /** Begins, once: configuration and `buildStart`. What failed is tried again. */
  ready(): Promise<void> {
    // A plugin may resolve and load while it begins.
    if (this.#beginning.getStore() === true) return Promise.resolve()
    this.#ready ??= this.#beginning
      .run(true, () => this.#begin())
      .catch((error: unknown) => {
        this.#ready = undefined
        throw error
      })
    return this.#ready
  }

  async #begin(): Promise<void> {
    this.plugins = byEnforce(this.plugins.filter((plugin) => applies(plugin, this.options)))
    const say = (text: string) => this.log('warn', '', () => text)
    const config = await configure(this.options, this.plugins, this.#hooks('config'), say)
    this.environment = environmentOf(config)
    for (const hook of this.#hooks('configResolved')) await callHook(hook, {}, '', [config])
    const input = { input: [], plugins: this.plugins }
    for (const name of ['options', 'buildStart']) {
      for (const hook of this.#hooks(name)) await this.#call(hook, '', [input])
    }
  }

  /** Looked up anew: `options` may change a plugin's filters. */
  #hooks(name: string): Hook[] {
    return hooksOf(this.plugins, name)
  }

  #call(hook: Hook, id: string, args: readonly unknown[], state?: CallState): Promise<unknown> {
    return callHook(hook, makeContext(this, hook, state), id, args)
  }

  /** What a plugin keeps from hook to hook, while the engine lives. */
  cacheOf(plugin: Hooks): Map<string, unknown> {
    let cache = this.#caches.get(plugin)
    if (cache === undefined) this.#caches.set(plugin, (cache = new Map()))
    return cache
  }

  /** Warnings are said once each; what is less is said where a log is wanted. */
  log(level: 'warn' | 'info' | 'debug', plugin: string, text: () => string): void {
    if (level !== 'warn' && process.env['MIMEPORT_LOG'] !== 'debug') return
    const whose = plugin === '' ? '' : `plugin '${plugin}': `
    const line = withoutGrants(escapeText(`${whose}${text()}`))
    if (this.#warned.has(line)) return
    if (this.#warned.size < 1000) this.#warned.add(line)
    process.stderr.write(`mimeport: ${level === 'warn' ? 'warning: ' : ''}${line}\n`)
  }

  /** What the plugins make of a specifier; `undefined`: nothing. */
  async resolveId(
    source: string,
    importer: string | undefined,
    { skip, attributes = {}, custom, isEntry = false }: ResolveOptions = {},
  ): Promise<ResolvedId | undefined> {
    await this.ready()
    const before = this.#asked.getStore() ?? []
    const asked = skip === undefined ? before : [...before, { plugin: skip, source, importer }]
    const isAsked = (plugin: Hooks) =>
      asked.some(
        (each) => each.plugin === plugin && each.source === source && each.importer === importer,
      )
    const given = { attributes, custom, isEntry, ssr: true }
    for (const hook of this.#hooks('resolveId')) {
      if (isAsked(hook.plugin) || !hook.takes({ id: source })) continue
      const work = () => this.#call(hook, source, [source, importer, given])
      const found = await this.#asked.run(asked, work)
      if (found === null || found === undefined) continue
      const result = (typeof found === 'object' ? found : { id: found }) as Result
      if (found === false) return this.#resolved(hook, { id: source, external: true }, attributes)
      if (typeof result['id'] !== 'string') throw invalidResult(hook, 'an id', received(found))
      return this.#resolved(hook, result, attributes)
    }
    return undefined
  }

  #resolved(hook: Hook, result: Result, attributes: Readonly<Record<string, string>>): ResolvedId {
    refuseResult(hook, result, 'syntheticNamedExports', 'names are linked by Node, from the text')
    const { id, external = false, meta = {}, moduleSideEffects, resolvedBy } = result
    const resolved = {
      id,
      external,
      meta,
      attributes: result['attributes'] ?? attributes,
      moduleSideEffects: moduleSideEffects ?? true,
      resolvedBy: resolvedBy ?? hook.plugin.name,
      syntheticNamedExports: false,
    } as ResolvedId
    this.infos.note(resolved.id, resolved)
    return resolved
  }

  /** `this.resolve`: by the plugins, else as a bundler without any. `null`: it leads to nothing. */
  async resolveOrFind(
    source: string,
    importer: string | undefined,
    options: ResolveOptions,
  ): Promise<ResolvedId | null> {
    const found = await this.resolveId(source, importer, options)
    if (found !== undefined) return found
    const meant = meantBy(source, importer, this.options.root)
    if (meant === undefined) return null
    return {
      ...meant,
      meta: {},
      attributes: options.attributes ?? {},
      moduleSideEffects: true,
      resolvedBy: 'mimeport',
      syntheticNamedExports: false,
    }
  }

  async #load(id: string): Promise<Loaded | undefined> {
    for (const hook of this.#hooks('load')) {
      if (!hook.takes({ id })) continue
      const found = await this.#call(hook, id, [id, { ssr: true }])
      if (found === null || found === undefined) continue
      const result = (typeof found === 'object' ? found : { code: found }) as Result
      if (typeof result['code'] !== 'string') throw invalidResult(hook, 'code', received(found))
      refuseResult(hook, result, 'syntheticNamedExports', 'names are linked by Node, from the text')
      this.infos.note(id, result)
      return result as unknown as Loaded
    }
    return undefined
  }

  /** A file's text, where a plugin may transform it. What is too large, or no file, is left to others. */
  async #read(id: string): Promise<Loaded | undefined> {
    const path = fileOf(id)
    const mayTake = this.#hooks('transform').some(({ takes }) => takes({ id }))
    if (path === undefined || !mayTake || (await stat(path)).size > limits.body) return undefined
    return { code: await readFile(path, 'utf8') }
  }

  /**
   * Takes a text through the `transform` hooks.
   * @returns `undefined` when none changed it, and it is not a plugin's own
   */
  async transform(id: string, loaded: Loaded, isOwn: boolean): Promise<MadeModule | undefined> {
    await this.ready()
    const maps = new StepMaps(urlOf(withoutQuery(id)), isOwn ? null : loaded.code)
    maps.addOrigin(loaded.map)
    let { code, moduleType } = loaded
    let isTaken = isOwn
    for (const hook of this.#hooks('transform')) {
      if (!hook.takes({ id, code, moduleType })) continue
      const state = { code, id, combined: () => maps.compose() }
      const found = await this.#call(hook, id, [code, id, { ssr: true, moduleType }], state)
      if (found === null || found === undefined) continue
      const result = (typeof found === 'object' ? found : { code: found }) as Result
      const next = result['code'] ?? code
      if (typeof next !== 'string') throw invalidResult(hook, 'code', received(found))
      refuseResult(hook, result, 'syntheticNamedExports', 'names are linked by Node, from the text')
      this.infos.note(id, result)
      if (next !== code) maps.add(code, next, result['map'])
      isTaken ||= next !== code
      code = next
      moduleType = (result['moduleType'] as string | undefined) ?? moduleType
    }
    if (!isTaken) return undefined
    code = this.assets.inline(code)
    this.infos.note(id, {}, code)
    return runnable(id, { code, map: maps.compose() }, moduleType)
  }

  /** The module of an id: what a plugin loads, or the text of a file that one transforms; `undefined`: nobody's. */
  async make(id: string): Promise<MadeModule | undefined> {
    await this.ready()
    const own = await this.#load(id)
    const loaded = own ?? (await this.#read(id))
    return loaded && this.transform(id, loaded, own !== undefined)
  }
}
