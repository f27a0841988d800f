/** Cache-Control, read strictly: what is not a directive is none. RFC 9111 §5.2. */

/** Directives by their names in lower case; `undefined` where one has no value. Of one that is repeated, the first. */
export type Directives = ReadonlyMap<string, string | undefined>

const none: Directives = new Map()

const name = /[!#$%&'*+.^_`|~\w-]+/y
const plainValue = /=([!#$%&'*+.^_`|~\w-]+)/y
const quotedValue = /="((?:[^"\\]|\\[^])*)"/y
const end = /[ \t]*(?:,|$)/y
/** To the comma that ends a directive, past those in quotes. */
const rest = /(?:[^,"]|"(?:[^"\\]|\\[^])*"?)*/y

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** A directive's value in a form that no directive can have: it is there, and cannot be understood. */
const malformed = '?'

/** What was parsed last: a server says the same of most of what it has. */
let last: { readonly value: string; readonly directives: Directives } | undefined

/** Parses the field value, several of them joined with commas. */
export function parseDirectives(value: string | undefined): Directives {
  if (value === undefined) return none
  if (last?.value !== value) last = { value, directives: parse(value) }
  return last.directives
}

function parse(value: string): Directives {
  const directives = new Map<string, string | undefined>()
  for (let at = 0; at < value.length;) {
    const found = matchAt(name, value, at)
    if (found === null) {
      // A space, a comma, or what is no directive.
      at += /[\s,]/.test(value[at] ?? '')
        ? 1
        : Math.max(1, matchAt(rest, value, at)?.[0].length ?? 1)
      continue
    }
    const key = found[0].toLowerCase()
    at += found[0].length
    const quoted = matchAt(quotedValue, value, at)
    const given = quoted ?? matchAt(plainValue, value, at)
    at += given?.[0].length ?? 0
    let content = quoted === null ? given?.[1] : quoted[1]?.replace(/\\([^])/g, '$1')
    if (matchAt(end, value, at) === null) {
      at += matchAt(rest, value, at)?.[0].length ?? 0
      content = malformed
    }
    if (!directives.has(key)) directives.set(key, content)
  }
  return directives
}

/** Above any time that matters, and below what arithmetic loses. RFC 9111 §1.2.2. */
const longest = 2 ** 31

/**
 * A directive's seconds; `undefined` when it is absent, `NaN` when its value is none. RFC 9111 §1.2.2: delta-seconds.
 */
export function secondsOf(directives: Directives, directive: string): number | undefined {
  if (!directives.has(directive)) return undefined
  const value = directives.get(directive) ?? ''
  return /^\d+$/.test(value) ? Math.min(Number(value), longest) : NaN
}

/** Names in lower case that a field value lists: Vary, Connection, and `no-cache="…"`. */
export function namesIn(value: string | undefined): string[] {
  const names = (value ?? '').split(',').map((item) => item.trim().toLowerCase())
  return names.filter((item) => item !== '')
}

/** Field names that a directive is about (`no-cache="set-cookie"`); none when it is about the whole response. */
export function fieldsOf(directives: Directives, directive: string): string[] {
  const value = directives.get(directive)
  return value === malformed ? [] : namesIn(value)
}
