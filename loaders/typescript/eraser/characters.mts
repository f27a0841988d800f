/** What tokens are made of. */

/** By first character, the longest first. `>` stays alone: `A<B<C>>` has two. */
export const marks: Readonly<Record<string, readonly string[]>> = {
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

export const isDigit = (code: number) => code >= 0x30 && code <= 0x39

/** A character of a name: letters, digits, `$`, `_`, and all that is not ASCII but white space. */
export function isNamePart(code: number): boolean {
  if (code < 0x80) {
    return (
      (code >= 0x61 && code <= 0x7a) ||
      (code >= 0x41 && code <= 0x5a) ||
      isDigit(code) ||
      code === 0x24 ||
      code === 0x5f
    )
  }
  return true
}
