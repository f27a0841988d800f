/** The lock's file, and the digests of the import map. */

import * as assert from 'uvu/assert'
import {
  isKey,
  isLockedRedirect,
  isMeant,
  lockedSpecifier,
  splitKey,
} from '../../../core/lock/entry.mts'
import { isDigest, readMetadata, satisfies } from '../../../core/lock/integrity.mts'
import { parseLock, printLock } from '../../../core/lock/lock-file.mts'
import { orError, orFailure } from '../invariant.mts'
import type { LockEntries } from '../../../core/lock/entry.mts'

export const name = 'lock'
export const longest = 4096
export const linear = true

const digest = `sha256-${'A'.repeat(42)}E=`
const commit = '0123456789abcdef0123456789abcdef01234567'

/** What is locked, which no edit may change without a word. */
const locked: LockEntries = new Map([
  [
    'github:o/r/x.md',
    { status: 307, location: `github:o/r@${commit}/x.md`, commit, ref: 'refs/heads/main' },
  ],
  [
    `github:o/r@${commit}/x.md`,
    {
      integrity: digest,
      type: 'text/markdown',
      format: 'module',
      imports: ['https://a.example/y.mjs'],
    },
  ],
  [
    'https://a.example/y.mjs',
    { integrity: digest, type: 'text/javascript', format: 'module', imports: [] },
  ],
  [
    'json https://a.example/z',
    { integrity: digest, type: 'application/json', format: 'json', imports: [] },
  ],
  ['bytes https://a.example/w?x=1', { integrity: digest, format: 'module', imports: [] }],
])

const whole = printLock(locked)

export const seeds = [
  whole,
  whole.replaceAll('\n', '\r\n'),
  printLock(new Map()),
  whole.replace('  "https', '<<<<<<< HEAD\n  "https'),
  whole.replace('"integrity"', '"__proto__"'),
  whole.replace('sha256', 'md5'),
  whole.replace('"version": 1', '"version": 2'),
  `${whole.slice(0, 200)}\n}\n`,
  `${digest} sha512-${'A'.repeat(85)}A==`,
  'sha256-x sha999-y',
]

export const dictionary = [
  '"integrity":',
  '"type":',
  '"format":',
  '"imports":[',
  '"status":307',
  '"location":',
  '"__proto__":',
  '"version": 1',
  '<<<<<<< a\n',
  '=======\n',
  'sha256-',
  digest,
  'https://a.example/',
  'github:o/r',
  ',\n',
  '{}',
]

/** The lines of a lock, sorted, without what is around them: line ends, and blanks beside the version's colon. */
function linesOf(text: string): string[] {
  const lines = text.replace(/^\ufeff/, '').split('\n')
  return lines
    .map((line) => line.trim().replace(/^"version"\s*:\s*/, '"version": '))
    .filter((line) => line !== '')
    .sort()
}

export function run(input: string): void {
  const entries = orFailure(['ERR_MIMEPORT_LOCK'], () => parseLock(input, '/project/mimeport.lock'))
  if (entries !== undefined) {
    const printed = printLock(entries)
    assert.equal(
      [...parseLock(printed, '/x')].sort(),
      [...entries].sort(),
      'printed and read, it is the same',
    )
    assert.is(printLock(parseLock(printed, '/x')), printed, 'there is one text of it')
    // One layout: nothing is in a lock that can be read but what would be printed, in whatever order.
    assert.equal(linesOf(input), linesOf(printed))
    for (const [key, entry] of entries) {
      assert.ok(isKey(key) && isMeant(key, [key]))
      const { specifier } = splitKey(key)
      assert.is(lockedSpecifier(specifier), specifier, 'in its one spelling')
      assert.not.match(specifier, /^(?:file|data|blob|node):/)
      if (isLockedRedirect(entry)) assert.not.match(entry.location, /^(?:file|data|blob|node):/)
      else assert.ok(isDigest(entry.integrity), 'no module without a whole digest')
    }
  }
  const metadata = orError(TypeError, () => readMetadata(input))
  if (metadata !== undefined) {
    assert.ok(metadata.digests.length > 0)
    assert.not(
      satisfies(input, new TextEncoder().encode(input)),
      'no text has its own digest in it',
    )
    assert.equal(
      readMetadata(metadata.digests.map((each) => `${metadata.algorithm}-${each}`).join(' ')),
      metadata,
    )
  }
}
