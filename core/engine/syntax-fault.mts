/** What V8 refuses in a module's text, as its SyntaxError with the place in what was written, as far as that is known. */

import { packError } from '../bridge/error-packing.mts'
import { textsOf } from './module-texts.mts'
import { keepsPositions } from '../source-map/positions.mts'
import { SourceMap } from 'node:module'
import type { GraphModule } from '../explanation.mts'
import type { PackedError } from '../packed-error.mts'
import type { Fault, Grammar, SyntaxCheck } from '../bridge/syntax-check.mts'
import type { NativeFile } from './native-file.mts'
import type { Told } from './telling.mts'

type Texts = NonNullable<GraphModule['texts']>

interface Place {
  readonly url: string
  /** From 1. */
  readonly line: number
  readonly column: number
  /** The one that the place is in. */
  readonly text: string | undefined
  /** Whether that is no text that anybody wrote. */
  readonly isMade?: true
}

/** Characters of a line that is shown. */
const LONGEST = 200

type Position = Pick<Place, 'line' | 'column'>

interface Payload {
  readonly sources: readonly string[]
  readonly sourcesContent?: readonly unknown[]
}

/** Where a position comes from, by the module's map; `undefined`: the map does not say. */
function original({ line, column }: Position, url: string, map: string): Place | undefined {
  try {
    const payload = JSON.parse(map) as Payload
    const entry = new SourceMap(payload as ConstructorParameters<typeof SourceMap>[0]).findEntry(
      line - 1,
      column - 1,
    )
    // Else it is the last one of a line above.
    if (!('originalSource' in entry) || entry.generatedLine !== line - 1) return undefined
    const { originalSource, originalLine, originalColumn } = entry
    const content = payload.sourcesContent?.[payload.sources.indexOf(originalSource)]
    return {
      url: URL.parse(originalSource, url)?.href ?? url,
      line: originalLine + 1,
      column: originalColumn + 1,
      text: typeof content === 'string' ? content : undefined,
    }
  } catch {
    return undefined
  }
}

function placeOf({ line, column }: Fault, url: string, texts: Texts): Place | undefined {
  if (line === undefined || column === undefined) return undefined
  const { original: before, generated, map } = texts
  const mapped = map === undefined ? undefined : original({ line, column }, url, map)
  if (mapped !== undefined) return mapped
  const isWritten = before !== undefined && keepsPositions(before, generated ?? before)
  return { url, line, column, text: generated, ...(!isWritten && { isMade: true }) }
}

/** The line, as Node prints it above an error, and a mark below it. */
function frameOf({ line, column, text }: Place): string {
  const written = text?.split(/\r\n|[\n\r\u2028\u2029]/)[line - 1]
  if (written === undefined || written.length > LONGEST) return ''
  return `${written}\n${written.slice(0, column - 1).replace(/[^\t]/g, ' ')}^\n`
}

function syntaxError(fault: Fault, url: string, texts: Texts): PackedError {
  const place = placeOf(fault, url, texts)
  const where = place === undefined ? url : `${place.url}:${place.line}:${place.column}`
  const note = place?.isMade === true ? ', in the text that Node is given' : ''
  const error = new SyntaxError(`${fault.message} (${where}${note})`)
  const head = place === undefined ? where : `${place.url}:${place.line}\n${frameOf(place)}`
  error.stack = `${head}\n${error.name}: ${fault.message}`
  return packError(error)
}

/** The text that V8 is to read, and as what: none for what is no JavaScript. */
function readable(
  { kind, module }: Told,
  file: NativeFile | undefined,
): readonly [text: string, grammars: readonly Grammar[]] {
  if (kind !== 'module') return [file?.text ?? '', file?.grammars ?? []]
  const { source, format, dynamic } = module!
  const isCode = format === 'module' || format === 'commonjs'
  if (typeof source !== 'string' || !isCode || dynamic !== undefined) return ['', []]
  return [source, [format]]
}

/** What V8 says of CommonJS where Node takes it for a module: src/node_contextify.cc, `esm_syntax_error_messages`. */
const ofModules =
  /^(?:Cannot use (?:import statement|'import\.meta') outside a module|Unexpected token 'export')$/

/** The error that an import of the module fails with, before anything is linked; `undefined`: none that V8 told of. */
export async function refusalOf(
  told: Told,
  file: NativeFile | undefined,
  check: SyntaxCheck,
): Promise<PackedError | undefined> {
  const [text, grammars] = readable(told, file)
  const faults: Partial<Record<Grammar, Fault>> = {}
  for (const grammar of grammars) {
    // Node has no byte-order mark in what it reads itself.
    const fault = await check.faultOf(text.replace(/^\ufeff/, ''), grammar)
    if (fault === undefined) return undefined
    faults[grammar] = fault
  }
  const { module, commonjs } = faults
  // Of what may be either Node says the one of CommonJS, unless that is what a module has and CommonJS has not.
  const isModule = commonjs === undefined || (module && ofModules.test(commonjs.message))
  const fault = isModule ? module : commonjs
  const { url = '' } = told.explanation
  return fault && syntaxError(fault, url, textsOf(told))
}
