/** The page's colours for the canvas, as its style sheet has them now: light or dark. */

import { categories } from './category.mts'
import type { Category } from './category.mts'

export interface Palette {
  readonly lane: string
  readonly laneEdge: string
  readonly node: string
  readonly nodeEdge: string
  readonly text: string
  readonly quiet: string
  readonly edge: string
  readonly into: string
  readonly out: string
  readonly focus: string
  readonly match: string
  readonly bad: string
  readonly onCategory: string
  readonly categories: Readonly<Record<Category, string>>
}

const names = Object.keys(categories) as Category[]

export function paletteNow(): Palette {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    lane: colour('lane'),
    laneEdge: colour('line'),
    node: colour('panel'),
    nodeEdge: colour('node-line'),
    text: colour('text'),
    quiet: colour('quiet'),
    edge: colour('edge'),
    into: colour('into'),
    out: colour('out'),
    focus: colour('focus'),
    match: colour('match'),
    bad: colour('bad'),
    onCategory: colour('on-category'),
    categories: Object.fromEntries(
      names.map((name) => [name, colour(`category-${name}`)]),
    ) as Record<Category, string>,
  }
}
