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

/** The kind of HTML block that `line` starts, its indentation taken off. */
export function htmlKind(line: string): HtmlKind {
  if (/^<(?:script|pre|style|textarea)(?:[ \t>]|$)/i.test(line)) return 1
  if (line.startsWith('<!--')) return 2
  if (line.startsWith('<?')) return 3
  if (/^<![a-z]/i.test(line)) return 4
  if (line.startsWith('<![CDATA[')) return 5
  const name = /^<\/?([a-z][a-z\d]{0,15})(?:[ \t>]|\/>|$)/i.exec(line)?.[1]
  if (name !== undefined && blockNames.has(name.toLowerCase())) return 6
  return isLoneTag(line) ? 7 : 0
}

/** Whether `line` ends an HTML block of this kind, and is its last line. */
export function endsHtml(kind: HtmlKind, line: string): boolean {
  if (kind === 1) return /<\/(?:script|pre|style|textarea)>/i.test(line)
  if (kind === 2) return line.includes('-->')
  if (kind === 3) return line.includes('?>')
  if (kind === 4) return line.includes('>')
  return kind === 5 && line.includes(']]>')
}

/**
 * Whether `line` is one opening or closing tag, whole, and nothing else. CommonMark §6.6 says what a tag is. §4.6 has
 * `</pre>` and `<script/>` be no such tags; cmark, commonmark.js and micromark have them all the same, and so have we.
 */
function isLoneTag(line: string): boolean {
  if (/^<\/[a-z][a-z\d-]*[ \t]*>[ \t]*$/i.test(line)) return true
  let at = /^<[a-z][a-z\d-]*/i.exec(line)?.[0].length ?? 0
  if (at === 0) return false
  // One attribute at a time: nothing that matched is given up again, so that a long line costs its length once.
  const attribute =
    /[ \t]+[a-z_:][\w.:-]*(?:[ \t]*=[ \t]*(?:[^ \t"'=<>`]+|'[^']*'|"[^"]*"))?/iy
  attribute.lastIndex = at
  while (attribute.test(line)) at = attribute.lastIndex
  return /^[ \t]*\/?>[ \t]*$/.test(line.slice(at))
}
