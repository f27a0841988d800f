/** The plugins' hooks: found, in their order, with their filters. */

import { LoaderError } from '../../core/errors.mts'
import { received } from '../../core/text.mts'
import { hookFailure, unsupported } from './failure.mts'
import { compileFilter } from './filter.mts'
import type { HookFilter, Hooks, PluginOption, Subject } from './types.mts'

type Handler = (this: unknown, ...args: any[]) => unknown

/** One plugin's hook. */
export interface Hook {
  readonly plugin: Hooks
  readonly name: string
  readonly handler: Handler
  readonly takes: (subject: Subject) => boolean
}

/** Hooks that make modules. The others are of bundles, of servers, or of pages. */
const making = ['resolveId', 'load', 'transform'] as const

/** Hooks of what other plugins go by. */
const beginning = ['config', 'configResolved', 'options', 'buildStart'] as const

/** What only somebody has who writes bundles, or serves pages. */
const writing = [
  'resolveDynamicImport',
  'renderStart',
  'banner',
  'footer',
  'intro',
  'outro',
  'renderChunk',
  'augmentChunkHash',
  'generateBundle',
  'writeBundle',
  'transformIndexHtml',
  'configureServer',
  'configurePreviewServer',
]

const orders = { pre: 0, post: 2 } as const

function invalid(what: string): LoaderError {
  return new LoaderError('ERR_MIMEPORT_INVALID_LOADER', `Cannot use a plugin: ${what}`)
}

/** All plugins of a list, those of lists in it among them. */
function flatten(option: PluginOption): Hooks[] {
  if (Array.isArray(option)) return option.flatMap((each: PluginOption) => flatten(each))
  if (option === false || option === null || option === undefined || option === '') return []
  const plugin = option as Hooks
  if (typeof plugin.then === 'function') throw invalid('it is a promise: await it')
  if (typeof plugin.rollup === 'function' && typeof plugin.vite === 'function') {
    throw invalid(
      "it is one of unplugin's, for all bundlers: take its 'rollup' or 'vite', and call that",
    )
  }
  if (typeof plugin !== 'object') {
    const hint = typeof plugin === 'function' ? ': call it' : ''
    throw invalid(`it is ${received(plugin)}, and no object with hooks${hint}`)
  }
  if (typeof plugin.name !== 'string' || plugin.name === '') {
    throw invalid(`it has no name. Received ${received(plugin.name)}`)
  }
  const writes = writing.find((name) => has(plugin, name))
  if (writes !== undefined && ![...making, ...beginning].some((name) => has(plugin, name))) {
    const why = 'it is for bundles, or for a server of pages, and modules are run here one by one'
    throw unsupported(plugin.name, writes, why)
  }
  return [plugin]
}

/**
 * The plugins of a list that is of use: one of them at least makes modules.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_LOADER, ERR_MIMEPORT_UNSUPPORTED_PLUGIN
 */
export function pluginsOf(option: PluginOption): Hooks[] {
  const plugins = flatten(option)
  const [first] = plugins
  if (first === undefined) throw invalid('the list is empty')
  if (plugins.some((plugin) => making.some((name) => has(plugin, name)))) return plugins
  throw unsupported(first.name, making.join('", "'), 'it has none of these, so it makes no modules')
}

/** Whether a plugin has a hook. */
export function has(plugin: Hooks, name: string): boolean {
  return handlerOf(plugin[name]) !== undefined
}

/** A hook is a function, or an object with one as `handler`. */
function handlerOf(value: unknown): Handler | undefined {
  const handler =
    typeof value === 'object' && value !== null ? Reflect.get(value, 'handler') : value
  return typeof handler === 'function' ? handler : undefined
}

/** Vite's `enforce`: plugins that are before all others, and behind them. */
export function byEnforce(plugins: readonly Hooks[]): Hooks[] {
  const place = ({ enforce }: Hooks) => orders[enforce as keyof typeof orders] ?? 1
  return plugins.toSorted((a, b) => place(a) - place(b))
}

/**
 * The hooks of a name, in their order: that of the plugins, but for what says `order: 'pre'` or `'post'`.
 * @throws {LoaderError} ERR_MIMEPORT_UNSUPPORTED_PLUGIN
 */
export function hooksOf(plugins: readonly Hooks[], name: string): Hook[] {
  const found = plugins.flatMap((plugin) => {
    const value = plugin[name]
    const handler = handlerOf(value)
    if (handler === undefined) return []
    const { order, filter } = Object(value) as { order?: keyof typeof orders; filter?: HookFilter }
    const takes = compileFilter(filter, plugin.name, name)
    return {
      hook: { plugin, name, handler, takes },
      place: orders[order ?? ('none' as 'pre')] ?? 1,
    }
  })
  return found.toSorted((a, b) => a.place - b.place).map(({ hook }) => hook)
}

/**
 * Calls a hook.
 * @param id what it is called for, for messages
 * @throws {LoaderError} ERR_MIMEPORT_LOADER_FAILED naming plugin, hook, and where the fault is.
 */
export async function callHook(
  hook: Hook,
  context: unknown,
  id: string,
  args: readonly unknown[],
): Promise<unknown> {
  try {
    return await hook.handler.apply(context, [...args])
  } catch (thrown) {
    throw hookFailure(hook.plugin.name, hook.name, id, thrown)
  }
}
