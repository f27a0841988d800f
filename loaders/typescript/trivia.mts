/** White space and comments. */

/** White space, as it is written and as Node blanks what takes several bytes: with wider spaces. */
export function isBlank(code: number): boolean {
  return (
    code === 0x20 ||
    code === 0x0a ||
    code === 0x0d ||
    code === 0x09 ||
    code === 0xa0 ||
    code === 0xfeff ||
    code === 0x2028 ||
    code === 0x2029
  )
}

/** Whether this ends a line. */
export function endsLine(code: number): boolean {
  return code === 0x0a || code === 0x0d || code === 0x2028 || code === 0x2029
}

/** Where the line of `at` ends; -1 for the last. */
function lineEnd(source: string, at: number): number {
  const end = source.indexOf('\n', at)
  const line = end < 0 ? source.slice(at) : source.slice(at, end)
  const odd = line.search(/[\r\u2028\u2029]/)
  return odd < 0 ? end : at + odd
}

/** Where a comment ends, its line's end left out; `undefined` when none begins at `at`. A string may look like one. */
export function commentEnd(source: string, at: number): number | undefined {
  if (source[at] !== '/') return undefined
  const second = source[at + 1]
  if (second !== '/' && second !== '*') return undefined
  const end = second === '/' ? lineEnd(source, at) : source.indexOf('*/', at + 2) + 2
  return end < at + 2 ? source.length : end
}

/** The first offset from `at` that is in neither. */
export function skipTrivia(source: string, at: number): number {
  let next = at
  while (next < source.length) {
    const end = commentEnd(source, next)
    if (end !== undefined) next = end
    else if (isBlank(source.charCodeAt(next))) next++
    else break
  }
  return next
}
