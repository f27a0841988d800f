/** HTML blocks, whose lines are no fences: what starts one of the seven kinds, and what ends it. CommonMark 0.31 §4.6. */

/** Kinds 1 to 5 end with a line that holds a certain text, 6 and 7 before a blank line. 0: no HTML block. */
export type HtmlKind = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7

/** CommonMark 0.31.2 §4.6, start condition 6. */
const blockNames = new Set(
  [
    'address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt',
    'fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link',
    'main menu menuitem nav noframes ol optgroup option p param search section summary table tbody td tfoot th thead',
    'title tr track ul',
  ].flatMap((line) => line.split(' ')),
)

/** CommonMark 0.31.2 §4.6, start condition 1. */
const rawNames = new Set(['pre', 'script', 'style', 'textarea'])

/**
 * The kind of HTML block that `line` starts, its indentation taken off. CommonMark has `</pre>` and `<script/>` start no
 * block of kind 7; cmark, commonmark.js and micromark have them start one all the same, and so have we.
 */
export function htmlKind(line: string): HtmlKind {
  const tag = /^<(\/?)([a-z][a-z\d-]*)/i.exec(line)
  if (tag === null) return markupKind(line)
  const [{ length }, slash, tagName = ''] = tag
  const name = tagName.toLowerCase()
  const isWhole = length === line.length || ' \t>'.includes(line.charAt(length))
  if (isWhole && slash === '' && rawNames.has(name)) return 1
  if ((isWhole || line.startsWith('/>', length)) && blockNames.has(name)) return 6
  if (!line.trimEnd().endsWith('>')) return 0
  return isTagEnd(line, slash === '' ? attributesEnd(line, length) : length, slash === '') ? 7 : 0
}

function markupKind(line: string): HtmlKind {
  if (line.startsWith('<!--')) return 2
  if (line.startsWith('<?')) return 3
  if (line.startsWith('<![CDATA[')) return 5
  return /^<![a-z]/i.test(line) ? 4 : 0
}

/** Whether `line` ends an HTML block of this kind, and is its last line. */
export function endsHtml(kind: HtmlKind, line: string): boolean {
  if (kind === 1) return /<\/(?:script|pre|style|textarea)>/i.test(line)
  if (kind === 2) return line.includes('-->')
  if (kind === 3) return line.includes('?>')
  if (kind === 4) return line.includes('>')
  return kind === 5 && line.includes(']]>')
}

/** Offset after the attributes of an opening tag, those that are well-formed. CommonMark §6.6. */
function attributesEnd(line: string, start: number): number {
  // One attribute at a time: nothing that matched is given up again, so that a long line costs its length once.
  const attribute = /[ \t]+[a-z_:][\w.:-]*(?:[ \t]*=[ \t]*(?:[^ \t"'=<>`]+|'[^']*'|"[^"]*"))?/iy
  attribute.lastIndex = start
  let end = start
  while (attribute.test(line)) end = attribute.lastIndex
  return end
}

/** Whether a tag ends from `start` on, and nothing follows it. */
function isTagEnd(line: string, start: number, isOpening: boolean): boolean {
  const rest = line.slice(start)
  return isOpening ? /^[ \t]*\/?>[ \t]*$/.test(rest) : /^[ \t]*>[ \t]*$/.test(rest)
}
