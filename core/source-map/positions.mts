/** Whether a transform left things where they were: then positions need no source map. */

const LF = 0x0a
const CR = 0x0d

function isLineEnd(code: number): boolean {
  return code === LF || code === CR
}

/** White space, and the `;` that stands for an import or a type that went. */
function isBlank(code: number): boolean {
  if (code === 0x20 || code === 0x09 || code === 0x3b) return true
  return code > 0x7f && /\s/.test(String.fromCharCode(code))
}

/** Where the line that goes on at `at` ends. */
function endOfLine(text: string, at: number): number {
  let end = at
  while (end < text.length && !isLineEnd(text.charCodeAt(end))) end++
  return end
}

/** Behind the line break at `at`. */
function nextLine(text: string, at: number): number {
  const isPair = text.charCodeAt(at) === CR && text.charCodeAt(at + 1) === LF
  return at + (isPair ? 2 : 1)
}

/** Whether there is nothing to see between two places. */
function isEmpty(text: string, from: number, end: number): boolean {
  for (let at = from; at < end; at++) {
    const code = text.charCodeAt(at)
    if (!isLineEnd(code) && !isBlank(code)) return false
  }
  return true
}

/**
 * Whether what is left of `before` in `after` is at its line and column: what went is white space, and what is new stands
 * over white space, at the end of a line, or behind the last line.
 */
export function keepsPositions(before: string | Uint8Array, after: string | Uint8Array): boolean {
  if (typeof before !== 'string' || typeof after !== 'string') return false
  if (before === after) return true
  let at = 0
  let now = 0
  while (at < before.length && now < after.length) {
    const old = before.charCodeAt(at)
    const code = after.charCodeAt(now)
    if (isLineEnd(old) || isLineEnd(code)) {
      const end = endOfLine(before, at)
      if (!isEmpty(before, at, end)) return false
      at = nextLine(before, end)
      now = nextLine(after, endOfLine(after, now))
    } else {
      if (old !== code && !isBlank(code) && !isBlank(old)) return false
      at++
      now++
    }
  }
  return isEmpty(before, at, before.length)
}
