/** Escapes in string literals of JavaScript. ECMA-262 §12.9.4. */

const escapes: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** What a string literal's text stands for. ECMA-262 §12.9.4. */
export function unescaped(written: string): string {
  return written.replace(
    /\\(?:x([\da-f]{2})|u([\da-f]{4})|u\{([\da-f]{1,6})\}|(\r\n|[^]))/gi,
    (_, two?: string, four?: string, more?: string, other = '') => {
      const code = Number.parseInt(two ?? four ?? more ?? '', 16)
      if (!Number.isNaN(code)) return code > 0x10ffff ? '' : String.fromCodePoint(code)
      return /[\r\n]/.test(other) ? '' : (escapes[other] ?? other)
    },
  )
}
