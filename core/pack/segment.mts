/**
 * A pack's file: segments, one after another, each written at once by one process. A segment:
 *
 *   0    8 bytes    `mimepack`
 *   8    uint32     1, the version of this form
 *  12    uint32     bytes of the whole segment
 *  16    uint32     bytes of the index
 *  20    2 uint32   checksum of all that follows
 *  28    uint32     0
 *  32    index      JSON, UTF-8
 *        texts      back to back; at the end zeros, up to a multiple of 8 bytes
 *
 * Little-endian. What is torn, cut off or changed ends the file: all before it is good.
 */

import { checksumOf, isSameChecksum } from '../checksum.mts'
import type { SegmentIndex } from './record.mts'

const MAGIC = Buffer.from('mimepack')
const VERSION = 1
const HEAD = 32
/** Segments begin where words do: a checksum is quicker there. */
const ALIGNMENT = 8

/**
 * A segment that was read: its index, and its texts as they lie in the file, a character for each byte: one string, of which
 * each text is a part, is no work for the collector of garbage, and is held once.
 */
export interface Segment {
  readonly index: SegmentIndex
  readonly texts: string
}

/** Encodes a segment. `texts`: back to back, as the index has them. */
export function encodeSegment(index: SegmentIndex, texts: readonly Uint8Array[]): Buffer {
  const json = Buffer.from(JSON.stringify(index))
  const length = texts.reduce((sum, text) => sum + text.length, HEAD + json.length)
  const padding = Buffer.alloc((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT)
  const whole = Buffer.concat([Buffer.alloc(HEAD), json, ...texts, padding])
  MAGIC.copy(whole)
  whole.writeUInt32LE(VERSION, 8)
  whole.writeUInt32LE(whole.length, 12)
  whole.writeUInt32LE(json.length, 16)
  const [a, b] = checksumOf(whole.subarray(HEAD))
  whole.writeUInt32LE(a, 20)
  whole.writeUInt32LE(b, 24)
  return whole
}

function isIndex(value: unknown): value is SegmentIndex {
  const { consulted, records, keys } = Object(value) as Record<string, unknown>
  return [consulted, records, keys].every(Array.isArray)
}

/** The segment that begins at `start`, and where the next one does; `undefined`: none that is whole. */
function segmentAt(file: Buffer, start: number): { segment: Segment; end: number } | undefined {
  if (file.length - start < HEAD || file.compare(MAGIC, 0, 8, start, start + 8) !== 0)
    return undefined
  if (file.readUInt32LE(start + 8) !== VERSION) return undefined
  const end = start + file.readUInt32LE(start + 12)
  if (end <= start || file.readUInt32LE(start + 28) !== 0) return undefined
  const textsAt = start + HEAD + file.readUInt32LE(start + 16)
  if (end > file.length || textsAt > end) return undefined
  const content = file.subarray(start + HEAD, end)
  const checksum = [file.readUInt32LE(start + 20), file.readUInt32LE(start + 24)] as const
  if (!isSameChecksum(checksumOf(content), checksum)) return undefined
  const index: unknown = JSON.parse(file.toString('utf8', start + HEAD, textsAt))
  return isIndex(index)
    ? { segment: { index, texts: file.toString('latin1', textsAt, end) }, end }
    : undefined
}

/** Decodes a pack's file: the segments that are whole, and how many bytes they have. Never throws. */
export function decodeSegments(file: Buffer): {
  readonly segments: Segment[]
  readonly end: number
} {
  const segments: Segment[] = []
  let end = 0
  try {
    while (end < file.length) {
      const found = segmentAt(file, end)
      if (found === undefined) break
      segments.push(found.segment)
      end = found.end
    }
  } catch {
    // No JSON, by a checksum that agrees: what came before it is good all the same.
  }
  return { segments, end }
}
