/** The frames of a zstd body, found by their headers. RFC 8878 §3.1. */

const magic = 0xfd2fb528
/** 0x184D2A50 to 0x184D2A5F. RFC 8878 §3.1.2. */
const skippableMagic = 0x184d2a50

/** Frames of one body; compressors that split make one for each megabyte or more. */
const maximum = 1024

/** Bytes of a Dictionary_ID, and of a Frame_Content_Size, by their flags. RFC 8878 §3.1.1.1. */
const dictionarySizes = [0, 1, 2, 4] as const
const contentSizes = [0, 2, 4, 8] as const

/** Length of the frame header after its magic number; `undefined` when it is reserved. RFC 8878 §3.1.1.1. */
function headerLength(descriptor: number): number | undefined {
  if ((descriptor & 0b1000) !== 0) return undefined
  const single = (descriptor & 0b10_0000) !== 0
  const dictionary = dictionarySizes[(descriptor & 0b11) as 0] ?? 0
  const content = contentSizes[(descriptor >> 6) as 0] ?? 0
  return 1 + (single ? 0 : 1) + dictionary + (single && content === 0 ? 1 : content)
}

/** Where the frame ends whose magic number is at `start`; `undefined` when it is cut off or broken. */
function frameEnd(view: DataView, start: number): number | undefined {
  const descriptor = view.getUint8(start + 4)
  const header = headerLength(descriptor)
  if (header === undefined) return undefined
  let at = start + 4 + header
  for (let last = false; !last;) {
    // Block_Header, 3 bytes, little-endian: Last_Block 1, Block_Type 2, Block_Size 21. RFC 8878 §3.1.1.2.
    const block = view.getUint16(at, true) | (view.getUint8(at + 2) << 16)
    const type = (block >> 1) & 0b11
    if (type === 3) return undefined
    // An RLE block holds one byte, which Block_Size repeats.
    at += 3 + (type === 1 ? 1 : block >> 3)
    last = (block & 1) === 1
  }
  const checksum = (descriptor & 0b100) === 0 ? 0 : 4
  return at + checksum
}

/**
 * Splits a zstd body into its frames, without the skippable ones. `undefined` when it does not end where a frame does:
 * Node's decoder takes a body that is cut off for a shorter one (24.18), and a second frame for nothing.
 */
export function zstdFrames(body: Uint8Array): Uint8Array[] | undefined {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const frames: Uint8Array[] = []
  let at = 0
  try {
    while (at < body.length && frames.length < maximum) {
      const start = at
      const number = view.getUint32(at, true)
      if ((number & 0xfffffff0) >>> 0 === skippableMagic) {
        at += 8 + view.getUint32(at + 4, true)
        continue
      }
      const end = number === magic ? frameEnd(view, at) : undefined
      if (end === undefined) return undefined
      at = end
      frames.push(body.subarray(start, end))
    }
  } catch {
    return undefined // A read behind the end.
  }
  return at === body.length && frames.length > 0 ? frames : undefined
}
