/**
 * The mappings of a source map as numbers: read and written. Flat arrays, since a bundle has millions of them and the
 * engine may not stand still.
 */

/** Numbers of one segment: generated column, source, original line, original column, name. */
export const WIDTH = 5

/** In place of what a segment does not have. */
export const NONE = -1

/** The largest number in a map. ECMA-426: 32 bits, with a sign. */
export const LARGEST = 2 ** 31 - 1

export interface Mappings {
  /** By generated line: where its segments begin, counted in segments; and where the last line's end. */
  readonly lines: Uint32Array
  /** `WIDTH` numbers each, by column within a line; all from 0. */
  readonly segments: Int32Array
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const toDigit = new Uint8Array(64).map((_, value) => digits.charCodeAt(value))
const fromDigit = new Int8Array(128).fill(NONE)
for (const [value, code] of toDigit.entries()) fromDigit[code] = value

const COMMA = 0x2c
const SEMICOLON = 0x3b

/** How many segments and lines a text may have at most: one more than its separators. */
function sizeOf(text: string): { segments: number; lines: number } {
  let segments = 1
  let lines = 1
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === SEMICOLON) lines++
    if (code === SEMICOLON || code === COMMA) segments++
  }
  return { segments, lines }
}

/** Puts the segments of one line in the order of their columns, where they are in another. */
function sortLine(segments: Int32Array, first: number, end: number): void {
  const rows = Array.from({ length: end - first }, (_, row) =>
    segments.slice((first + row) * WIDTH, (first + row + 1) * WIDTH),
  )
  rows.sort((a, b) => a[0]! - b[0]!)
  for (const [row, each] of rows.entries()) segments.set(each, (first + row) * WIDTH)
}

/**
 * Reads the `mappings` of a map that has so many sources and names. ECMA-426, "Mappings structure".
 * @throws {SyntaxError} when it is not Base64 VLQ, or speaks of a source or a place that cannot be.
 */
function decodeMappings(text: string, sourceCount: number, nameCount: number): Mappings {
  const size = sizeOf(text)
  const lines = new Uint32Array(size.lines + 1)
  const segments = new Int32Array(size.segments * WIDTH)
  /** The running values: all but the column go on from line to line. */
  const state = new Int32Array(WIDTH)
  let count = 0
  let line = 0
  let isSorted = true
  let at = 0
  const fail = (what: string): never => {
    throw new SyntaxError(`its mappings ${what} (character ${at})`)
  }
  const endLine = () => {
    if (!isSorted) sortLine(segments, lines[line]!, count)
    lines[++line] = count
    state[0] = 0
    isSorted = true
  }
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === COMMA || code === SEMICOLON) {
      if (code === SEMICOLON) endLine()
      at++
      continue
    }
    let fields = 0
    for (; at < text.length; fields++) {
      let shift = 0
      let value = 0
      let digit: number
      do {
        digit = fromDigit[text.charCodeAt(at)] ?? NONE
        if (digit < 0) break
        // ECMA-426: a value fits 32 bits.
        if (shift > 30 || (shift === 30 && (digit & 31) > 3))
          fail('have a number that is too large')
        value |= (digit & 31) << shift
        shift += 5
        at++
      } while (digit & 32)
      if (digit < 0) {
        if (shift === 0 && fields > 0 && isSeparator(text.charCodeAt(at))) break
        fail('are no Base64 VLQ')
      }
      if (fields >= WIDTH) fail('have a segment that is too long')
      const next = state[fields]! + (value & 1 ? -(value >>> 1) : value >>> 1)
      if (next < 0) fail('lead to before the beginning')
      if (next > LARGEST) fail('have a number that is too large')
      state[fields] = next
    }
    if (fields === 2 || fields === 3) fail('have a segment that is too short')
    if (fields > 1 && state[1]! >= sourceCount) fail('lead to a source that is not there')
    const start = count * WIDTH
    const before = count > lines[line]! ? segments[start - WIDTH]! : 0
    if (state[0]! < before) isSorted = false
    segments[start] = state[0]!
    for (let field = 1; field < WIDTH; field++) {
      segments[start + field] = field < fields ? state[field]! : NONE
    }
    if (segments[start + 4]! >= nameCount) segments[start + 4] = NONE
    count++
  }
  endLine()
  return { lines, segments: segments.subarray(0, count * WIDTH) }
}

/** Mappings as numbers, in whichever form they are. @throws {SyntaxError} as `decodeMappings` does. */
export function toMappings(
  mappings: string | Mappings,
  sourceCount: number,
  nameCount: number,
): Mappings {
  return typeof mappings === 'string' ? decodeMappings(mappings, sourceCount, nameCount) : mappings
}

function isSeparator(code: number): boolean {
  return code === COMMA || code === SEMICOLON
}

/** Writes mappings as the text that a map has. */
export function encodeMappings({ lines, segments }: Mappings): string {
  let bytes = new Uint8Array(1024)
  let length = 0
  const state = new Int32Array(WIDTH)
  const writeNumber = (difference: number) => {
    let rest = difference < 0 ? (-difference << 1) | 1 : difference << 1
    do {
      const digit = rest & 31
      rest >>>= 5
      bytes[length++] = toDigit[rest > 0 ? digit | 32 : digit]!
    } while (rest > 0)
  }
  for (let line = 0; line + 1 < lines.length; line++) {
    if (line > 0) bytes[length++] = SEMICOLON
    state[0] = 0
    for (let segment = lines[line]!; segment < lines[line + 1]!; segment++) {
      if (segment > lines[line]!) bytes[length++] = COMMA
      for (let field = 0; field < WIDTH; field++) {
        const value = segments[segment * WIDTH + field]!
        if (value === NONE) break
        writeNumber(value - state[field]!)
        state[field] = value
      }
      bytes = withRoom(bytes, length)
    }
    bytes = withRoom(bytes, length)
  }
  return Buffer.from(bytes.buffer, 0, length).toString('latin1')
}

/** Room for one more segment, whatever its numbers are. */
function withRoom(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  if (length + 64 <= bytes.length) return bytes
  const larger = new Uint8Array(bytes.length * 2)
  larger.set(bytes)
  return larger
}
