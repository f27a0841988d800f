/** What is written on the picture: on nodes, and beside those that are too small. */

import { categories } from './category.mts'
import { shown } from './element.mts'
import { bytesText, timeText } from './figures.mts'
import { NODE_HEIGHT, NODE_WIDTH } from './layout.mts'
import { FONT, NAMES_FROM } from './scene.mts'
import { withShortCommits } from '../graph/place.mts'
import type { Size } from './camera.mts'
import type { PageNode } from './model.mts'
import type { Scene } from './scene.mts'

/** From which zoom on a node's figures can be read. */
const FIGURES_FROM = 0.85

/** Shortens a text in its middle to a width, in pixels of the context. */
export function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text
  let [few, many] = [0, text.length]
  // The end says more: it is the file's name.
  const cut = (kept: number) =>
    `${text.slice(0, Math.ceil(kept * 0.4))}…${text.slice(text.length - Math.floor(kept * 0.6))}`
  while (few < many) {
    const middle = Math.ceil((few + many) / 2)
    if (context.measureText(cut(middle)).width <= width) few = middle
    else many = middle - 1
  }
  return cut(few)
}

/** Of a name on a node that is no card: in pixels of the screen, and no more than this part of the node's height. */
const NAME_SIZE = 10.5
const NAME_PART = 0.78

/** The name on a node of which there is no more room: in one size, as long as that is lower than the node. */
export function drawName(
  context: CanvasRenderingContext2D,
  { camera, palette, layout }: Scene,
  { index, label, isEntry }: PageNode,
): void {
  const size = Math.min(NAME_SIZE / camera.scale, NAME_PART * NODE_HEIGHT)
  context.font = `${isEntry ? 700 : 500} ${size}px ${FONT}`
  context.textBaseline = 'middle'
  context.fillStyle = palette.onCategory
  const margin = 0.35 * size
  const room = NODE_WIDTH - 2 * margin
  const whole = shown(label)
  // The colour says what the extension does: it is what is left out first.
  const isWhole = context.measureText(whole).width <= room
  const name = isWhole ? whole : fitted(context, whole.replace(/(?<=.)\.\w{1,5}$/, ''), room)
  context.fillText(name, layout.x[index]! + margin, layout.y[index]! + NODE_HEIGHT / 2)
}

/** What is written on a node. */
export function drawCard(
  context: CanvasRenderingContext2D,
  { camera, palette, layout }: Scene,
  { index, category, label, explanation, isEntry, kind }: PageNode,
): void {
  const x = layout.x[index]!
  const y = layout.y[index]!
  context.textBaseline = 'middle'
  context.textAlign = 'center'
  context.beginPath()
  context.roundRect(x + 6, y + 7, 24, NODE_HEIGHT - 14, kind === 'outside' ? 11 : 4)
  context.fillStyle = palette.categories[category]
  context.fill()
  context.font = `700 11px ${FONT}`
  context.fillStyle = palette.onCategory
  context.fillText(categories[category][1], x + 18, y + NODE_HEIGHT / 2 + 0.5)
  context.textAlign = 'left'
  context.font = `${isEntry ? 700 : 500} 12.5px ${FONT}`
  context.fillStyle = kind === 'failed' ? palette.bad : palette.text
  const hasFigures = camera.scale >= FIGURES_FROM && explanation !== undefined
  const name = fitted(context, shown(label), NODE_WIDTH - 46)
  context.fillText(name, x + 37, y + (hasFigures ? 13 : NODE_HEIGHT / 2))
  if (!hasFigures) return
  context.font = `10.5px ${FONT}`
  context.fillStyle = kind === 'failed' ? palette.bad : palette.quiet
  const { bytes, bodyBytes, duration, error, transforms } = explanation
  const steps = transforms.length === 0 ? '' : ` · ${transforms.length}×`
  const figures = `${bytesText(bytes ?? bodyBytes)} · ${timeText(duration)}${steps}`
  const text = error === undefined ? figures : shown(error.code ?? error.name)
  context.fillText(fitted(context, text, NODE_WIDTH - 46), x + 37, y + 26)
}

/** The name of a node that is too small to be written on: beside it, in a size that can be read. */
export function drawTag(
  context: CanvasRenderingContext2D,
  { model, layout, camera, palette }: Scene,
  index: number | undefined,
  screen: Size,
): void {
  if (index === undefined || camera.scale >= NAMES_FROM) return
  const size = 12.5 / camera.scale
  context.font = `600 ${size}px ${FONT}`
  context.textBaseline = 'middle'
  const widest = Math.min(420, screen.width - 40) / camera.scale
  const name = fitted(context, shown(withShortCommits(model.nodes[index]!.place)), widest)
  const width = context.measureText(name).width + size * 1.2
  const edge = camera.toPicture(screen.width - 6, 6)
  const x = Math.min(layout.x[index]!, edge.x - width)
  const y = Math.max(layout.y[index]! - size * 2, edge.y)
  context.beginPath()
  context.roundRect(x, y, width, size * 1.7, size * 0.35)
  context.fillStyle = palette.text
  context.fill()
  context.fillStyle = palette.node
  context.fillText(name, x + size * 0.6, y + size * 0.87)
}
