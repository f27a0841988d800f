/** The process of `bomb.mts`: bodies of ten gigabytes of zeros, under each coding, and without one. */

import { createServer } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { constants, createBrotliCompress, createDeflateRaw, gzipSync } from 'node:zlib'
import type { AddressInfo } from 'node:net'

const size = 10 * 2 ** 30
/** What is coded at a time. */
const block = 2 ** 24

/**
 * Codes blocks of zeros, one after another. After the first they are all the same bytes, since each is flushed, and what a
 * coder knows of the last is that it was zeros: so ten gigabytes need not be coded.
 */
async function repeat(
  coder: ReturnType<typeof createBrotliCompress> | ReturnType<typeof createDeflateRaw>,
  flush: number,
): Promise<Buffer> {
  let coded: Buffer[] = []
  coder.on('data', (piece: Buffer) => coded.push(piece))
  const pieces: Buffer[] = []
  const take = () => {
    pieces.push(Buffer.concat(coded))
    coded = []
  }
  for (let number = 0; number < 2; number++) {
    await new Promise((resolve) => coder.write(Buffer.alloc(block), resolve))
    await new Promise<void>((resolve) => coder.flush(flush, resolve))
    await nextTurn()
    take()
  }
  await new Promise((resolve) => coder.once('end', resolve).end())
  take()
  const [first, next, end] = pieces as [Buffer, Buffer, Buffer]
  return Buffer.concat([first, ...Array<Buffer>(size / block - 1).fill(next), end])
}

/** RFC 8878 §3.1.1: a frame of RLE blocks, four bytes for each 128 KiB. */
function zstd(): Buffer {
  const blocks = size / 2 ** 17
  const frame = Buffer.alloc(6 + blocks * 4)
  frame.writeUInt32LE(0xfd2fb528, 0)
  // A window of 8 MiB.
  frame[5] = 0x68
  for (let number = 0; number < blocks; number++) {
    const isLast = number === blocks - 1 ? 1 : 0
    frame.writeUIntLE(((2 ** 17) << 3) | (1 << 1) | isLast, 6 + number * 4, 3)
  }
  return frame
}

const deflated = await repeat(createDeflateRaw({ level: 9 }), constants.Z_FULL_FLUSH)
const brotli = await repeat(
  createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  constants.BROTLI_OPERATION_FLUSH,
)
// Their checksums are wrong: nobody should come as far.
const zlib = Buffer.concat([Buffer.from('78da', 'hex'), deflated, Buffer.alloc(4)])
const gzip = Buffer.concat([Buffer.from('1f8b0800000000000203', 'hex'), deflated, Buffer.alloc(8)])
const bodies: Readonly<Record<string, Uint8Array>> = {
  gzip,
  deflate: zlib,
  br: brotli,
  zstd: zstd(),
  'gzip, gzip': gzipSync(gzip),
  'br, gzip': gzipSync(brotli),
}

function* zeros(): Generator<Buffer> {
  const piece = Buffer.alloc(2 ** 16)
  for (let sent = 0; sent < size; sent += piece.length) yield piece
}

const server = createServer(async (request, response) => {
  const name = decodeURIComponent(request.url?.slice(1) ?? '')
  const headers = { 'content-type': 'text/javascript' }
  response.on('error', () => {})
  if (name === 'small') return response.writeHead(200, headers).end('export default 1\n')
  const body = bodies[name]
  if (body !== undefined) {
    return response.writeHead(200, { ...headers, 'content-encoding': name }).end(body)
  }
  response.writeHead(200, name === 'long' ? { ...headers, 'content-length': size } : headers)
  // Who has had enough hangs up: the pipeline fails, and that is all.
  return pipeline(zeros, response).catch(() => {})
})
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
// ! Ends with the process that started it, however that one ended.
process.on('disconnect', () => process.exit())
