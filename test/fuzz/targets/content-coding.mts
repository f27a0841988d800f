/** Content codings: what servers compress. */

import { deflateRawSync, gzipSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import { decodeContent } from '../../../core/body/content-coding.mts'
import { bytesOf } from '../target.mts'
import { orRejection } from '../invariant.mts'

export const name = 'content-coding'
export const bytes = true
export const longest = 512

const text = 'export default 1; export default 1; export const x = "x"\n'
const codings = ['gzip', 'deflate', 'br', 'zstd', 'gzip, br', 'identity', 'x-gzip', ' , GZIP ,']

export const seeds = [
  gzipSync(text).toString('latin1'),
  deflateRawSync(text).toString('latin1'),
  Buffer.concat([gzipSync('a'), gzipSync('b')]).toString('latin1'),
  '\x28\xb5\x2f\xfd\x04\x00\x09\x00\x00a\x00\x00\x00',
  text,
]

export async function run(input: string): Promise<void> {
  const { gzip, deflate, brotliCompress, zstdCompress } = await import('node:zlib')
  const body = bytesOf(input)
  const codes = ['ERR_MIMEPORT_CONTENT_CODING', 'ERR_MIMEPORT_BODY_TOO_LARGE'] as const
  const coding = codings[input.length % codings.length]!
  const decoded = await orRejection(codes, () => decodeContent(body.slice(), coding))
  if (decoded !== undefined) assert.ok(decoded.length <= 1024 * 1024, 'so small a body stays small')

  // What was coded comes back, and a part of it never does.
  const [compress, name] = (
    [
      [gzip, 'gzip'],
      [deflate, 'deflate'],
      [brotliCompress, 'br'],
      [zstdCompress, 'zstd'],
    ] as const
  )[body.length % 4]!
  const coded = await new Promise<Buffer>((resolve, reject) =>
    compress(body, (error, result) => (error === null ? resolve(result) : reject(error))),
  )
  const back = await decodeContent(new Uint8Array(coded), name)
  assert.ok(Buffer.from(back).equals(body), `${name} is undone`)
  const cut = new Uint8Array(coded.subarray(0, (body[0] ?? 0) % coded.length))
  const part = await orRejection(codes, () => decodeContent(cut, name))
  // zlib without its last bytes may be raw deflate data to whoever does not know better, but not here.
  assert.is(part, undefined, `${name} cut at ${cut.length} of ${coded.length} is an error`)
}

export const dictionary = ['\x1f\x8b\x08', '\x78\x9c', '\x28\xb5\x2f\xfd', '\x00\x00\x00\x00']
