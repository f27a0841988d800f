/** Where each node is drawn: a lane for each group, from left to right by depth. Pure; units are CSS pixels at zoom 1. */

import type { PageModel } from './model.mts'

export const NODE_WIDTH = 168
export const NODE_HEIGHT = 36
const PITCH_X = NODE_WIDTH + 18
const PITCH_Y = NODE_HEIGHT + 10
/** Between two depths: room for the edges. */
const GAP = 72
const PADDING = 16
/** Above the nodes of a lane, for its name: at least, and of the height of the picture. */
const TITLE_HEIGHT = 40
const TITLE_PART = 0.03
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
  /** Height of what is above the nodes of a lane. */
  readonly title: number
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

/** The rows that a group really takes, where the columns of a depth are filled evenly. */
function rowsOf(columns: Columns, spans: readonly number[]): number {
  return columns.reduce(
    (most, { length }, depth) => Math.max(most, Math.ceil(length / Math.max(1, spans[depth]!))),
    0,
  )
}

function widthOf(spans: readonly number[]): number {
  const filled = spans.filter((span) => span > 0)
  const columns = filled.reduce((sum, span) => sum + span, 0)
  return columns * PITCH_X + (filled.length - 1) * GAP + 2 * PADDING
}

/** The height of all lanes without their names. */
function heightOf(lanes: readonly Columns[], spans: readonly number[]): number {
  return lanes.reduce(
    (sum, columns) => sum + rowsOf(columns, spans) * PITCH_Y + PADDING + LANE_GAP,
    -LANE_GAP,
  )
}

/** The spans by which the picture comes nearest to its shape. */
function bestSpans(lanes: readonly Columns[]): number[] {
  let best: number[] = []
  let least = Infinity
  for (let rows = 3; rows <= 200; rows += 1) {
    const spans = spansOf(lanes, rows)
    const height = heightOf(lanes, spans) + lanes.length * TITLE_HEIGHT
    const distance = Math.abs(Math.log(widthOf(spans) / height / SHAPE))
    if (distance < least) [best, least] = [spans, distance]
  }
  return best
}

export function layoutOf(model: PageModel): Layout {
  const lanes = columnsOf(model)
  const spans = bestSpans(lanes)
  const width = Math.max(0, widthOf(spans))
  // So that the names can be read where all is seen at once.
  const title = Math.max(
    TITLE_HEIGHT,
    TITLE_PART * heightOf(lanes, spans),
    (TITLE_PART * width) / SHAPE,
  )
  const x = new Float64Array(model.nodes.length)
  const y = new Float64Array(model.nodes.length)
  const boxes: Box[] = []
  let top = 0
  for (const columns of lanes) {
    const height = title + rowsOf(columns, spans) * PITCH_Y + PADDING
    boxes.push({ x: 0, y: top, width, height })
    let left = PADDING
    for (const [depth, indices] of columns.entries()) {
      const tall = Math.ceil(indices.length / Math.max(1, spans[depth]!))
      for (const [place, index] of indices.entries()) {
        x[index] = left + Math.floor(place / tall) * PITCH_X
        y[index] = top + title + (place % tall) * PITCH_Y
      }
      if (spans[depth]! > 0) left += spans[depth]! * PITCH_X + GAP
    }
    top += height + LANE_GAP
  }
  return { x, y, lanes: boxes, title, width, height: Math.max(0, top - LANE_GAP) }
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
