/** What fails in a graph: imports that lead to no module, and modules that V8 refuses. Used by the page as well. */

import type { Explanation, ModuleGraph } from '../../core/explanation.mts'

/** Failures that are no module's of the graph: a module has its own with it. */
export function strayFailures({ modules, failures }: ModuleGraph): Explanation[] {
  const name = ({ type, url }: Explanation) => `${type} ${url}`
  const refused = new Set(
    modules.flatMap(({ explanation }) => (explanation.error ? [name(explanation)] : [])),
  )
  return failures.filter((failure) => !refused.has(name(failure)))
}

/** A failure in a word: its code, or whose error it is; `undefined`: not even that is known. */
export function reasonOf(failure: Explanation | undefined): string | undefined {
  const { code, name } = failure?.error ?? {}
  return code ?? (name === 'Error' ? undefined : name)
}
