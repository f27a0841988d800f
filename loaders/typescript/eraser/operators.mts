/** Marks and words of expressions. */

export const prefixes = new Set([
  '+',
  '-',
  '!',
  '~',
  '++',
  '--',
  'typeof',
  'void',
  'delete',
  'new',
  'await',
])

export const binary = new Set(
  '= == === != !== < <= << <<= > && &&= & &= || ||= | |= + += - -= * *= ** **= / /= % %= ^ ^= ?? ??= in instanceof'.split(
    ' ',
  ),
)

/** Operators that an arrow function may follow, without brackets. */
export const assignments = new Set('= <<= &&= &= ||= |= += -= *= **= /= %= ^= ??='.split(' '))

/** What no expression begins with, after type arguments: `f<A>)`. */
export const ends = new Set([
  ')',
  ']',
  ':',
  ';',
  ',',
  '}',
  '.',
  '?.',
  '=',
  '==',
  '===',
  '!=',
  '!==',
  '&&',
  '||',
  '??',
  '?',
])

/** Reserved words that are operands, as they stand. */
export const operands = new Set(['this', 'null', 'true', 'false'])
