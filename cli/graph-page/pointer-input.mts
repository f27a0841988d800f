/** Mouse, touch and wheel on the picture: pan, zoom, point, click. */

import type { Camera } from './camera.mts'

/** Pixels that a press may move and be a click all the same. */
const STEADY = 4

interface Listener {
  /** The node at a point of the canvas. */
  at(x: number, y: number): number | undefined
  changed(): void
  hover(index: number | undefined): void
  open(index: number): void
}

export class PointerInput {
  readonly #canvas: HTMLCanvasElement
  readonly #camera: Camera
  readonly #listener: Listener
  /** Pointers that are down, where they were last. */
  readonly #down = new Map<number, { x: number; y: number }>()
  #moved = 0

  constructor(canvas: HTMLCanvasElement, camera: Camera, listener: Listener) {
    this.#canvas = canvas
    this.#camera = camera
    this.#listener = listener
    canvas.addEventListener('pointerdown', (event) => this.#press(event))
    canvas.addEventListener('pointermove', (event) => this.#move(event))
    canvas.addEventListener('pointerup', (event) => this.#release(event))
    canvas.addEventListener('pointercancel', (event) => this.#down.delete(event.pointerId))
    canvas.addEventListener('pointerleave', () => listener.hover(undefined))
    canvas.addEventListener('wheel', (event) => this.#wheel(event), { passive: false })
  }

  #place({ clientX, clientY }: MouseEvent): { x: number; y: number } {
    const { left, top } = this.#canvas.getBoundingClientRect()
    return { x: clientX - left, y: clientY - top }
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return
    if (this.#down.size === 0) this.#moved = 0
    this.#down.set(event.pointerId, this.#place(event))
    this.#canvas.setPointerCapture(event.pointerId)
  }

  #move(event: PointerEvent): void {
    const place = this.#place(event)
    const before = this.#down.get(event.pointerId)
    if (before === undefined) {
      this.#listener.hover(this.#listener.at(place.x, place.y))
      return
    }
    this.#down.set(event.pointerId, place)
    this.#moved += Math.hypot(place.x - before.x, place.y - before.y)
    const other = [...this.#down].find(([id]) => id !== event.pointerId)?.[1]
    if (other === undefined) {
      this.#camera.x += place.x - before.x
      this.#camera.y += place.y - before.y
    } else {
      const far = Math.hypot(place.x - other.x, place.y - other.y)
      const was = Math.hypot(before.x - other.x, before.y - other.y)
      this.#camera.zoom(far / Math.max(1, was), other.x, other.y)
    }
    this.#listener.changed()
  }

  #release(event: PointerEvent): void {
    if (!this.#down.delete(event.pointerId) || this.#moved > STEADY) return
    const { x, y } = this.#place(event)
    const index = this.#listener.at(x, y)
    if (index !== undefined) this.#listener.open(index)
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault()
    const { x, y } = this.#place(event)
    // Lines and pages, where a mouse tells those: pixels, about.
    const unit = [1, 16, 400][event.deltaMode] ?? 1
    this.#camera.zoom(Math.exp(-event.deltaY * unit * 0.0016), x, y)
    this.#listener.changed()
  }
}
