/** Media types: parse, compare, and say which are text. MIME Sniffing §4; RFC 9110 §8.3.1, §12.5.1; RFC 6838 §4.2.8. */

import type { MIMEType } from 'node:util'

// An `import` of it would run every getter of it, and load the threads' module among others.
const { MIMEType: Parsed } = process.getBuiltinModule('node:util')

/** Node's parser takes time quadratic in runs of white space (seen on 24.18 and 26.10): characters, inclusive. */
const LONGEST = 4096

/** Parses a media type; `undefined` when it is malformed, or absurdly long. MIME Sniffing: parse a MIME type. */
export function parseMediaType(value: string): MIMEType | undefined {
  if (value.length > LONGEST) return undefined
  try {
    return new Parsed(value)
  } catch {
    return undefined
  }
}

/** The essence (`type/subtype`, lower case, no parameters); `undefined` when `value` is malformed. */
export function essenceOf(value: string | undefined): string | undefined {
  return value === undefined ? undefined : parseMediaType(value)?.essence
}

/** Takes tabs and spaces off both ends. No regular expression: on spaces in the middle it would be quadratic. */
function trimBlanks(text: string): string {
  const isBlank = (index: number) => text[index] === ' ' || text[index] === '\t'
  let start = 0
  let end = text.length
  while (isBlank(start)) start += 1
  while (end > start && isBlank(end - 1)) end -= 1
  return text.slice(start, end)
}

/** Splits a field value at commas outside quoted strings, in one pass. Fetch §2.2.2: get, decode, and split. */
function splitFieldValue(value: string): string[] {
  const parts: string[] = []
  let start = 0
  let quoted = false
  for (let index = 0; index < value.length; index++) {
    const character = value[index]
    if (character === '"') quoted = !quoted
    else if (character === '\\' && quoted) index += 1
    else if (character === ',' && !quoted) {
      parts.push(value.slice(start, index))
      start = index + 1
    }
  }
  parts.push(value.slice(start))
  return parts.map(trimBlanks).filter((part) => part !== '')
}

/**
 * The media type of a Content-Type field, which may have come several times: the last valid one wins, and keeps the
 * charset of an earlier one of the same essence. `undefined` when none is valid. Fetch §2.2.2: extract a MIME type.
 */
export function extractMediaType(fieldValue: string | undefined): MIMEType | undefined {
  if (fieldValue === undefined) return undefined
  const known = extracted.get(fieldValue)
  if (known !== undefined) return known
  const found = extract(fieldValue)
  if (extracted.size >= EXTRACTED) extracted.clear()
  if (found !== undefined) extracted.set(fieldValue, found)
  return found
}

/** By field value: a server has few, and to read one takes as long as to lex a small module. Nobody changes what is in here. */
const extracted = new Map<string, MIMEType>()
const EXTRACTED = 64

function extract(fieldValue: string): MIMEType | undefined {
  let charset: string | null = null
  let found: MIMEType | undefined
  for (const part of splitFieldValue(fieldValue)) {
    const parsed = parseMediaType(part)
    if (parsed === undefined || parsed.essence === '*/*') continue
    if (parsed.essence !== found?.essence) charset = null
    if (parsed.params.has('charset')) charset = parsed.params.get('charset')
    else if (charset !== null) parsed.params.set('charset', charset)
    found = parsed
  }
  return found
}

/** MIME Sniffing §4.6: JavaScript MIME type. Checked on 2026-11-20. */
const javascript = new Set(
  [
    'application/ecmascript application/javascript application/x-ecmascript application/x-javascript',
    'text/ecmascript text/javascript text/javascript1.0 text/javascript1.1 text/javascript1.2',
    'text/javascript1.3 text/javascript1.4 text/javascript1.5 text/jscript text/livescript',
    'text/x-ecmascript text/x-javascript',
  ].flatMap((line) => line.split(' ')),
)

const typescript = new Set(['text/typescript', 'application/x-typescript'])

/** Folds the names that one media type has into one: what `accepts` and the table of formats compare. */
export function canonicalEssence(essence: string): string {
  if (javascript.has(essence)) return 'text/javascript'
  if (typescript.has(essence)) return 'application/typescript'
  return essence === 'text/json' ? 'application/json' : essence
}

/** Whether `essence` is one of WHATWG's JavaScript MIME types. */
export function isJavaScript(essence: string): boolean {
  return javascript.has(essence)
}

/** Whether `essence` is a JSON MIME type: `application/json`, `text/json`, or any `+json`. MIME Sniffing §4.6. */
export function isJson(essence: string): boolean {
  return essence === 'application/json' || essence === 'text/json' || essence.endsWith('+json')
}

/** Code that Node runs, or that becomes such: its charset is no matter of anybody's. */
const scripts = new Set(
  ['application/node application/typescript', 'text/javascript text/jsx text/tsx'].flatMap((line) =>
    line.split(' '),
  ),
)

/** Whether `essence` is JavaScript, CommonJS, TypeScript or JSX, under any of their names. */
export function isScript(essence: string): boolean {
  return scripts.has(canonicalEssence(essence))
}

/** JSON with comments, and the like. */
const jsonLike = new Set(['application/jsonc', 'text/jsonc', 'application/json5', 'text/json5'])

/** Whether `essence` is code or JSON: UTF-8, whatever its charset says. HTML: fetch a single module script; RFC 8259 §8.1. */
export function isCode(essence: string): boolean {
  return isScript(essence) || isJson(essence) || jsonLike.has(essence)
}

/** What servers say when they do not know. Raw hosts say text/plain for everything, `nosniff` or not. */
const meaningless = new Set(['text/plain', 'application/octet-stream'])

/** Whether a Content-Type of this essence says no more than that nobody knows. */
export function saysNothing(essence: string): boolean {
  return meaningless.has(essence)
}

/** Whether `essence` is a page for a browser. */
export function isPage(essence: string): boolean {
  return essence === 'text/html' || essence === 'application/xhtml+xml'
}

/** Text that is not `text/*`, and no JSON, XML or JavaScript. Registered or in wide use; checked on 2026-11-20. */
const textual = new Set(
  [
    'graphql json5 jsonc jsonl ld+json node rtf sql toml typescript x-httpd-php x-ndjson x-perl x-sh',
    'x-shellscript x-tex x-toml x-typescript x-yaml xml xml-dtd yaml',
  ].flatMap((line) => line.split(' ').map((subtype) => `application/${subtype}`)),
)

/** Whether a body of this media type is a string to loaders: text by its name, or by having a charset. */
export function isTextual(mediaType: MIMEType): boolean {
  const { essence } = mediaType
  return (
    mediaType.type === 'text' ||
    /\+(?:json|xml|yaml)$/.test(essence) ||
    textual.has(essence) ||
    isJavaScript(essence) ||
    isJson(essence) ||
    mediaType.params.has('charset')
  )
}

/** How closely a range of `accepts` covers an essence: 0 not at all, 1 any, 2 type, 3 suffix, 4 exactly. */
export type Specificity = 0 | 1 | 2 | 3 | 4

/** Whether `range` may stand in `accepts`: a media type, `type/*`, `any`, or `+suffix`. */
export function isMediaRange(range: string): boolean {
  return /^\+[\w.-]+$/.test(range) || parseMediaType(range) !== undefined
}

/** How specifically `range` covers `essence` (parameters of the range do not count). RFC 9110 §12.5.1. */
export function specificity(range: string, essence: string): Specificity {
  // `+/x` is a media type: RFC 9110 §5.6.2 has the plus in a token.
  if (range.startsWith('+') && !range.includes('/'))
    return essence.endsWith(range.toLowerCase()) ? 3 : 0
  const wanted = essenceOf(range)
  if (wanted === undefined) return 0
  if (canonicalEssence(wanted) === canonicalEssence(essence)) return 4
  if (wanted === '*/*') return 1
  return wanted.endsWith('/*') && essence.startsWith(wanted.slice(0, -1)) ? 2 : 0
}
