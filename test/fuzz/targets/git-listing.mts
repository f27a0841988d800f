/** What git servers answer: pkt-lines, advertisements, lists of refs. */

import * as assert from 'uvu/assert'
import { ServerRefusal, readAdvertisement, readLsRefs } from '../../../core/git-host/listing.mts'
import { packLine, readPackets } from '../../../core/git-host/pkt-line.mts'
import { findRef, longestRefName } from '../../../core/git-host/ref-name.mts'
import { bytesOf } from '../target.mts'
import type { RefListing } from '../../../core/git-host/listing.mts'

export const name = 'git-listing'
export const bytes = true
export const longest = 4096
export const linear = true

const id = '0123456789abcdef0123456789abcdef01234567'

export const seeds = [
  `${packLine('# service=git-upload-pack\n')}0000${packLine('version 2\n')}${packLine('ls-refs=unborn\n')}${packLine('object-format=sha1\n')}0000`,
  `${packLine(`${id} HEAD\0symref=HEAD:refs/heads/main agent=x\n`)}${packLine(`${id} refs/heads/main\n`)}0000`,
  `${packLine(`${id} HEAD symref-target:refs/heads/main\n`)}${packLine(`${id} refs/tags/v1 peeled:${id}\n`)}0000`,
  `${packLine('ERR access denied')}0000`,
  `${packLine('version 1\n')}${packLine(`${id} refs/heads/x\0\n`)}${packLine(`shallow ${id}\n`)}0000`,
  '0001000200030004',
]

export const dictionary = [
  id,
  '0000',
  '0001',
  '0004',
  'fff0',
  'ffff',
  'refs/heads/',
  ' peeled:',
  '\0',
  'ERR ',
  '^{}',
]

function checkListing({ commits, head }: RefListing): void {
  for (const [ref, commit] of commits) {
    assert.match(commit, /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
    assert.match(ref, /^(?:HEAD$|refs\/(?:heads|tags)\/)/)
    assert.ok(ref.length <= longestRefName)
    assert.ok(findRef({ commits, head }, ref) !== undefined)
  }
  assert.match(head ?? 'refs/heads/x', /^refs\/heads\//)
}

function read<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch (error) {
    assert.ok(error instanceof SyntaxError || error instanceof ServerRefusal, String(error))
    return undefined
  }
}

export function run(input: string): void {
  const body = bytesOf(input)
  const advertisement = read(() => readAdvertisement(body))
  if (advertisement !== undefined && advertisement.version !== 2)
    checkListing(advertisement.listing)
  const listing = read(() => readLsRefs(body))
  if (listing !== undefined) checkListing(listing)

  const packets = read(() => [...readPackets(body)])
  if (packets !== undefined) {
    const size = packets.length * 4
    assert.ok(size <= body.length, 'a packet is four bytes at least')
  }
  const line = Buffer.from(body).toString('utf8').slice(0, 1000)
  const framed = new TextEncoder().encode(packLine(line))
  assert.equal([...readPackets(framed)], [line.endsWith('\n') ? line.slice(0, -1) : line])
}
