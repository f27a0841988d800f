/** Types as white space, by our own reader: what Node's stripping makes of a text, in a tenth of its time. */

import { hasOddLines } from './characters.mts'
import { Eraser } from './eraser.mts'
import { compiled, mismatch, undecided } from './stop.mts'
import type { ModuleStatics } from '../../../core/module-statics.mts'
import type { NameNotes } from './name-notes.mts'

/** A text without its types. */
export interface ErasedText {
  readonly code: string
  /** Whether there may be a statement that goes on with the one before, once the types between them are blank. */
  readonly mayContinue: boolean
  /** Whether what is blanked was without fault, by TypeScript's grammar. */
  readonly isCertain: boolean
  /** How many brackets that open were read. */
  readonly brackets: number
  readonly names: NameNotes
  /** What linking takes, of a text with module syntax that stays; `undefined` where another has to say. */
  readonly statics: ModuleStatics | undefined
}

/** That, what has to be compiled, or `undefined` where another has to say. */
export type Erasure = ErasedText | 'compiled' | undefined

/** No white space but spaces and ends of lines, as nearly everywhere. */
const plain = /^[\n -~]*$/
/** What is not blank already. */
const dark = /[^\n\r\t\v\f ]+/g
const notAscii = /[^\0-\x7f]/

/** Text as white space, lines as they are; `undefined` for what Node takes wider spaces for: what has several bytes. */
function white(text: string): string | undefined {
  if (plain.test(text)) {
    let lines = ''
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      lines += `${' '.repeat(end - start)}\n`
      start = end + 1
    }
    return lines + ' '.repeat(text.length - start)
  }
  return notAscii.test(text) ? undefined : text.replace(dark, (run) => ' '.repeat(run.length))
}

/** The ranges to blank in the order of their starts, in which most are. */
function ordered(blanks: readonly number[]): readonly number[] {
  let isOrdered = true
  for (let each = 2; each < blanks.length; each += 2) {
    if (blanks[each]! < blanks[each - 2]!) isOrdered = false
  }
  if (isOrdered) return blanks
  const pairs: [start: number, end: number][] = []
  for (let each = 0; each < blanks.length; each += 2) pairs.push([blanks[each]!, blanks[each + 1]!])
  return pairs.toSorted(([a], [b]) => a - b).flat()
}

function blanked({ source, blanks, placed }: Eraser): string | undefined {
  const ranges = ordered(blanks)
  const marks = placed.size === 0 ? [] : [...placed].sort(([a], [b]) => a - b)
  let mark = 0
  // Joined, and not added up: whoever reads it next need not put it together first.
  const parts: string[] = []
  let copied = 0
  for (let each = 0; each < ranges.length; each += 2) {
    const start = Math.max(ranges[each]!, copied)
    const end = ranges[each + 1]!
    if (end <= copied) continue
    const blank = white(source.slice(start, end))
    if (blank === undefined) return undefined
    parts.push(source.slice(copied, start))
    let at = start
    for (; mark < marks.length && marks[mark]![0] < end; mark++) {
      const [offset, character] = marks[mark]!
      // What is in no range stays as it is.
      if (offset < start) continue
      parts.push(blank.slice(at - start, offset - start), character)
      at = offset + 1
    }
    parts.push(blank.slice(at - start))
    copied = end
  }
  if (copied === 0) return source
  parts.push(source.slice(copied))
  return parts.join('')
}

export function erase(source: string): Erasure {
  // A comment would go on, and a statement.
  if (hasOddLines(source)) return undefined
  const eraser = new Eraser(source)
  try {
    eraser.program()
  } catch (error) {
    if (error === compiled) return 'compiled'
    // Or the stack was too small for how deep it goes.
    if (error === undecided || error === mismatch || error instanceof RangeError) return undefined
    throw error
  }
  const code = blanked(eraser)
  if (code === undefined) return undefined
  const { mayContinue, isCertain, brackets, names, sources, hasDefault } = eraser
  const statics = eraser.isPlain && eraser.isModule ? { imports: sources, hasDefault } : undefined
  return { code, mayContinue, isCertain, brackets, names, statics }
}
