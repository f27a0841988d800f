/** Types as white space, by our own reader: what Node's stripping makes of a text, in a tenth of its time. */

import { Eraser } from './eraser.mts'
import { compiled, mismatch, undecided } from './stop.mts'

/** A text without its types, what has to be compiled, or `undefined` where another has to say. */
export type Erasure =
  | {
      readonly code: string
      /** Whether there may be a statement that goes on with the one before, once the types between them are blank. */
      readonly mayContinue: boolean
    }
  | 'compiled'
  | undefined

/** White space that stays as it is. */
const otherBlank = /[\n\r\t\v\f]/
const notAscii = /[^\0-\x7f]/

function blanked({ source, blanks, placed }: Eraser): string | undefined {
  const pairs: [start: number, end: number][] = []
  for (let each = 0; each < blanks.length; each += 2) pairs.push([blanks[each]!, blanks[each + 1]!])
  pairs.sort(([a], [b]) => a - b)
  let code = ''
  let copied = 0
  for (const [start, end] of pairs) {
    if (end <= copied) continue
    const text = source.slice(Math.max(start, copied), end)
    // Node takes wider spaces for what has several bytes.
    if (notAscii.test(text)) return undefined
    let white = otherBlank.test(text)
      ? text.replace(/\S+/g, (run) => ' '.repeat(run.length))
      : ' '.repeat(text.length)
    for (const [offset, character] of placed) {
      const at = offset - (end - text.length)
      if (at >= 0 && at < text.length) white = white.slice(0, at) + character + white.slice(at + 1)
    }
    code += source.slice(copied, end - text.length) + white
    copied = end
  }
  return code + source.slice(copied)
}

export function erase(source: string): Erasure {
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
  return code === undefined ? undefined : { code, mayContinue: eraser.mayContinue }
}
