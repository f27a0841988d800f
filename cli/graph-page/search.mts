/** Which nodes a search means: all words, anywhere in what is said of a module. */

import { categories } from './category.mts'
import { stepsOf } from '../graph/steps.mts'
import type { PageModel, PageNode } from './model.mts'

function textOf({ place, category, explanation }: PageNode, group: string): string {
  const about = explanation === undefined ? [] : describe(explanation)
  return [place, group, categories[category][0], ...about].join('\n').toLowerCase()
}

function describe(explanation: NonNullable<PageNode['explanation']>): string[] {
  const { specifier, url = '', hops, transforms, type, error, lock } = explanation
  return [
    specifier,
    url,
    type,
    lock,
    error?.code ?? '',
    ...stepsOf(explanation),
    ...hops.flatMap((hop) => [hop.specifier, hop.loader, hop.cache ?? '']),
    ...transforms.map(({ loader }) => loader),
  ]
}

/** Makes a search of the model; what it gives is `undefined` where nothing is asked for. */
export function searchOf({ nodes, groups }: PageModel): (query: string) => Set<number> | undefined {
  const texts = nodes.map((node) => textOf(node, groups[node.group]!))
  return (query) => {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean)
    if (words.length === 0) return undefined
    const found = nodes.filter(({ index }) => words.every((word) => texts[index]!.includes(word)))
    return new Set(found.map(({ index }) => index))
  }
}
