/**
 * A checksum of bytes: it finds out what a disk, a half-written file or a hasty edit did, and nobody who means harm. Node's own
 * (`node:crypto`, `node:zlib`) take 5 and 2 ms to load, more than a whole start may cost.
 */

/** 64 bits as two 32-bit numbers. */
export type Checksum = readonly [number, number]

/**
 * Computes the checksum of `bytes`, in the order of this machine. Each step is a bijection of what came before and of what is added, so that
 * no change within one word goes unseen. MurmurHash3's mixing, by A. Appleby (public domain), of two lanes.
 */
export function checksumOf(bytes: Uint8Array): Checksum {
  const { buffer, byteOffset, length } = bytes
  const count = length >> 2
  const words =
    byteOffset % 4 === 0
      ? new Int32Array(buffer, byteOffset, count)
      : // A Buffer's own `slice` is no copy.
        new Int32Array(Uint8Array.prototype.slice.call(bytes, 0, count * 4).buffer)
  let a = length | 0
  let b = ~length
  for (let index = 0; index < count; index += 1) {
    const word = words[index]!
    a = Math.imul(a ^ word, 0xcc9e2d51)
    a = (a << 15) | (a >>> 17)
    b = Math.imul(b ^ word, 0x1b873593)
    b = (b << 13) | (b >>> 19)
  }
  for (let at = count * 4; at < length; at += 1) {
    a = Math.imul(a ^ bytes[at]!, 0x85ebca6b)
    a ^= a >>> 13
    b = Math.imul(b ^ bytes[at]!, 0xc2b2ae35)
    b ^= b >>> 16
  }
  a ^= b >>> 16
  b ^= a >>> 13
  return [a >>> 0, b >>> 0]
}

export function isSameChecksum(a: Checksum, b: Checksum): boolean {
  return a[0] === b[0] && a[1] === b[1]
}

/** A checksum of text, as 16 hexadecimal digits. */
export function nameOf(text: string): string {
  return checksumOf(Buffer.from(text))
    .map((lane) => lane.toString(16).padStart(8, '0'))
    .join('')
}
