/** `explain` and `graph`: what an engine tells of imports, without blocking the thread that asks. docs/explain.md */

import { callerOf, urlOf } from './preload.mts'
import type { Bridge } from '../bridge/client.mts'
import type { ExplainRequest, Telling } from '../explanation.mts'
import type { ModuleStore } from './module-store.mts'

export interface TellingOptions {
  readonly bridge: Bridge
  readonly store: ModuleStore
  /** What a relative specifier is relative to when the caller does not say. */
  readonly rootURL: string
  readonly ownURL: string
}

export function makeTelling({ bridge, store, rootURL, ownURL }: TellingOptions): Telling {
  const requestOf = (
    specifier: string | URL,
    parentURL: string | URL | undefined,
    type: string | undefined,
  ): ExplainRequest => {
    const parent = parentURL === undefined ? rootURL : urlOf(String(parentURL))
    const origin = store.originOf(parent)
    return {
      specifier: String(specifier),
      parentURL: parent,
      ...(origin !== undefined && { parent: origin }),
      ...(type !== undefined && { type }),
    }
  }
  return {
    explain: async function explain(specifier, parentURL, options) {
      const place = callerOf('explain', specifier, ownURL, explain)
      const request = requestOf(specifier, parentURL, options?.with?.type)
      return bridge.work('explain', request).catch(place)
    },
    graph: async function graph(specifier, parentURL, options) {
      const place = callerOf('tell the graph of', specifier, ownURL, graph)
      const entries = [requestOf(specifier, parentURL, options?.with?.type)]
      return bridge.work('graph', { entries, texts: options?.texts === true }).catch(place)
    },
  }
}
