/** The content of numbered entries: 1 to 40,000 bytes, of which each number has its own. */

import { hash } from 'node:crypto'

export function contentOf(number: number): Buffer {
  const piece = hash('sha256', String(number), 'buffer')
  const size = piece.readUInt32BE(0) % 40_000
  return Buffer.alloc(size + 1, piece)
}
