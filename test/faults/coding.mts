/** Content codings, as servers make them. */

import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'

export const codings = {
  identity: (body: Uint8Array): Uint8Array => body,
  gzip: (body: Uint8Array): Uint8Array => gzipSync(body),
  deflate: (body: Uint8Array): Uint8Array => deflateSync(body),
  br: (body: Uint8Array): Uint8Array => brotliCompressSync(body),
  zstd: (body: Uint8Array): Uint8Array => zstdCompressSync(body),
}

export type CodingName = keyof typeof codings
export const codingNames = Object.keys(codings) as CodingName[]
