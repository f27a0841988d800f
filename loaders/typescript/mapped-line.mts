/** One line of a source map's mappings, in a text that is given something. ECMA-426 §mappings: base 64 VLQ. */

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Text that is put before what stands at a column, counted from 0, as the line was. */
export interface Insertion {
  readonly column: number
  readonly text: string
}

/** The first number of a segment, and how many digits it has. */
function decode(segment: string): [value: number, length: number] {
  let [value, shift, length] = [0, 0, 0]
  for (;;) {
    const digit = digits.indexOf(segment[length++] ?? 'A')
    value += (digit & 31) * 2 ** shift
    if (digit < 32) break
    shift += 5
  }
  return [value % 2 === 1 ? -(value - 1) / 2 : value / 2, length]
}

function encode(number: number): string {
  let rest = number < 0 ? -number * 2 + 1 : number * 2
  let text = ''
  do {
    const digit = rest % 32
    rest = (rest - digit) / 32
    text += digits[rest > 0 ? digit + 32 : digit]
  } while (rest > 0)
  return text
}

/** Moves what is behind insertions, which are given in their order. What stands at one is what the insertion belongs to. */
export function insertColumns(line: string, insertions: readonly Insertion[]): string {
  let column = 0
  let next = 0
  return line
    .split(',')
    .map((segment) => {
      if (segment === '') return segment
      const [delta, length] = decode(segment)
      column += delta
      let moved = 0
      for (; next < insertions.length && insertions[next]!.column < column; next++) {
        moved += insertions[next]!.text.length
      }
      return moved === 0 ? segment : encode(delta + moved) + segment.slice(length)
    })
    .join(',')
}
