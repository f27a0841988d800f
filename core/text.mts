/** Text from outside, made safe to print: what could hide, reorder or command is written out. Both threads import this file. */

const plain = /^[\t\n -~]*$/

/**
 * Writes what could hide, reorder or command otherwise: C0 but tab and line feed, DEL, C1; bidirectional controls,
 * zero-width and other characters that show nothing (variation selectors, tags, fillers); line separators, interlinear
 * annotations, lone surrogates. V8 reads the pattern at the first call: its properties would cost every start 0.7 ms.
 */
function withoutUnsafe(text: string, write: (character: string) => string): string {
  // Most text is plain, and to read this one costs less than to read the other once.
  if (plain.test(text)) return text
  return text.replace(
    // oxlint-disable-next-line no-control-regex -- finding control characters is what it is for
    /[\0-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufff9-\ufffb]|\p{Default_Ignorable_Code_Point}|\p{Bidi_Control}|\p{Surrogate}/gu,
    write,
  )
}

/** Makes text of several lines safe for a terminal: what could hide, reorder or command is written as `\u{…}`. */
export function escapeLines(text: string): string {
  return withoutUnsafe(text, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`)
}

/** Makes text from outside safe for a terminal, in one line: no line that begins in it looks like one of ours. */
export function escapeText(text: string): string {
  return escapeLines(text).replace(/[\t\n]/g, (c) => (c === '\n' ? '\\n' : '\\t'))
}

/** ECMA-48 SGR: colours and the like, which errors have for a terminal that nobody has asked. */
// oxlint-disable-next-line no-control-regex -- as above
const colours = /\x1b\[[\d;:]*m/g

/** Characters of a message or a stack: a specifier may be of any length. */
const LONGEST = 20_000

/** What an error says, as Node may print it: safe for a terminal, without colours, and not of any length. */
export function printable(said: string): string {
  const safe = escapeLines(said.slice(0, LONGEST).replace(colours, ''))
  const rest = said.length - LONGEST
  return rest > 0 ? `${safe}… (${rest} characters more)` : safe
}

/** A URL with its unsafe characters percent-encoded: programs read it, and Node prints it with the error. */
export function plainURL(url: string): string {
  const encode = (c: string) => encodeURIComponent(c.toWellFormed())
  return withoutUnsafe(url, encode).replace(/[\t\n]/g, encode)
}

/** Says what was found instead of what was expected: `a string ('x')`, `undefined`, `an array`. Never throws. */
export function received(value: unknown): string {
  try {
    if (value === null || value === undefined) return String(value)
    if (typeof value === 'string') return `a string ('${escapeText(value.slice(0, 40))}')`
    if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array'
    if (typeof value === 'function') return 'a function'
    if (typeof value === 'object') return 'an object'
    return `a ${typeof value} (${String(value)})`
  } catch {
    return 'a value that cannot be described'
  }
}
