/** Media types and Content-Type fields. */

import * as assert from 'uvu/assert'
import {
  canonicalEssence,
  essenceOf,
  extractMediaType,
  isMediaRange,
  parseMediaType,
  specificity,
} from '../../../core/media-type.mts'
import type { Random } from '../random.mts'

export const name = 'media-type'
export const linear = true

export const seeds = [
  'text/javascript',
  'text/html; charset=utf-8',
  'text/markdown;variant=GFM;charset="utf-8"',
  'application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"',
  'text/html;charset=gbk, text/plain, text/html;charset=utf-8',
  'x/x;x="\\"";x=y, */*, , text/plain ,',
  'application/typescript; goal=module',
  '+json',
  'text/*',
]

export const dictionary = [
  '; charset=',
  '"',
  '\\"',
  ', ',
  'text/',
  '+json',
  '*/*',
  ';;',
  'boundary=',
]

const words = ['text', 'x', 'application', 'javascript', 'json', '*', 'charset', 'q', '', 'a b']

export function generate(random: Random): string {
  let text = ''
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    text += `${random.pick(words)}/${random.pick(words)}`
    for (let each = random.below(3); each > 0; each -= 1) {
      const value = random.pick(words)
      text += `${random.pick([';', '; ', ' ;'])}${random.pick(words)}=${random.chance(2) ? `"${value}"` : value}`
    }
    if (count > 1) text += random.pick([',', ', ', ' ,', '\t,'])
  }
  return text
}

export function run(input: string): void {
  const parsed = parseMediaType(input)
  if (parsed !== undefined) {
    assert.is(
      String(parseMediaType(String(parsed))),
      String(parsed),
      'written and read, it is the same',
    )
    assert.is(parsed.essence, parsed.essence.toLowerCase())
    assert.is(essenceOf(input), parsed.essence)
    assert.is(canonicalEssence(canonicalEssence(parsed.essence)), canonicalEssence(parsed.essence))
    assert.ok(isMediaRange(input))
  }
  const extracted = extractMediaType(input)
  if (extracted !== undefined) {
    assert.is(String(extractMediaType(String(extracted))), String(extracted))
    // Fetch §2.2.2: what is said again says nothing new.
    assert.is(
      String(extractMediaType(`${String(extracted)}, ${String(extracted)}`)),
      String(extracted),
    )
    assert.not(extracted.essence === '*/*')
    assert.is(specificity(extracted.essence, extracted.essence), 4)
    assert.ok(specificity('*/*', extracted.essence) >= 1)
  }
  assert.ok([0, 1, 2, 3, 4].includes(specificity(input, 'text/plain')))
}
