/** Draws lanes, edges and nodes on a canvas, at whatever zoom: what cannot be read is not written. */

import { NODE_HEIGHT, NODE_WIDTH } from './layout.mts'
import { shown } from './element.mts'
import { drawCard, drawName, drawTag, fitted } from './writing.mts'
import { CARDS_FROM, FONT, NAMES_FROM } from './scene.mts'
import type { Size } from './camera.mts'
import type { Box, Layout } from './layout.mts'
import type { PageModel, PageNode } from './model.mts'
import type { Scene } from './scene.mts'

function edgePath(path: Path2D, layout: Layout, from: number, to: number): void {
  const startX = layout.x[from]! + NODE_WIDTH
  const startY = layout.y[from]! + NODE_HEIGHT / 2
  const endX = layout.x[to]!
  const endY = layout.y[to]! + NODE_HEIGHT / 2
  const bend = Math.min(120, Math.max(36, Math.abs(endX - startX) / 2))
  path.moveTo(startX, startY)
  path.bezierCurveTo(startX + bend, startY, endX - bend, endY, endX, endY)
}

/** The edges of all nodes as one path: it is made once for each layout. */
export function allEdges({ nodes }: PageModel, layout: Layout): Path2D {
  const path = new Path2D()
  for (const { index, kind, links } of nodes) {
    if (kind !== 'module') continue
    for (const { to } of links) if (nodes[to]!.kind !== 'outside') edgePath(path, layout, index, to)
  }
  return path
}

/** The more edges there are, the less each of them counts. */
function faintness({ nodes }: PageModel): number {
  const edges = nodes.reduce((sum, { links }) => sum + links.length, 0)
  return Math.min(1, Math.max(0.25, 250 / edges))
}

export class Drawing {
  readonly #context: CanvasRenderingContext2D

  constructor(context: CanvasRenderingContext2D) {
    this.#context = context
  }

  draw(scene: Scene, edges: Path2D, screen: Size, pixelRatio: number): void {
    const context = this.#context
    const { camera, model, layout, palette } = scene
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, screen.width * pixelRatio, screen.height * pixelRatio)
    const zoom = camera.scale * pixelRatio
    context.setTransform(zoom, 0, 0, zoom, camera.x * pixelRatio, camera.y * pixelRatio)
    for (const [index, lane] of layout.lanes.entries()) this.#lane(scene, lane, index)
    const around = this.#around(scene)
    context.lineWidth = Math.max(1, 0.7 / camera.scale)
    context.strokeStyle = palette.edge
    const isBehind = around.size > 0 || scene.matches !== undefined
    context.globalAlpha = faintness(model) * (isBehind ? 0.4 : 1)
    context.stroke(edges)
    context.globalAlpha = 1
    this.#ownEdges(scene)
    const from = camera.toPicture(0, 0)
    const to = camera.toPicture(screen.width, screen.height)
    for (const node of model.nodes) {
      const x = layout.x[node.index]!
      const y = layout.y[node.index]!
      if (x > to.x || x + NODE_WIDTH < from.x || y > to.y || y + NODE_HEIGHT < from.y) continue
      this.#node(scene, node, around)
    }
    drawTag(context, scene, scene.current, screen)
    if (scene.hovered !== scene.current) drawTag(context, scene, scene.hovered, screen)
  }

  /** The nodes that stay clear while one is looked at: it, what it imports, and what imports it. */
  #around({ model, current, hovered }: Scene): ReadonlySet<number> {
    const centre = hovered ?? current
    if (centre === undefined) return new Set()
    const { links, importers } = model.nodes[centre]!
    return new Set([centre, ...links.map(({ to }) => to), ...importers])
  }

  #lane({ model, layout, camera, palette }: Scene, lane: Box, group: number): void {
    const context = this.#context
    context.beginPath()
    context.roundRect(lane.x, lane.y, lane.width, lane.height, 10)
    context.fillStyle = palette.lane
    context.fill()
    context.lineWidth = 1 / camera.scale
    context.strokeStyle = palette.laneEdge
    context.stroke()
    // The name of a group can be read at every zoom where there is room for it.
    const size = Math.max(13, Math.min(0.62 * layout.title, 13 / camera.scale))
    const members = model.nodes.filter((node) => node.group === group).length
    context.textBaseline = 'middle'
    context.font = `600 ${size}px ${FONT}`
    context.fillStyle = palette.text
    const name = fitted(context, shown(model.groups[group]!), lane.width - 7 * size)
    const middle = lane.y + layout.title / 2
    const width = context.measureText(name).width
    // It stays in view while its lane is.
    const seen = camera.toPicture(16, 0).x
    const left = Math.min(Math.max(lane.x + 16, seen), lane.x + lane.width - width - 5 * size)
    context.fillText(name, left, middle)
    context.font = `${size}px ${FONT}`
    context.fillStyle = palette.quiet
    context.fillText(members.toLocaleString('en'), left + width + size * 0.7, middle)
  }

  /** The edges of the node that is looked at: what it imports, and what imports it, each in a colour. */
  #ownEdges({ model, layout, camera, palette, current, hovered }: Scene): void {
    const centre = hovered ?? current
    if (centre === undefined) return
    const { links, importers } = model.nodes[centre]!
    const context = this.#context
    context.lineWidth = Math.max(1.6, 1.4 / camera.scale)
    for (const [colour, pairs] of [
      [palette.out, links.map(({ to }) => [centre, to] as const)],
      [palette.into, importers.map((from) => [from, centre] as const)],
    ] as const) {
      const path = new Path2D()
      for (const [from, to] of pairs) {
        edgePath(path, layout, from, to)
        const x = layout.x[to]!
        const y = layout.y[to]! + NODE_HEIGHT / 2
        path.moveTo(x - 7, y - 4)
        path.lineTo(x, y)
        path.lineTo(x - 7, y + 4)
      }
      context.strokeStyle = colour
      context.stroke(path)
    }
  }

  #node(scene: Scene, node: PageNode, around: ReadonlySet<number>): void {
    const { layout, camera, palette, matches, current } = scene
    const { index, category, kind } = node
    const context = this.#context
    const x = layout.x[index]!
    const y = layout.y[index]!
    const isCard = camera.scale >= CARDS_FROM
    const isNear = around.size === 0 || around.has(index)
    context.globalAlpha = matches?.has(index) === false ? 0.25 : isNear ? 1 : isCard ? 0.75 : 0.45
    const colour = palette.categories[category]
    context.beginPath()
    context.roundRect(x, y, NODE_WIDTH, NODE_HEIGHT, kind === 'outside' ? NODE_HEIGHT / 2 : 6)
    context.fillStyle = isCard ? palette.node : colour
    context.fill()
    const isMarked = index === current || (matches?.has(index) ?? false)
    context.lineWidth = isMarked ? Math.max(2.5, 2 / camera.scale) : 1
    context.strokeStyle =
      index === current ? palette.focus : isMarked ? palette.match : palette.nodeEdge
    if (isCard || isMarked) context.stroke()
    if (isCard) drawCard(context, scene, node)
    else if (camera.scale >= NAMES_FROM) drawName(context, scene, node)
    context.globalAlpha = 1
  }
}
