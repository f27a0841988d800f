/**
 * What Node makes of a specifier in whatever module, without loading anything: files, packages, `#imports`. Node gives its
 * resolution to hooks alone, so there is one for as long as somebody asks; it lets everything else pass.
 */

import { createRequire, isBuiltin, registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { ResolveHookContext } from 'node:module'

/** A specifier that no program has, and stands for what is asked. */
const QUESTION = 'mimeport-question:'

export class NodeResolution {
  #asked: { specifier: string; parentURL: string } | undefined
  #answer: { url: string } | { error: unknown } | undefined
  readonly #hooks = registerHooks({
    resolve: (specifier, context, nextResolve) => {
      const asked = specifier === QUESTION ? this.#asked : undefined
      if (asked === undefined) return nextResolve(specifier, context)
      const own: ResolveHookContext = { ...context, parentURL: asked.parentURL }
      try {
        this.#answer = { url: nextResolve(asked.specifier, own).url }
      } catch (error) {
        // Thrown through `import.meta.resolve` it would be no error: a file that is missing has a URL, too.
        this.#answer = { error }
      }
      return { url: QUESTION, shortCircuit: true }
    },
  })

  /** The URL that an import means. @throws Node's errors. */
  import(specifier: string, parentURL: string): string {
    this.#asked = { specifier, parentURL }
    this.#answer = undefined
    import.meta.resolve(QUESTION)
    this.#asked = undefined
    const answer = this.#answer as { url: string } | { error: unknown } | undefined
    if (answer === undefined) throw new Error(`Node resolves '${specifier}' without hooks`)
    if ('error' in answer) throw answer.error
    return answer.url
  }

  /** The URL that `require` means: it adds extensions, and looks for `index.js`. @throws Node's errors. */
  require(specifier: string, parentURL: string): string {
    const found = createRequire(parentURL).resolve(specifier)
    return isBuiltin(found) ? found : pathToFileURL(found).href
  }

  end(): void {
    this.#hooks.deregister()
  }
}
