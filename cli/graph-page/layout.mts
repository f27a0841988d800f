/** Where each node is drawn: a lane for each group, from left to right by depth. Pure; units are CSS pixels at zoom 1. */

import type { PageModel } from './model.mts'

export const NODE_WIDTH = 168
export const NODE_HEIGHT = 36
const PITCH_X = NODE_WIDTH + 18
const PITCH_Y = NODE_HEIGHT + 10
/** Between two depths: room for the edges. */
const GAP = 72
const PADDING = 16
/** Above the nodes of a lane, for its name. */
export const TITLE_HEIGHT = 40
const LANE_GAP = 24

/** What the whole picture's width should be of its height, about. */
const SHAPE = 1.7

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Layout {
  /** By number of the node: its left upper corner. */
  readonly x: Float64Array
  readonly y: Float64Array
  /** By number of the group. */
  readonly lanes: readonly Box[]
  readonly width: number
  readonly height: number
}

/** Node numbers by depth, of one group. */
type Columns = readonly (readonly number[])[]

function columnsOf({ nodes, groups }: PageModel): Columns[] {
  const depths = nodes.reduce((most, { depth }) => Math.max(most, depth + 1), 0)
  const lanes = groups.map(() => Array.from({ length: depths }, (): number[] => []))
  // In the order of the walk, what one module imports stays together, near to where its importer is.
  const ordered = nodes.toSorted((a, b) => a.order - b.order)
  for (const { group, depth, index } of ordered) lanes[group]![depth]!.push(index)
  return lanes
}

/** How many columns side by side each depth takes, where no column has more than `rows`. */
function spansOf(lanes: readonly Columns[], rows: number): number[] {
  const depths = lanes[0]?.length ?? 0
  return Array.from({ length: depths }, (_, depth) =>
    lanes.reduce((most, columns) => Math.max(most, Math.ceil(columns[depth]!.length / rows)), 0),
  )
}

function laneHeight(columns: Columns, rows: number): number {
  const most = columns.reduce((max, { length }) => Math.max(max, length), 0)
  return TITLE_HEIGHT + Math.min(rows, most) * PITCH_Y + PADDING
}

function widthOf(spans: readonly number[]): number {
  const filled = spans.filter((span) => span > 0)
  const columns = filled.reduce((sum, span) => sum + span, 0)
  return columns * PITCH_X + (filled.length - 1) * GAP + 2 * PADDING
}

function heightOf(lanes: readonly Columns[], rows: number): number {
  return lanes.reduce((sum, columns) => sum + laneHeight(columns, rows) + LANE_GAP, -LANE_GAP)
}

/** The rows by which the picture comes nearest to its shape. */
function bestRows(lanes: readonly Columns[]): number {
  let best = 1
  let least = Infinity
  for (let rows = 3; rows <= 200; rows += 1) {
    const shape = widthOf(spansOf(lanes, rows)) / heightOf(lanes, rows)
    const distance = Math.abs(Math.log(shape / SHAPE))
    if (distance < least) [best, least] = [rows, distance]
  }
  return best
}

export function layoutOf(model: PageModel): Layout {
  const lanes = columnsOf(model)
  const rows = bestRows(lanes)
  const spans = spansOf(lanes, rows)
  const width = Math.max(0, widthOf(spans))
  const x = new Float64Array(model.nodes.length)
  const y = new Float64Array(model.nodes.length)
  const boxes: Box[] = []
  let top = 0
  for (const columns of lanes) {
    const height = laneHeight(columns, rows)
    boxes.push({ x: 0, y: top, width, height })
    let left = PADDING
    for (const [depth, indices] of columns.entries()) {
      const tall = Math.ceil(indices.length / Math.max(1, spans[depth]!))
      for (const [place, index] of indices.entries()) {
        x[index] = left + Math.floor(place / tall) * PITCH_X
        y[index] = top + TITLE_HEIGHT + (place % tall) * PITCH_Y
      }
      if (spans[depth]! > 0) left += spans[depth]! * PITCH_X + GAP
    }
    top += height + LANE_GAP
  }
  return { x, y, lanes: boxes, width, height: Math.max(0, top - LANE_GAP) }
}

/** The node that an arrow key leads to: the nearest one in that direction, where a step aside counts more than one ahead. */
export function neighbour(
  { x, y }: Layout,
  from: number,
  direction: 'left' | 'right' | 'up' | 'down',
): number | undefined {
  const isAcross = direction === 'left' || direction === 'right'
  const sign = direction === 'left' || direction === 'up' ? -1 : 1
  let best: number | undefined
  let least = Infinity
  for (let index = 0; index < x.length; index += 1) {
    const dx = x[index]! - x[from]!
    const dy = y[index]! - y[from]!
    const ahead = sign * (isAcross ? dx : dy)
    if (ahead <= 0) continue
    const aside = Math.abs(isAcross ? dy : dx)
    const distance = ahead + 3 * aside
    if (distance < least) [best, least] = [index, distance]
  }
  return best
}
