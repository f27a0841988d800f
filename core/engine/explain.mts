/** What the engine answers to who asks for an import's life, or for a program's graph: plain data without secrets. */

import { GraphWalk } from './graph-walk.mts'
import { Telling } from './telling.mts'
import { withoutSecrets } from '../report/shown-text.mts'
import type {
  Explanation,
  ExplainRequest,
  GraphImport,
  GraphModule,
  GraphRequest,
  ModuleGraph,
} from '../explanation.mts'
import type { Tools } from './telling.mts'

/** Plain data in which no text repeats a secret. */
function quiet<T>(value: T): T {
  if (typeof value === 'string') return withoutSecrets(value) as T
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(quiet) as T
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, quiet(each)])) as T
}

/** Tells of one import. Never rejects for what the import fails with. */
export async function explain(tools: Tools, request: ExplainRequest): Promise<Explanation> {
  const telling = new Telling(tools)
  try {
    const { told } = await telling.ask(request)
    return quiet(told.explanation)
  } finally {
    telling.end()
  }
}

/** Keys that are not told apart by what is left of them get a number. */
function shownKeys(modules: readonly GraphModule[]): Map<string, string> {
  const taken = new Set<string>()
  return new Map(
    modules.map(({ key }) => {
      const shown = quiet(key)
      let unique = shown
      for (let number = 2; taken.has(unique); number += 1) unique = `${shown} (${number})`
      taken.add(unique)
      return [key, unique]
    }),
  )
}

/** Tells of a program's modules. Texts are given as they are. */
export async function graph(tools: Tools, request: GraphRequest): Promise<ModuleGraph> {
  const telling = new Telling(tools)
  try {
    const { entries, modules, failures } = await new GraphWalk(telling, request.texts === true).go(
      request,
    )
    const keys = shownKeys(modules)
    const shown = (each: GraphImport): GraphImport => {
      const module = each.module === undefined ? undefined : keys.get(each.module)
      return { ...quiet(each), module }
    }
    return {
      entries: entries.map((key) => keys.get(key) ?? key),
      modules: modules.map(({ texts, imports, key, ...rest }) => ({
        ...quiet(rest),
        key: keys.get(key) ?? key,
        imports: imports.map(shown),
        ...(texts !== undefined && { texts }),
      })),
      failures: quiet(failures),
    }
  } finally {
    telling.end()
  }
}
