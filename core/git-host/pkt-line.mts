/** The frames of git's protocols: four hexadecimal digits of length, then bytes. gitprotocol-common(5): pkt-line. */

/** Bytes of a frame, the length's four included; inclusive. */
const longestPacket = 65520

/** What a frame of no bytes marks. gitprotocol-v2(5): Packet-Line Framing. */
export type Marker = typeof flush | typeof delimiter | typeof responseEnd
export const flush = 0
export const delimiter = 1
export const responseEnd = 2

/** Frames a line of text. */
export function packLine(text: string): string {
  const length = Buffer.byteLength(text) + 4
  if (length > longestPacket) throw new RangeError(`A pkt-line has ${length} bytes`)
  return length.toString(16).padStart(4, '0') + text
}

/** The value of the four hexadecimal digits at `at`; `NaN` when that is not what is there. */
function lengthAt(body: Buffer, at: number): number {
  let length = 0
  for (let index = at; index < at + 4; index++) {
    const byte = body[index] ?? 0
    const lower = byte | 0x20
    if (byte >= 0x30 && byte <= 0x39) length = length * 16 + byte - 0x30
    else if (lower >= 0x61 && lower <= 0x66) length = length * 16 + lower - 0x57
    else return Number.NaN
  }
  return length
}

/**
 * Reads frames one by one, as text without the line feed at the end.
 * @throws {SyntaxError} when a length is malformed, or its frame is cut off.
 */
export function* readPackets(bytes: Uint8Array): Generator<string | Marker, void> {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  while (at < body.length) {
    const length = lengthAt(body, at)
    if (length === flush || length === delimiter || length === responseEnd) {
      yield length
      at += 4
      continue
    }
    if (!(length >= 4 && length <= longestPacket)) {
      throw new SyntaxError(`at byte ${at} there is no pkt-line`)
    }
    const end = at + length
    if (end > body.length) throw new SyntaxError(`the pkt-line at byte ${at} is cut off`)
    yield body.toString('utf8', at + 4, body[end - 1] === 0x0a && length > 4 ? end - 1 : end)
    at = end
  }
}
