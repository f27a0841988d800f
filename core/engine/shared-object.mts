/** Whether an addon is all there. The system maps it into memory, and one that is cut short ends the process. */

import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'

/**
 * Where the fields of an ELF file are: of its header, which tells where its tables of segments and sections are, and of a
 * segment's entry. System V ABI, chapters 4 and 5.
 */
interface Layout {
  readonly segments: TableFields
  readonly sections: TableFields
  readonly offsetAt: number
  readonly lengthAt: number
  read(view: DataView, at: number): number
}

interface TableFields {
  readonly tableAt: number
  readonly sizeAt: number
  readonly countAt: number
}

const layout32: Layout = {
  segments: { tableAt: 28, sizeAt: 42, countAt: 44 },
  sections: { tableAt: 32, sizeAt: 46, countAt: 48 },
  offsetAt: 4,
  lengthAt: 16,
  read: (view, at) => view.getUint32(at, true),
}

const layout64: Layout = {
  segments: { tableAt: 32, sizeAt: 54, countAt: 56 },
  sections: { tableAt: 40, sizeAt: 58, countAt: 60 },
  offsetAt: 8,
  lengthAt: 32,
  read: (view, at) => Number(view.getBigUint64(at, true)),
}

/** How many bytes an ELF file has by its tables; 0 for any other file, of which the system says what is wrong. */
function lengthOf(bytes: Uint8Array): number {
  const isElf = [0x7f, 0x45, 0x4c, 0x46].every((byte, index) => bytes[index] === byte)
  // Little-endian, as all that Node runs on but one.
  if (!isElf || bytes[5] !== 1) return 0
  const layout = bytes[4] === 1 ? layout32 : layout64
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const table = ({ tableAt, sizeAt, countAt }: TableFields) => {
    const start = layout.read(view, tableAt)
    const size = view.getUint16(sizeAt, true)
    const count = view.getUint16(countAt, true)
    return { start, size, count, end: start + size * count }
  }
  try {
    const segments = table(layout.segments)
    let end = Math.max(segments.end, table(layout.sections).end)
    for (let index = 0; index < segments.count; index++) {
      const at = segments.start + index * segments.size
      const length = layout.read(view, at + layout.lengthAt)
      end = Math.max(end, layout.read(view, at + layout.offsetAt) + length)
    }
    return end
  } catch {
    // The header itself is cut short, or speaks of what is far away.
    return Infinity
  }
}

/** @throws {LoaderError} ERR_MIMEPORT_INVALID_BODY when an addon is shorter than its own header says. */
export function refuseCutShort(bytes: Uint8Array, url: string): void {
  if (lengthOf(bytes) <= bytes.length) return
  throw new LoaderError(
    'ERR_MIMEPORT_INVALID_BODY',
    `Cannot load '${escapeText(url)}': it is an addon that is cut short: its header speaks of more than its ${bytes.length} bytes`,
    { url },
  )
}
