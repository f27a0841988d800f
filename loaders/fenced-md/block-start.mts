/** What may begin or end a block at a place in a line. Each reads its marker when it finds one. CommonMark 0.31 §4, §5. */

import { isBlank, isBlankCode } from './line-cursor.mts'
import type { LineCursor } from './line-cursor.mts'

const backtick = 0x60
const tilde = 0x7e

/** The opening fence of a code block. */
export interface Fence {
  /** The UTF-16 code unit of a back-tick or tilde. */
  readonly code: number
  readonly length: number
  /** Columns before the fence: as many are taken off each line of the content. */
  readonly indent: number
  /** Where the info string is, without the spaces and tabs around it. */
  readonly infoStart: number
  readonly infoEnd: number
}

function runEnd(text: string, start: number, end: number): number {
  const code = text.charCodeAt(start)
  let at = start
  while (at < end && text.charCodeAt(at) === code) at++
  return at
}

/** Reads a block quote marker: `>`, and a column of white space after it. CommonMark §5.1. */
export function takeQuoteMarker(cursor: LineCursor): boolean {
  if (cursor.indent > 3 || cursor.code !== 0x3e) return false
  cursor.take(1)
  cursor.skipColumns(1)
  return true
}

/**
 * Reads a list marker and the white space that belongs to it; the columns by which the item's content is indented, 0
 * when there is no marker. `interrupts`: right after a paragraph's line, where less may start a list. CommonMark §5.2.
 */
export function takeListMarker(cursor: LineCursor, interrupts: boolean): number {
  const { text, next, end, indent } = cursor
  const markerEnd = listMarkerEnd(text, next, end)
  if (markerEnd === next || (markerEnd < end && !isBlankCode(text.charCodeAt(markerEnd)))) return 0
  if (interrupts) {
    const isNumber = markerEnd - next > 1
    if (isNumber && Number(text.slice(next, markerEnd - 1)) !== 1) return 0
    if (isBlank(text, markerEnd, end)) return 0
  }
  cursor.take(markerEnd - next)
  // More than four columns: one belongs to the marker, the rest is an indented code block's.
  const padding = cursor.blank || cursor.indent > 4 ? 1 : cursor.indent
  cursor.skipColumns(padding)
  return indent + markerEnd - next + padding
}

/** Offset after a bullet (`-`, `+`, `*`) or a number of one to nine digits and `.` or `)`; `start` when it is neither. */
function listMarkerEnd(text: string, start: number, end: number): number {
  const code = text.charCodeAt(start)
  if (code === 0x2d || code === 0x2b || code === 0x2a) return start + 1
  let at = start
  while (at < end && at - start < 10 && isDigit(text.charCodeAt(at))) at++
  if (at === start || at - start > 9 || at === end) return start
  const delimiter = text.charCodeAt(at)
  return delimiter === 0x2e || delimiter === 0x29 ? at + 1 : start
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** Whether an ATX heading is at `next`: one to six `#`, then white space or the line's end. CommonMark §4.2. */
export function isHeading({ text, next, end }: LineCursor): boolean {
  const after = runEnd(text, next, Math.min(end, next + 7))
  return after - next < 7 && (after === end || isBlankCode(text.charCodeAt(after)))
}

/** Whether a setext heading's underline is at `next`: a run of `=` or `-`. CommonMark §4.3. */
export function isUnderline({ text, next, end }: LineCursor): boolean {
  return isBlank(text, runEnd(text, next, end), end)
}

/** The opening fence at `next`, where a back-tick or tilde is; `undefined` when it is none. CommonMark §4.5. */
export function openingFence({ text, next, end, indent }: LineCursor): Fence | undefined {
  const code = text.charCodeAt(next)
  let infoStart = runEnd(text, next, end)
  const length = infoStart - next
  if (length < 3) return undefined
  if (code === backtick) {
    for (let at = infoStart; at < end; at++) if (text.charCodeAt(at) === backtick) return undefined
  }
  let infoEnd = end
  while (infoStart < infoEnd && isBlankCode(text.charCodeAt(infoStart))) infoStart++
  while (infoStart < infoEnd && isBlankCode(text.charCodeAt(infoEnd - 1))) infoEnd--
  return { code, length, indent, infoStart, infoEnd }
}

/** Whether the rest of the line closes `fence`: as long or longer, of the same character, and alone. CommonMark §4.5. */
export function isClosingFence(cursor: LineCursor, fence: Fence): boolean {
  const { text, next, end } = cursor
  if (cursor.indent > 3 || cursor.code !== fence.code) return false
  const after = runEnd(text, next, end)
  return after - next >= fence.length && isBlank(text, after, end)
}

/** Whether a UTF-16 code unit may begin a fence. */
export function isFenceCode(code: number): boolean {
  return code === backtick || code === tilde
}
