/** The life of an import in words. Everything from outside is escaped here. */

import { reasonOf } from './graph/failed.mts'
import { size, time } from './output.mts'
import { messageLines } from './shown.mts'
import { statusStyle, wrap } from './style.mts'
import { escapeText } from '../core/text.mts'
import type { Paint, Style } from './style.mts'
import type { Explanation, Hop, Transformation, WireRequest } from '../core/explanation.mts'
import type { ImportSite } from '../core/types.mts'

/** Columns of the names on the left. */
const GUTTER = 11

/** Imports that are listed. */
const MOST = 20

/** A piece of it: under a name, lines, of which the first says the most. */
interface Piece {
  readonly name: string
  readonly lines: readonly (string | readonly [style: Style, text: string])[]
  /** Of the name. */
  readonly style?: Style
}

const protocols: Readonly<Record<string, string>> = { 'http/1.1': 'HTTP/1.1', h2: 'HTTP/2' }

function wayOf({ protocol, connection }: WireRequest): string[] {
  if (connection === undefined) return []
  const { address, port, reused, proxy } = connection
  const host = address.includes(':') ? `[${address}]` : address
  const to = proxy === undefined ? '' : `proxy ${escapeText(proxy)}, `
  const version = protocols[protocol ?? ''] ?? ''
  return [`${version} to ${to}${host}:${port}${reused ? ', kept open' : ''}`]
}

/** One request: what became of it, and over which connection. */
function requestLines(request: WireRequest, url: string): string[] {
  const { method, attempt, statusCode, bytes, duration, error } = request
  const again = attempt === 1 ? '' : `, attempt ${attempt}`
  const other = request.url === url ? '' : ` ${escapeText(request.url)}`
  // Which URL it is stands above.
  const reason = error?.replace(/^(?:[A-Z][A-Z\d_]+: )?Cannot [\w ]+ '[^']*': /, '')
  const said = reason === undefined ? [] : [`  ${escapeText(reason)}`]
  const facts =
    error === undefined
      ? [statusCode, bytes === undefined ? undefined : size(bytes), `in ${time(duration)}`]
      : [...(statusCode === undefined ? [] : [statusCode]), `failed after ${time(duration)}`]
  const told = facts.filter((each) => each !== undefined).join(', ')
  return [
    `${method}${again}${other}: ${told}`,
    ...wayOf(request).map((each) => `  ${each}`),
    ...said,
  ]
}

function hopPiece({
  specifier,
  loader,
  statusCode,
  location,
  duration,
  requests,
  cache,
  known,
}: Hop): Piece {
  const by = `loader ${escapeText(loader)}`
  const who = {
    lock: `the lock has where it leads (${by})`,
    vendor: `from the vendor folder (${by})`,
    undefined: `${by} ${statusCode === undefined ? 'failed after' : 'answered in'} ${time(duration)}`,
  }[String(known) as 'lock' | 'vendor' | 'undefined']
  const stored = cache === undefined ? '' : `; cache: ${escapeText(cache)}`
  const [url = specifier] = specifier.split('#', 1)
  return {
    name: 'asked',
    lines: [
      escapeText(specifier),
      [
        statusStyle(statusCode),
        `${statusCode === undefined ? '' : `${statusCode}, `}${who}${stored}`,
      ],
      ...requests.flatMap((request) => requestLines(request, url)),
      ...(location === undefined ? [] : [`→ ${escapeText(location)}`]),
    ],
  }
}

function identification({ identifiedBy, identifiedByLoader = '' }: Explanation): string {
  const loader = escapeText(identifiedByLoader)
  switch (identifiedBy) {
    case 'content-type':
      return 'by its Content-Type'
    case 'extension':
      return loader === '' ? 'by its extension' : `by its extension, which loader ${loader} knows`
    case 'table':
      return 'by its extension, from the table of mime-types'
    case 'content':
      return `by its content, which loader ${loader} knows`
    default:
      return 'nobody said how'
  }
}

function transformPiece({
  loader,
  from,
  to,
  bytesBefore,
  bytes,
  duration,
  mapped,
}: Transformation): Piece {
  const map = mapped ? ' and a source map' : ''
  return {
    name: 'transform',
    lines: [
      `${escapeText(from)} → ${escapeText(to)}`,
      `loader ${escapeText(loader)}: ${size(bytesBefore)} → ${size(bytes)}${map}, in ${time(duration)}`,
    ],
  }
}

const lockStates = {
  pinned: 'pinned in mimeport.lock',
  unpinned: 'not in mimeport.lock yet: npx mimeport lock',
  none: 'none',
} as const

function importLine({ specifier, attributes, position }: ImportSite): string {
  const { type } = attributes
  return `${escapeText(specifier)}${type === undefined ? '' : ` with type ${escapeText(type)}`} (${position})`
}

function importsPiece(imports: readonly ImportSite[]): Piece[] {
  if (imports.length === 0) return []
  const rest = imports.length - MOST
  const more = rest > 0 ? [`and ${rest} more, which --json has`] : []
  return [{ name: 'imports', lines: [...imports.slice(0, MOST).map(importLine), ...more] }]
}

/** What came out of it. */
function modulePiece(explanation: Explanation): Piece[] {
  const { url, native, format, bytes, error, duration, sourceMap } = explanation
  if (url === undefined) return []
  const facts: string[] = []
  if (format !== undefined) facts.push(`format ${format}`)
  if (bytes !== undefined) facts.push(size(bytes))
  if (sourceMap) facts.push('with a source map')
  if (error === undefined && !native) facts.push(`made in ${time(duration)}`)
  const whose = explanation.package === true ? 'of a package; ' : ''
  const node = format === 'builtin' ? "one of Node's own" : `${whose}Node loads it by itself`
  const lines = [...(native ? [node] : []), ...(format === 'builtin' ? [] : [facts.join(', ')])]
  return [{ name: 'module', lines: [escapeText(url), ...lines.filter((line) => line !== '')] }]
}

/** Whether it came, or would have come, from somewhere else: the lock is for that. */
function isForLock({ native, hops }: Explanation): boolean {
  return !native && hops.some(({ specifier }) => !/^(?:file|data):/i.test(specifier))
}

/** What to do, where the words are Node's, which only say what is wrong. */
function adviceFor(code: string | undefined): string[] {
  if (code !== 'ERR_IMPORT_ATTRIBUTE_MISSING') return []
  return ["import it with { type: 'json' }; --type json explains that"]
}

function failurePiece(explanation: Explanation): Piece[] {
  const { error } = explanation
  if (error === undefined) return []
  const { code, message, trail = [], cause } = error
  const reason =
    cause === undefined || message.includes(cause.message) ? [] : [`cause: ${cause.message}`]
  const said = [message, ...reason].flatMap(messageLines)
  const untold = trail.filter((each) => !message.includes(each))
  const name = reasonOf(explanation)
  const title = name === undefined ? [] : [['red', escapeText(name)] as const]
  const lines = [
    ...title,
    ...said,
    ...untold.map((each) => `trail: ${escapeText(each)}`),
    ...adviceFor(code),
  ]
  return [{ name: 'fails', style: ['red', 'bold'], lines }]
}

function piecesOf(explanation: Explanation): Piece[] {
  const { specifier, parentURL, type, mapped, hops, mediaType, transforms, lock, imports } =
    explanation
  const wanted = type === '' ? '' : ` as ${escapeText(type)}`
  const from = parentURL === undefined ? [] : [`imported from ${escapeText(parentURL)}`]
  const begin = {
    name: 'import',
    lines: [['bold', `${escapeText(specifier)}${wanted}`], ...from],
  } as const
  return [
    begin,
    ...(mapped === undefined
      ? []
      : [{ name: 'mapped', lines: [`by the project to ${escapeText(mapped)}`] }]),
    ...hops.map(hopPiece),
    ...(mediaType === undefined
      ? []
      : [{ name: 'type', lines: [escapeText(mediaType), identification(explanation)] }]),
    ...transforms.map(transformPiece),
    ...modulePiece(explanation),
    ...(isForLock(explanation) ? [{ name: 'lock', lines: [lockStates[lock]] }] : []),
    ...importsPiece(imports),
    ...failurePiece(explanation),
  ]
}

/** Tells it in lines, of so many columns as far as words go. */
export function linesOf(explanation: Explanation, paint: Paint, columns: number): string[] {
  return piecesOf(explanation).flatMap(({ name, lines, style = 'dim' }) =>
    lines
      .flatMap((line) => {
        const [painted, text] = typeof line === 'string' ? [undefined, line] : line
        const indent = /^ */.exec(text)![0]
        return wrap(text.trimStart(), columns - GUTTER - indent.length).map((each) => {
          return indent + (painted === undefined ? each : paint(painted, each))
        })
      })
      .map((text, index) => {
        const left =
          index === 0 ? paint(style, name) + ' '.repeat(GUTTER - name.length) : ' '.repeat(GUTTER)
        return left + text
      }),
  )
}
