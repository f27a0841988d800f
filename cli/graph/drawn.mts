/** What diagrams show of a graph: nodes by group, and edges. For formats that draw it themselves. */

import { reasonOf, strayFailures } from './failed.mts'
import { groupOf, pathOf } from './place.mts'
import { sizesOf, stepsOf } from './steps.mts'
import { size } from '../output.mts'
import { escapeText } from '../../core/text.mts'
import type { GraphImport, ModuleGraph } from '../../core/explanation.mts'

export interface DrawnNode {
  /** A name of ours, which no format has to quote. */
  readonly id: string
  /** Lines of text from outside, safe to show, not yet quoted. */
  readonly lines: readonly string[]
  readonly kind: 'entry' | 'module' | 'builtin' | 'package' | 'failed'
}

export interface DrawnGraph {
  readonly groups: readonly { readonly name: string; readonly nodes: readonly DrawnNode[] }[]
  /** What is no module of the graph. */
  readonly outside: readonly DrawnNode[]
  readonly edges: readonly {
    readonly from: string
    readonly to: string
    readonly kind: GraphImport['kind']
  }[]
}

/** `base` is the folder, a file: URL, that paths are shown from. */
export function drawnOf(graph: ModuleGraph, base: string): DrawnGraph {
  const { entries, modules } = graph
  const ids = new Map(modules.map(({ key }, index) => [key, `m${index}`]))
  const groups = new Map<string, DrawnNode[]>()
  const outside = new Map<string, DrawnNode>()
  const edges = new Map<string, DrawnGraph['edges'][number]>()
  for (const { key, url, explanation, imports } of modules) {
    const group = escapeText(groupOf(url))
    const from = ids.get(key)!
    const type = explanation.type === '' ? [] : [`type ${explanation.type}`]
    const node: DrawnNode = {
      id: from,
      lines: [
        pathOf(url, base),
        ...type,
        stepsOf(explanation).join(' → '),
        sizesOf(explanation).map(size).join(' → '),
        ...(explanation.error === undefined ? [] : [reasonOf(explanation) ?? '']),
      ]
        .filter((line) => line !== '')
        .map(escapeText),
      kind: explanation.error !== undefined ? 'failed' : entries.includes(key) ? 'entry' : 'module',
    }
    groups.set(group, [...(groups.get(group) ?? []), node])
    for (const { specifier, kind, module, outside: what = 'failed' } of imports) {
      let to = module === undefined ? undefined : ids.get(module)
      if (to === undefined) {
        // What failed here may be something else elsewhere: a relative name.
        const name = `${what} ${what === 'failed' ? `${from} ` : ''}${specifier}`
        const place = outside.get(name)
        to = place?.id ?? `x${outside.size}`
        if (place === undefined)
          outside.set(name, { id: to, lines: [escapeText(specifier)], kind: what })
      }
      edges.set(`${from} ${to} ${kind}`, { from, to, kind })
    }
  }
  for (const { specifier, parentURL } of strayFailures(graph)) {
    if (parentURL !== undefined) continue
    const id = `x${outside.size}`
    outside.set(`entry ${specifier}`, { id, lines: [escapeText(specifier)], kind: 'failed' })
  }
  return {
    groups: [...groups].map(([name, nodes]) => ({ name, nodes })),
    outside: [...outside.values()],
    edges: [...edges.values()],
  }
}
