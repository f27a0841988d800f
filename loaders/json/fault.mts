/** Where a text stops being JSON. V8 says so only for some faults. RFC 8259; one pass, no recursion. */

const space = /[ \t\r\n]*/y
const literal = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const escape = /\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/y

/** Where `pattern` ends at `at`; `undefined` when it does not match there. */
function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : undefined
}

type Scan = { readonly end: number } | { readonly fault: number }

/** Scans a string whose quotation mark is at `start`. */
function scanString(text: string, start: number): Scan {
  if (text[start] !== '"') return { fault: start }
  let at = start + 1
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === 0x22) return { end: at + 1 }
    if (code < 0x20) return { fault: at }
    const next = code === 0x5c ? endOf(escape, text, at) : at + 1
    if (next === undefined) return { fault: at }
    at = next
  }
  return { fault: at }
}

/** The offset of the first character that JSON does not allow, in UTF-16 code units: `text.length` when it is cut short. */
export function faultOffset(text: string): number {
  const open: string[] = []
  let expected: 'value' | 'value or close' | 'key' | 'key or close' | 'next' = 'value'
  let at = 0
  for (;;) {
    at = endOf(space, text, at) ?? at
    const character = text[at]
    if (character === undefined) return at
    if (expected === 'next') {
      const container = open.at(-1)
      if (container !== undefined && character === ',') {
        expected = container === '}' ? 'key' : 'value'
      } else if (container === character) {
        open.pop()
      } else {
        return at
      }
      at++
    } else if (expected.endsWith('close') && character === open.at(-1)) {
      open.pop()
      expected = 'next'
      at++
    } else if (expected.startsWith('key')) {
      const key = scanString(text, at)
      if ('fault' in key) return key.fault
      at = endOf(space, text, key.end) ?? key.end
      if (text[at] !== ':') return at
      expected = 'value'
      at++
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? '}' : ']')
      expected = character === '{' ? 'key or close' : 'value or close'
      at++
    } else {
      const value: Scan =
        character === '"' ? scanString(text, at) : { end: endOf(literal, text, at) ?? at }
      if ('fault' in value) return value.fault
      if (value.end === at) return at
      at = value.end
      expected = 'next'
    }
  }
}
