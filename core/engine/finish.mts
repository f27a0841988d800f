/** The last step: what was converted becomes what Node is given. */

import { finishDynamic } from './dynamic.mts'
import { nameOf } from './data-url.mts'
import { otherByName } from '../file-name.mts'
import { goalURL } from './goal.mts'
import { finishText } from '../finished-text.mts'
import { notJson } from '../import-attributes.mts'
import { isJson } from '../media-type.mts'
import { scanModule } from '../module-syntax.mts'
import { refuseCutShort } from './shared-object.mts'
import { refuseNames, refuseWasmNames } from './module-names.mts'
import { refuseControls } from './source-controls.mts'
import { wholly } from '../steps.mts'
import { decodeAs, decodeCode, decodeText } from '../charset.mts'
import type { MIMEType } from 'node:util'
import type { Acquired } from './acquire.mts'
import type { Converted } from './convert.mts'
import type { Errand } from './errand.mts'
import type { LoadResponse, NodeModule } from '../types.mts'

/** What was acquired, as a debugger shows it; `null` where it is no text. */
export function originalText(
  { body }: LoadResponse,
  mediaType: MIMEType | undefined,
): string | null {
  try {
    return mediaType === undefined ? decodeText(body, undefined) : decodeAs(mediaType, body)
  } catch {
    return null
  }
}

/** A builtin under another name: `load` may not return a builtin without being asked for one. `require` gets it whole. */
function builtinFacade(name: string): string {
  const specifier = JSON.stringify(name.startsWith('node:') ? name : `node:${name}`)
  return `export * from ${specifier}\nexport { default, default as 'module.exports' } from ${specifier}\n`
}

/**
 * Makes the module: checks that the format is what the import asked for and that its text
 * has nothing that terminals obey, composes the source maps, scans the imports.
 * `mediaType`: what the response was identified as, unless the import wanted its body as it is.
 * @throws {TypeError} ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE; {LoaderError} ERR_MIMEPORT_CONTROL_CHARACTER
 */
export async function finish(
  errand: Errand,
  acquired: Acquired,
  converted: Converted,
  mediaType?: MIMEType,
): Promise<NodeModule> {
  const { specifier, loader, response } = acquired
  const { maps } = converted
  const wanted = errand.request.importAttributes['type']
  const url = goalURL(nameOf(acquired.url), wanted, response)
  let { format, source } = converted
  if (wanted === 'json' && format !== 'json') throw notJson(url)
  const otherName = format === 'commonjs' ? otherByName(url) : undefined
  if (format === 'dynamic')
    return finishDynamic({ ...acquired, url }, converted, originalText(response, mediaType))
  if (format === 'builtin') {
    const name = typeof source === 'string' && source !== '' ? source : specifier
    format = 'module'
    source = builtinFacade(name)
  }
  const isBinary = format === 'wasm' || format === 'addon'
  if (!isBinary && typeof source !== 'string') source = decodeCode(source, { url })
  if (isBinary && typeof source === 'string') source = new TextEncoder().encode(source)
  if (format === 'addon') refuseCutShort(source as Uint8Array, url)
  if (format === 'wasm') refuseWasmNames(errand, acquired, source as Uint8Array)
  // An import that wants the body as it is may have anything in it.
  if (typeof source === 'string' && mediaType !== undefined) {
    const use = format === 'json' ? 'json' : 'code'
    refuseControls(errand, acquired, source, use, converted.transformed)
  }

  if (format === 'module' && typeof source === 'string') {
    const syntax = scanModule(source)
    if (syntax !== undefined) await refuseNames(errand, acquired, source, syntax)
  }
  const isCode = typeof source === 'string' && (format === 'module' || format === 'commonjs')
  const before = () => originalText(response, mediaType)
  const isFile = loader.name === 'file' && !loader.project
  const text = isCode
    ? await wholly(finishText(source as string, format as 'module', maps, url, before, isFile))
    : { source, hasDefault: false, mapped: false, imports: [] }
  return {
    url,
    origin: { loader: loader.name, specifier },
    format,
    native: false,
    ...text,
    ...(format === 'json' && mediaType !== undefined && isJson(mediaType.essence)
      ? { type: 'json' as const }
      : {}),
    ...(otherName === undefined ? {} : { otherName }),
  }
}
