/** The frames of git's protocols: four hexadecimal digits of length, then bytes. gitprotocol-common(5): pkt-line. */

/** Bytes of a frame, the length's four included; inclusive. */
const longestPacket = 65520

/** A frame's bytes, or one of the frames that only mark. gitprotocol-v2(5): Packet-Line Framing. */
export type Packet = Uint8Array | 'flush' | 'delimiter' | 'end'

const markers: Readonly<Record<string, Packet>> = {
  '0000': 'flush',
  '0001': 'delimiter',
  '0002': 'end',
}

/** Frames a line of text. */
export function packLine(text: string): string {
  const length = Buffer.byteLength(text) + 4
  if (length > longestPacket) throw new RangeError(`A pkt-line has ${length} bytes`)
  return length.toString(16).padStart(4, '0') + text
}

/**
 * Reads frames one by one.
 * @throws {SyntaxError} when a length is malformed, or its frame is cut off.
 */
export function* readPackets(bytes: Uint8Array): Generator<Packet> {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  while (at < body.length) {
    const digits = body.toString('latin1', at, at + 4)
    const marker = markers[digits]
    if (marker !== undefined) {
      yield marker
      at += 4
      continue
    }
    const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : 0
    if (length < 4 || length > longestPacket) {
      throw new SyntaxError(`at byte ${at} there is no pkt-line`)
    }
    if (at + length > body.length) throw new SyntaxError(`the pkt-line at byte ${at} is cut off`)
    yield body.subarray(at + 4, at + length)
    at += length
  }
}

/** A frame as text, without the line feed at its end. */
export function textOf(packet: Uint8Array): string {
  const end = packet.at(-1) === 0x0a ? packet.length - 1 : packet.length
  return Buffer.from(packet.buffer, packet.byteOffset, end).toString()
}
