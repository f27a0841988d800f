/** What is to be drawn: the graph, where it is seen from, and what is looked at. */

import { NODE_HEIGHT, NODE_WIDTH } from './layout.mts'
import type { Camera } from './camera.mts'
import type { Box, Layout } from './layout.mts'
import type { PageModel } from './model.mts'
import type { Palette } from './palette.mts'

/** From which zoom on a node is a card. */
export const CARDS_FROM = 0.62

/** From which zoom on its name is on it, cut off where it has to be: so that a node is 50 pixels wide. */
export const NAMES_FROM = 50 / NODE_WIDTH

export const FONT = 'system-ui, sans-serif'

export interface Scene {
  readonly model: PageModel
  readonly layout: Layout
  readonly camera: Camera
  readonly palette: Palette
  /** Nodes that a search means; `undefined` where there is none. */
  readonly matches: ReadonlySet<number> | undefined
  /** The node that has the keyboard, and the one under the pointer. */
  readonly current: number | undefined
  readonly hovered: number | undefined
}

export function nodeBox({ x, y }: Layout, index: number): Box {
  return { x: x[index]!, y: y[index]!, width: NODE_WIDTH, height: NODE_HEIGHT }
}
