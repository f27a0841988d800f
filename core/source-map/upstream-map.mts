/** The source map that a text brings along: made by whoever compiled it before it was acquired. */

import { URL, fileURLToPath } from 'node:url'
import { files } from '../builtins.mts'
import { noteFile } from '../consulted.mts'
import { limits } from '../limits.mts'
import { parseMap } from './plain-map.mts'
import { later } from '../steps.mts'
import type { PlainMap } from './plain-map.mts'
import type { Steps } from '../steps.mts'

const MARK = 'sourceMappingURL='

/** Where a text names its map: the comment from its `//` to its end, and the URL in it. */
export interface MapComment {
  readonly start: number
  readonly end: number
  readonly url: string
}

/** Whether nothing but white space and comments follows. */
function isTail(text: string, from: number): boolean {
  const visible = /\S/g
  for (let at = from; ;) {
    visible.lastIndex = at
    const next = visible.exec(text)?.index
    if (next === undefined) return true
    const isLine = text.startsWith('//', next)
    if (!isLine && !text.startsWith('/*', next)) return false
    const end = isLine ? lineEnd(text, next) : text.indexOf('*/', next + 2)
    if (end === -1) return false
    at = isLine ? end : end + 2
  }
}

function lineEnd(text: string, from: number): number {
  const lineBreak = /[\n\r\u2028\u2029]/g
  lineBreak.lastIndex = from
  return lineBreak.exec(text)?.index ?? text.length
}

/** Where the line of `at` begins. */
function lineStart(text: string, at: number): number {
  const breaks = ['\n', '\r', '\u2028', '\u2029'].map((each) => text.lastIndexOf(each, at))
  return Math.max(...breaks) + 1
}

/**
 * The comment in which a JavaScript text names its map; `undefined` without. It is the last one, and no code follows: what
 * stands in a string or in a template is none. ECMA-426, "Extract a source map URL from JavaScript without parsing".
 */
export function findMapComment(text: string): MapComment | undefined {
  // Few have one, and to look forwards is quicker.
  if (!text.includes(MARK)) return undefined
  const mark = text.lastIndexOf(MARK)
  if (mark === -1 || !/\/\/[#@][ \t]$/.test(text.slice(Math.max(0, mark - 4), mark)))
    return undefined
  const start = mark - 4
  const before = text.slice(lineStart(text, start), start)
  if (before.includes('//') || before.includes('/*')) return undefined
  const end = lineEnd(text, mark)
  const url = text.slice(mark + MARK.length, end).trim()
  if (url === '' || /\s/.test(url) || !isTail(text, end)) return undefined
  return { start, end, url }
}

/** Whether V8 may find the URL of an inline map in a text, wherever it stands. */
export function mentionsInlineMap(text: string): boolean {
  return text.includes(MARK) && /\/\/[#@]\s+sourceMappingURL=\s*data:/i.test(text)
}

/** The text in a `data:` URL; `undefined` where that is malformed. RFC 2397. */
function textOfDataURL(url: string): string | undefined {
  const comma = url.indexOf(',')
  if (comma === -1) return undefined
  const isBase64 = /;\s*base64\s*$/i.test(url.slice(0, Math.min(comma, 200)))
  const written = url.slice(comma + 1)
  const data = written.includes('%') ? decodeURIComponent(written) : written
  if (!isBase64) return data
  return /[^A-Za-z\d+/_=-]/.test(data) ? undefined : Buffer.from(data, 'base64').toString()
}

/** A map, and the URL that its sources are relative to. */
export interface UpstreamMap {
  readonly map: PlainMap
  readonly base: string
}

/** The map inside a text; `undefined` without, and where it is malformed: an import never fails for it. */
export function inlineMapOf(text: string): PlainMap | undefined {
  const comment = findMapComment(text)
  if (comment === undefined || !/^data:/i.test(comment.url)) return undefined
  try {
    const json = textOfDataURL(comment.url)
    return json === undefined ? undefined : parseMap(json, text)
  } catch {
    return undefined
  }
}

/**
 * The map of a text that was acquired from `url`: inside it, or beside it where that is a local file. A map beside a remote
 * module is not fetched: it would cost each module a request.
 */
export function* upstreamMapOf(text: string, url: string): Steps<UpstreamMap | undefined> {
  if (!text.includes(MARK)) return undefined
  const inside = inlineMapOf(text)
  if (inside !== undefined) return { map: inside, base: url }
  const comment = url.startsWith('file:') ? findMapComment(text) : undefined
  if (comment === undefined) return undefined
  const beside = URL.parse(comment.url, url)
  if (beside?.protocol !== 'file:' || beside.href === url) return undefined
  return yield* later(() => readMap(beside, text))
}

async function readMap(beside: URL, text: string): Promise<UpstreamMap | undefined> {
  try {
    const stats = await files()
      .stat(beside)
      .catch(() => null)
    noteFile(fileURLToPath(beside), false, stats)
    if (stats === null || stats.size > limits.body) return undefined
    return { map: parseMap(await files().readFile(beside, 'utf8'), text), base: beside.href }
  } catch {
    return undefined
  }
}
