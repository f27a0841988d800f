/** White space and comments. */

/** White space, as it is written and as Node blanks what takes several bytes: with wider spaces. */
export function isBlank(code: number): boolean {
  return (
    code === 0x20 ||
    code === 0x0a ||
    code === 0x0d ||
    code === 0x09 ||
    code === 0xa0 ||
    code === 0xfeff
  )
}

/** Where a comment ends, its line's end left out; `undefined` when none begins at `at`. A string may look like one. */
export function commentEnd(source: string, at: number): number | undefined {
  if (source[at] !== '/') return undefined
  const second = source[at + 1]
  if (second !== '/' && second !== '*') return undefined
  const end = second === '/' ? source.indexOf('\n', at) : source.indexOf('*/', at + 2) + 2
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
