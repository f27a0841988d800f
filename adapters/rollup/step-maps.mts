/** The source maps of what plugins do to a text, one after another. */

import { chainSteps, mapOf } from '../../core/source-map/source-map.mts'
import type { StepMap } from '../../core/source-map/source-map.mts'
import type { Steps } from '../../core/steps.mts'

/** Does all the work now: what waits in it does so for other work's sake. */
function immediately<T>(steps: Steps<T>): T {
  let state = steps.next()
  while (state.done !== true) state = steps.next()
  return state.value
}

/** A map as plugins return it; `undefined` where they say that there is none that helps. */
function usable(map: unknown): object | undefined {
  const parsed = typeof map === 'string' && map !== '' ? (JSON.parse(map) as unknown) : map
  if (typeof parsed !== 'object' || parsed === null) return undefined
  const { mappings, sections } = parsed as { mappings?: unknown; sections?: unknown }
  return mappings === '' || (mappings === undefined && sections === undefined) ? undefined : parsed
}

export class StepMaps {
  readonly #steps: StepMap[] = []
  readonly #url: string
  #original: string | null

  /** @param original the text that the steps begin with; `null` where a plugin made it */
  constructor(url: string, original: string | null) {
    this.#url = url
    this.#original = original
  }

  /** Adds what a `load` hook returned beside its code: that leads to wherever it came from. */
  addOrigin(map: unknown): void {
    const found = usable(map) as { sourcesContent?: readonly unknown[] } | undefined
    if (found === undefined) return
    const [content] = found.sourcesContent ?? []
    if (typeof content === 'string') this.#original = content
    this.#steps.push(found as StepMap)
  }

  /** Adds what a `transform` hook did. @throws {SyntaxError} for a map that is no JSON */
  add(before: string, after: string, map: unknown): void {
    this.#steps.push({ map: usable(map) as never, mediaType: 'text/x-module', before, after })
  }

  /**
   * One map of them all, JSON; `undefined` where positions are what they are, or nobody knows.
   * @throws {LoaderError} ERR_MIMEPORT_INVALID_RETURN for a map that is none
   */
  compose(): string | undefined {
    const chain = immediately(chainSteps(this.#steps, this.#url, this.#original))
    return chain === undefined ? undefined : immediately(mapOf(chain))
  }
}
