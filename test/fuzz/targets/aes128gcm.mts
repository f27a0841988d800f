/** Encrypted bodies: the content coding aes128gcm. What nobody encrypted is never decrypted. */

import * as assert from 'uvu/assert'
import { decodeAes128gcm } from '../../../loaders/encrypted/aes128gcm.mts'
import { encrypted } from '../../support/signer.mts'
import { bytesOf } from '../target.mts'

export const name = 'aes128gcm'
export const bytes = true
export const longest = 1024

const key = Buffer.alloc(16, 3)
const salt = Buffer.alloc(16, 5)
const texts = ['export default 1', 'a text of three records and some more', '']

export const seeds = texts.flatMap((text) =>
  [{}, { id: 'key-1' }, { size: 30 }, { size: 30, padding: 4 }].map((more) =>
    encrypted(text, { key, salt, ...more }).toString('latin1'),
  ),
)

export const dictionary = [
  salt.toString('latin1'),
  '\0\0\0\x1e',
  '\0\0\x10\0',
  '\x01',
  '\x02',
  '\xff\xff\xff\xff',
]

async function decoded(body: Uint8Array): Promise<string | undefined> {
  try {
    return Buffer.from(await decodeAes128gcm(body, () => key)).toString('latin1')
  } catch (error) {
    const { message } = error as Error
    assert.match(
      message,
      /^(?:it|its|the|something) [^\n]+$/,
      'the reason is the end of a sentence',
    )
    return undefined
  }
}

export async function run(input: string): Promise<void> {
  const found = await decoded(bytesOf(input))
  // The id of the key is under no seal, and nor is the size of a record that is the only one.
  if (found !== undefined) assert.ok(texts.includes(found), 'nobody encrypted another text')
  if (seeds.includes(input)) assert.ok(found !== undefined)
  const size = 18 + (input.length % 200)
  const own = encrypted(Buffer.from(input, 'latin1'), { key, salt, size })
  assert.is(await decoded(new Uint8Array(own)), input, 'what is encrypted comes back')
  // A record less, or a byte less, is noticed.
  const cut = own.subarray(0, own.length - 1 - ((input.charCodeAt(0) || 0) % (own.length - 1)))
  assert.is(
    await decoded(new Uint8Array(cut)),
    undefined,
    `${cut.length} of ${own.length} bytes are no text`,
  )
}
