/** Changes texts a little, as somebody would who looks for a parser's weak spots. */

import type { Random } from './random.mts'

/** Characters that parsers of ours look for, and that people forget. */
const odd = [
  ...'\0\t\n\r "\'`\\/?#%&=:;,.@*+-_~|<>()[]{}$!^',
  '\x1b',
  '\x7f',
  '\x85',
  '\xa0',
  '\xff',
  '\u200b',
  '\u202e',
  '\u2028',
  '\ufeff',
  '\ufffd',
  '\ud800',
  '\udc00',
  '😀',
  '..',
  '//',
  '\r\n',
  '%2e%2e',
  '%2f',
  '%00',
  '%',
  '__proto__',
  'constructor',
]

const numbers = ['0', '-1', '1e999', '4294967296', '9007199254740993', '00', '0x7f', 'NaN']

/** Parts of a text by which it can be taken apart: words, numbers, white space, single characters. */
const token = /[A-Za-z_][\w-]*|\d+|\s+|[^]/g

export interface Material {
  readonly seeds: readonly string[]
  readonly dictionary: readonly string[]
  /** Whether characters are bytes: none above U+00FF. */
  readonly bytes: boolean
  readonly longest: number
}

type Change = (text: string, random: Random, material: Material) => string

function spliced(text: string, start: number, end: number, put: string): string {
  return text.slice(0, start) + put + text.slice(end)
}

function tokensOf(text: string): string[] {
  return text.slice(0, 4096).match(token) ?? []
}

const changes: readonly Change[] = [
  // Puts a character in.
  (text, random) => {
    const at = random.below(text.length + 1)
    return spliced(text, at, at, random.pick(odd))
  },
  // Puts another in its place.
  (text, random) => {
    const at = random.below(text.length)
    return spliced(text, at, at + 1, random.chance(2) ? random.pick(odd) : any(random))
  },
  // Flips a bit.
  (text, random) => {
    const at = random.below(text.length)
    const code = text.charCodeAt(at) ^ (1 << random.below(random.chance(4) ? 16 : 8))
    return spliced(text, at, at + 1, Number.isNaN(code) ? '' : String.fromCharCode(code))
  },
  // Takes a part out.
  (text, random) => {
    const at = random.below(text.length)
    return spliced(text, at, at + 1 + random.small(text.length - at), '')
  },
  // Repeats a part.
  (text, random) => {
    const at = random.below(text.length)
    const part = text.slice(at, at + 1 + random.small(64))
    const times = 1 + random.small(random.chance(20) ? 400 : 8)
    return spliced(text, at, at, part.repeat(times))
  },
  // Cuts it off.
  (text, random) => text.slice(0, random.below(text.length + 1)),
  // Puts in what its grammar has.
  (text, random, { dictionary }) => {
    if (dictionary.length === 0) return text
    const at = random.below(text.length + 1)
    const end = random.chance(2) ? at : at + random.small(8)
    return spliced(text, at, end, random.pick(dictionary))
  },
  // Puts a part of another seed in.
  (text, random, { seeds }) => {
    const other = random.pick(seeds)
    const from = random.below(other.length)
    const part = other.slice(from, from + 1 + random.below(other.length - from))
    const at = random.below(text.length + 1)
    return spliced(text, at, random.chance(2) ? at : text.length, part)
  },
  // Swaps two tokens.
  (text, random) => {
    const tokens = tokensOf(text)
    const first = random.below(tokens.length)
    const second = random.below(tokens.length)
    const kept = tokens[first] ?? ''
    tokens[first] = tokens[second] ?? ''
    tokens[second] = kept
    return tokens.join('')
  },
  // Takes a token out, or doubles it.
  (text, random) => {
    const tokens = tokensOf(text)
    const at = random.below(tokens.length)
    if (random.chance(2)) tokens.splice(at, 1)
    else tokens.splice(at, 0, tokens[at] ?? '')
    return tokens.join('')
  },
  // Puts another number in the place of one.
  (text, random) => {
    const found = [...text.slice(0, 4096).matchAll(/\d+/g)]
    const one = random.pick(found)
    if (one === undefined) return text
    return spliced(text, one.index, one.index + one[0].length, random.pick(numbers))
  },
  // Changes the case of a part.
  (text, random) => {
    const at = random.below(text.length)
    const end = at + 1 + random.small(16)
    const part = text.slice(at, end)
    const lower = part.toLowerCase()
    return spliced(text, at, end, part === lower ? part.toUpperCase() : lower)
  },
  // Encodes a character.
  (text, random) => {
    const at = random.below(text.length)
    const code = text.charCodeAt(at)
    if (Number.isNaN(code)) return text
    const hex = code.toString(16).padStart(2, '0')
    const forms = [`%${hex.slice(-2)}`, `\\u${hex.padStart(4, '0')}`, `&#x${hex};`, `\\x${hex}`]
    return spliced(text, at, at + 1, random.pick(forms))
  },
]

function any(random: Random): string {
  return String.fromCharCode(random.chance(8) ? random.below(0x10000) : random.below(0x100))
}

/** A text of a few changes, made of a seed or of nothing. */
export function mutate(random: Random, material: Material, from?: string): string {
  let text = from ?? (random.chance(50) ? '' : random.pick(material.seeds))
  for (let count = 1 + random.small(16); count > 0; count -= 1) {
    text = random.pick(changes)(text, random, material)
    if (text.length > material.longest) {
      const start = random.below(text.length - material.longest)
      text = text.slice(start, start + material.longest)
    }
  }
  return material.bytes
    ? text.replace(/[^\0-\xff]/g, (c) => String.fromCharCode(c.charCodeAt(0) & 255))
    : text
}
