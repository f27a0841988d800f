/** WebAssembly by its first bytes, where neither a Content-Type nor an extension says. */

export const name = 'wasm'

/** WebAssembly Core §5.5.16: the magic number and version 1 of a binary module. */
const preamble = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]

/** Names the media type of a binary WebAssembly module; `false` for anything else. */
export async function identify(_url: string, body: string | Uint8Array): Promise<false | string> {
  if (typeof body === 'string') return false
  return preamble.every((byte, index) => body[index] === byte) && 'application/wasm'
}
