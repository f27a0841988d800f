/** What tokens are made of. */

/** By first character, the longest first. `>` stays alone: `A<B<C>>` has two. */
const longMarks: Readonly<Record<string, readonly string[]>> = {
  '=': ['===', '=>', '=='],
  '!': ['!==', '!='],
  '<': ['<<=', '<<', '<='],
  '?': ['??=', '??', '?.'],
  '&': ['&&=', '&&', '&='],
  '|': ['||=', '||', '|='],
  '+': ['++', '+='],
  '-': ['--', '-='],
  '*': ['**=', '**', '*='],
  '/': ['/='],
  '%': ['%='],
  '^': ['^='],
  '.': ['...'],
}

/** By code: the marks that begin with a character, the longest first, itself the last. */
const marks: (readonly string[] | undefined)[] = []
/** Codes that a longer mark goes on with. */
const isSecond = new Uint8Array(128)
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code)
  const longer = longMarks[character] ?? []
  marks.push([...longer, character])
  for (const each of longer) isSecond[each.charCodeAt(1)] = 1
}

/** The mark that begins at `at`, the same string each time: to compare it is quicker than a part of the text. */
export function markAt(source: string, at: number): string {
  const found = marks[source.charCodeAt(at)]
  if (found === undefined) return source.slice(at, at + 1)
  const last = found.length - 1
  if (last > 0 && isSecond[source.charCodeAt(at + 1)] === 1) {
    for (let each = 0; each < last; each++) {
      if (source.startsWith(found[each]!, at)) return found[each]!
    }
  }
  return found[last]!
}

export const isDigit = (code: number) => code >= 0x30 && code <= 0x39

/** Letters, digits, `$`, `_`. */
const nameParts = new Uint8Array(128)
for (const character of '$_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ') {
  nameParts[character.charCodeAt(0)] = 1
}

/** A character of a name: letters, digits, `$`, `_`, and all that is not ASCII but white space. */
export function isNamePart(code: number): boolean {
  return code >= 0x80 || nameParts[code] === 1
}
