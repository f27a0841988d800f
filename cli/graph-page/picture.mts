/** The graph as a picture: a canvas that is zoomed, panned and gone along by keys, with an option for each node. */

import { Camera } from './camera.mts'
import { categories } from './category.mts'
import { allEdges, Drawing } from './drawing.mts'
import { element, shown } from './element.mts'
import { bytesText, countText } from './figures.mts'
import { layoutOf, neighbour } from './layout.mts'
import { paletteNow } from './palette.mts'
import { PointerInput } from './pointer-input.mts'
import { nodeBox } from './scene.mts'
import type { Layout } from './layout.mts'
import type { PageModel, PageNode } from './model.mts'

const arrows: Readonly<Record<string, 'left' | 'right' | 'up' | 'down'>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
}

/** What a screen reader says of a node. */
function spoken(
  { place, category, explanation, links, importers, kind }: PageNode,
  group: string,
): string {
  const size =
    explanation === undefined ? [] : [bytesText(explanation.bytes ?? explanation.bodyBytes)]
  const ways = kind === 'module' ? [countText(links.length, 'import')] : []
  return [
    shown(place),
    group,
    categories[category][0],
    ...size,
    ...ways,
    `imported by ${importers.length}`,
  ].join(', ')
}

export class Picture {
  readonly root: HTMLElement
  readonly camera = new Camera()
  readonly layout: Layout
  readonly #model: PageModel
  readonly #canvas: HTMLCanvasElement
  readonly #drawing: Drawing
  readonly #edges: Path2D
  readonly #options: HTMLElement[]
  readonly #legend: HTMLElement
  readonly #onOpen: (index: number) => void
  #palette = paletteNow()
  #matches: ReadonlySet<number> | undefined
  #current: number | undefined
  #hovered: number | undefined
  #isAsked = false
  /** Whether somebody has moved it: then it is not fitted again by itself. */
  #isMoved = false

  /** `legend` lies on the picture's lower edge. */
  constructor(model: PageModel, legend: HTMLElement, onOpen: (index: number) => void) {
    this.#legend = legend
    this.#model = model
    this.#onOpen = onOpen
    this.layout = layoutOf(model)
    this.#edges = allEdges(model, this.layout)
    this.#canvas = element('canvas', { 'aria-hidden': 'true' })
    this.#drawing = new Drawing(this.#canvas.getContext('2d')!)
    this.#options = model.nodes.map((node) =>
      element(
        'div',
        { role: 'option', id: `node-${node.index}`, 'aria-selected': 'false' },
        spoken(node, shown(model.groups[node.group]!)),
      ),
    )
    this.root = element(
      'div',
      {
        class: 'picture',
        role: 'listbox',
        tabindex: 0,
        'aria-label': 'Module graph: arrow keys go between modules, Enter opens one',
        onkeydown: (event: KeyboardEvent) => this.#press(event),
      },
      this.#canvas,
      element('div', { class: 'unseen' }, ...this.#options),
    )
    new PointerInput(this.#canvas, this.camera, {
      at: (x, y) => this.#nodeAt(x, y),
      changed: () => {
        this.#isMoved = true
        this.ask()
      },
      hover: (index) => this.#hover(index),
      open: (index) => {
        this.select(index)
        this.#onOpen(index)
      },
    })
    new ResizeObserver(() => this.#resize()).observe(this.root)
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.#palette = paletteNow()
      this.ask()
    })
  }

  get current(): number | undefined {
    return this.#current
  }

  /** Draws at the next frame. */
  ask(): void {
    if (this.#isAsked) return
    this.#isAsked = true
    requestAnimationFrame(() => {
      this.#isAsked = false
      this.#draw()
    })
  }

  /** Makes a node the current one, and brings it into view. */
  select(index: number): void {
    if (this.#current !== undefined)
      this.#options[this.#current]!.setAttribute('aria-selected', 'false')
    this.#current = index
    const option = this.#options[index]!
    option.setAttribute('aria-selected', 'true')
    this.root.setAttribute('aria-activedescendant', option.id)
    this.camera.reveal(nodeBox(this.layout, index), this.#size, this.#covered)
    this.ask()
  }

  /** Shows which nodes a search means. */
  showMatches(matches: ReadonlySet<number> | undefined): void {
    this.#matches = matches
    this.ask()
  }

  fit(): void {
    const { width, height } = this.layout
    this.camera.fit({ x: 0, y: 0, width, height }, this.#size, this.#covered)
    this.#isMoved = false
    this.ask()
  }

  /** Zooms at the middle, or at the current node. */
  zoom(factor: number): void {
    const { width, height } = this.#size
    const box = this.#current === undefined ? undefined : nodeBox(this.layout, this.#current)
    const { x, y, scale } = this.camera
    const middle = box && {
      x: (box.x + box.width / 2) * scale + x,
      y: (box.y + box.height / 2) * scale + y,
    }
    this.camera.zoom(factor, middle?.x ?? width / 2, middle?.y ?? height / 2)
    this.#isMoved = true
    this.ask()
  }

  get #size(): { width: number; height: number } {
    return { width: this.root.clientWidth, height: this.root.clientHeight }
  }

  /** Pixels of the lower edge that the legend covers. */
  get #covered(): number {
    const { offsetHeight } = this.#legend
    return offsetHeight === 0 ? 0 : offsetHeight + 10
  }

  #resize(): void {
    const { width, height } = this.#size
    if (width === 0 || height === 0) return
    this.#canvas.width = Math.round(width * devicePixelRatio)
    this.#canvas.height = Math.round(height * devicePixelRatio)
    if (!this.#isMoved) this.fit()
    else if (this.#current !== undefined) this.select(this.#current)
    // At once: a canvas whose size was set is empty.
    this.#draw()
  }

  #draw(): void {
    const { camera, layout } = this
    const scene = {
      model: this.#model,
      layout,
      camera,
      palette: this.#palette,
      matches: this.#matches,
      current: this.#current,
      hovered: this.#hovered,
    }
    this.#drawing.draw(scene, this.#edges, this.#size, devicePixelRatio)
  }

  #nodeAt(x: number, y: number): number | undefined {
    const point = this.camera.toPicture(x, y)
    // Small nodes can be met a little beside.
    const slack = Math.max(0, 3 / this.camera.scale - 2)
    return this.#model.nodes.find(({ index }) => {
      const box = nodeBox(this.layout, index)
      const isAcross = point.x >= box.x - slack && point.x <= box.x + box.width + slack
      return isAcross && point.y >= box.y - slack && point.y <= box.y + box.height + slack
    })?.index
  }

  #hover(index: number | undefined): void {
    if (index === this.#hovered) return
    this.#hovered = index
    this.#canvas.style.cursor = index === undefined ? 'grab' : 'pointer'
    this.ask()
  }

  #press(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const direction = arrows[event.key]
    const first = this.#model.nodes.find(({ order }) => order === 0)?.index
    if (direction !== undefined) {
      const next =
        this.#current === undefined ? first : neighbour(this.layout, this.#current, direction)
      if (next !== undefined) this.select(next)
    } else if (event.key === 'Home' && first !== undefined) this.select(first)
    else if (event.key === 'Enter' && this.#current !== undefined) this.#onOpen(this.#current)
    else if (event.key === '+' || event.key === '=') this.zoom(1.3)
    else if (event.key === '-') this.zoom(1 / 1.3)
    else if (event.key === '0') this.fit()
    else return
    event.preventDefault()
  }
}
