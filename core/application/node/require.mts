/** What is different when a module is asked for by `require`. */

import { modules } from '../builtins.mts'
import { isRequire } from '../../native.mts'
import { programsHandler } from './extension-handlers.mts'
import type { LoadFnOutput } from 'node:module'
import type { NodeModule } from '../../types.mts'

export { isRequire } from '../../native.mts'

/**
 * What stands in for an ES module that is required under a URL that is no file's. Node would make an instance of its own
 * for `require`, with a wrong `import.meta.url`; it does so of this, and the import in it is the one instance.
 * docs/node-notes.md: require of ES modules.
 */
export function facade(url: string, { hasDefault }: NodeModule): LoadFnOutput {
  const from = JSON.stringify(url)
  const byDefault = hasDefault ? `export { default } from ${from}\n` : ''
  return { format: 'module', source: `export * from ${from}\n${byDefault}`, shortCircuit: true }
}

/** What stands in for JSON that is required under a URL that is no file's: the object that imports get. */
export function jsonFacade(url: string): LoadFnOutput {
  const source = `import value from ${JSON.stringify(url)} with { type: 'json' }\nexport { value as default, value as 'module.exports' }\n`
  return { format: 'module', source, shortCircuit: true }
}

type Handlers = Readonly<Record<string, unknown>>

const handlers = () => (modules() as { _extensions?: Handlers })._extensions ?? {}

/** What `require.extensions` had when we came: Node's own handlers. */
let nodes: Handlers = {}

/** Takes down what Node itself has for `require`, before the program ran. */
export function rememberHandlers(started: Handlers): void {
  nodes = started
}

/**
 * Whether the program has a handler of its own for `require` of files with this extension (no dot): then Node can load
 * them.
 */
export function hasOwnHandler(
  extension: string,
  conditions: Iterable<string> | undefined,
): boolean {
  if (!isRequire(conditions)) return false
  const handler = programsHandler(handlers()[`.${extension}`])
  return handler !== undefined && handler !== nodes[`.${extension}`]
}
