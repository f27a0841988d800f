/** What of the picture is seen: zoom, and where its origin is on the screen. Pure. */

import type { Box } from './layout.mts'

const LEAST = 0.02
const MOST = 3

/** Around the picture; and what the buttons cover. */
const MARGIN = 16
const ASIDE = 40

export interface Size {
  readonly width: number
  readonly height: number
}

export class Camera {
  scale = 1
  x = 0
  y = 0

  /** The point of the picture that is at a point of the screen. */
  toPicture(x: number, y: number): { x: number; y: number } {
    return { x: (x - this.x) / this.scale, y: (y - this.y) / this.scale }
  }

  /** Zooms so that what is at this point of the screen stays there. */
  zoom(factor: number, x: number, y: number): void {
    const scale = Math.min(MOST, Math.max(LEAST, this.scale * factor))
    this.x = x - ((x - this.x) * scale) / this.scale
    this.y = y - ((y - this.y) * scale) / this.scale
    this.scale = scale
  }

  /** Shows a box whole, in the middle of what nothing lies on: `below` are pixels at the lower edge. */
  fit(box: Box, { width, height }: Size, below: number, most = 1.15): void {
    const right = width - 2 * MARGIN - ASIDE
    const bottom = height - 2 * MARGIN - below
    const across = right / Math.max(1, box.width)
    const down = bottom / Math.max(1, box.height)
    this.scale = Math.min(most, MOST, Math.max(LEAST, Math.min(across, down)))
    this.x = MARGIN + (right - box.width * this.scale) / 2 - box.x * this.scale
    this.y = MARGIN + (bottom - box.height * this.scale) / 2 - box.y * this.scale
  }

  /** Moves no further than it takes for a box to be seen, with room around it. */
  reveal(box: Box, screen: Size, below: number): void {
    const margin = Math.min(60, screen.width / 8)
    const left = box.x * this.scale + this.x
    const top = box.y * this.scale + this.y
    const right = left + box.width * this.scale
    const bottom = top + box.height * this.scale
    if (left < margin) this.x += margin - left
    else if (right > screen.width - margin) this.x -= right - screen.width + margin
    if (top < margin) this.y += margin - top
    else if (bottom > screen.height - margin - below) {
      this.y -= bottom - screen.height + margin + below
    }
  }
}
