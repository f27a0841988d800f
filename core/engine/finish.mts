/** The last step: what was converted becomes what Node is given. */

import { importedFrom } from './errand.mts'
import { LoaderError, escapeText } from '../errors.mts'
import { extractMediaType } from '../media-type.mts'
import { scanModule } from '../module-syntax.mts'
import { packageType } from '../package-type.mts'
import { extensionsOf } from './registry.mts'
import { composeMaps, inlineMap } from './source-map.mts'
import { decodeText } from '../body/charset.mts'
import type { StaticImport } from 'es-module-lexer'
import type { Acquired } from './acquire.mts'
import type { Converted } from './convert.mts'
import type { Errand } from './errand.mts'
import type { ImportSite, LoadResponse, NodeModule } from '../types.mts'

/**
 * Where in a text offsets are: `line:column`, both from 1, columns in UTF-16 units as V8 counts them. `offsets` ascend.
 */
function positionsOf(text: string, offsets: readonly number[]): string[] {
  const lineBreak = /\r\n|[\n\r\u2028\u2029]/g
  const nextStart = () => (lineBreak.test(text) ? lineBreak.lastIndex : Infinity)
  let line = 1
  let start = 0
  // Kept from one offset to the next: a line of many imports is searched once.
  let next = nextStart()
  return offsets.map((offset) => {
    for (; next <= offset; next = nextStart()) {
      line += 1
      start = next
    }
    return `${line}:${offset - start + 1}`
  })
}

/** What was acquired, as a debugger shows it; `null` where it is no text. */
function originalText({ headers, body }: LoadResponse): string | null {
  try {
    const charset = extractMediaType(headers['content-type'])?.params.get('charset')
    return decodeText(body, charset ?? undefined)
  } catch {
    return null
  }
}

/**
 * What Node takes a local file for by its name, where that is not CommonJS. Node's `import` of CommonJS goes through its
 * CommonJS loader, which looks at the name again, whatever hooks said. docs/node-notes.md: CommonJS under another name.
 */
function otherByName(url: string): 'module' | 'json' | undefined {
  if (!url.startsWith('file:')) return undefined
  const extension = extensionsOf(url).at(-1)
  if (extension === 'mjs') return 'module'
  if (extension === 'json') return 'json'
  const byPackage = extension === undefined || extension === 'js'
  return byPackage && packageType(url) === 'module' ? 'module' : undefined
}

function isImport({ request }: Errand): boolean {
  return !request.conditions.includes('require')
}

/** A builtin under another name: `load` may not return a builtin without being asked for one. */
function builtinFacade(name: string): string {
  const specifier = JSON.stringify(name.startsWith('node:') ? name : `node:${name}`)
  return `export * from ${specifier}\nexport { default } from ${specifier}\n`
}

/**
 * Makes the module: checks that the format is what the import asked for, composes the source maps, scans the imports.
 * @throws {LoaderError} ERR_MIMEPORT_UNSUPPORTED_FORMAT
 */
export async function finish(
  errand: Errand,
  acquired: Acquired,
  converted: Converted,
): Promise<NodeModule> {
  const { url, specifier, loader, response } = acquired
  const { maps } = converted
  let { format, source } = converted
  const fail = (what: string) =>
    new LoaderError(
      'ERR_MIMEPORT_UNSUPPORTED_FORMAT',
      `Cannot load '${escapeText(url)}'${importedFrom(errand)}: ${what}`,
      { url, trail: errand.trail.entries },
    )
  const wanted = errand.request.importAttributes['type']
  if (wanted === 'json' && format !== 'json') {
    throw fail(`it was imported with { type: 'json' } and is of format '${format}'`)
  }
  const misnamed = format === 'commonjs' && isImport(errand) ? otherByName(url) : undefined
  if (misnamed !== undefined) {
    throw fail(
      `its text is CommonJS, which Node will not import under a name that says '${misnamed}': require() it, or rename it`,
    )
  }
  if (format === 'dynamic') throw fail("this version does not run format 'dynamic'")
  if (format === 'addon')
    throw fail("format 'addon' needs a file on disk, and this module has none")
  if (format === 'builtin') {
    const name = typeof source === 'string' && source !== '' ? source : specifier
    format = 'module'
    source = builtinFacade(name)
  }
  if (format !== 'wasm' && typeof source !== 'string')
    source = decodeText(source, undefined, { url })
  if (format === 'wasm' && typeof source === 'string') source = new TextEncoder().encode(source)

  let sites: readonly ImportSite[] = []
  let hasDefault = false
  if (format === 'module' && typeof source === 'string') {
    const syntax = await scanModule(source)
    const imports = (syntax?.imports ?? []).filter(
      (each): each is StaticImport => each.type === 'static' || each.type === 'reexport-star',
    )
    const positions = positionsOf(
      source,
      imports.map((each) => each.start - 1),
    )
    sites = imports.map((each, index) => ({
      specifier: each.specifier,
      attributes: Object.fromEntries(each.attributes ?? []),
      position: positions[index] ?? '1:1',
    }))
    hasDefault = (syntax?.exports ?? []).some((each) => 'name' in each && each.name === 'default')
  }
  if (maps.length > 0 && typeof source === 'string') {
    source = inlineMap(source, await composeMaps(maps, url, originalText(response)))
  }
  return {
    url,
    origin: { loader: loader.name, specifier },
    format,
    source,
    native: false,
    hasDefault,
    mapped: maps.length > 0,
    imports: sites,
  }
}
