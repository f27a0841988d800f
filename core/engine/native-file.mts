/** What Node loads by itself, as Node would have it. */

import { sizeOf } from './life.mts'
import { isCommonJs } from './module-sites.mts'
import { importSites } from '../import-sites.mts'
import { missing, notJson } from '../import-attributes.mts'
import { staticsOf } from '../module-statics.mts'
import { extensionOf, isNativeExtension, isRequire } from '../native.mts'
import { packageType } from '../package-type.mts'
import { escapeText } from '../text.mts'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Grammar } from '../bridge/syntax-check.mts'
import type { ImportSite, LoadRequest } from '../types.mts'

export interface NativeFile {
  readonly format: string | undefined
  readonly bytes: number | undefined
  readonly text: string | undefined
  readonly imports: readonly ImportSite[]
  /** What Node reads the text as: what says not which it is, as the second where the first fails. None: no JavaScript. */
  readonly grammars: readonly Grammar[]
}

/** Formats that an extension says. */
const formats: Readonly<Record<string, string>> = { json: 'json', wasm: 'wasm', node: 'addon' }

/** Of a `data:` URL. */
const dataFormats: Readonly<Record<string, string>> = {
  'text/javascript': 'module',
  'application/json': 'json',
  'application/wasm': 'wasm',
}

function importsOf(text: string): readonly ImportSite[] {
  return importSites(text, staticsOf(text))
}

/** Extensions of JavaScript that Node reads, whoever asks. */
const javascript = new Set(['js', 'mjs', 'cjs', ''])

function grammarsOf(url: string, text: string, first: Grammar, request: LoadRequest): Grammar[] {
  const extension = extensionOf(url)
  const isData = request.importAttributes['type'] !== undefined || text.startsWith('\0asm')
  if (isData || !javascript.has(extension)) return []
  const isSaid = extension === 'mjs' || extension === 'cjs' || packageType(url) !== undefined
  if (isSaid) return [first]
  return first === 'module' ? ['module', 'commonjs'] : ['commonjs', 'module']
}

/** Node's error for a name that says nothing to it. */
function unknownExtension(url: string): TypeError {
  const message = `Unknown file extension ".${escapeText(extensionOf(url))}" for ${escapeText(fileURLToPath(url))}`
  return Object.assign(new TypeError(message), { code: 'ERR_UNKNOWN_FILE_EXTENSION' })
}

/** @throws Node's errors for what an import asks for, and does not get. */
function check(url: string, format: string | undefined, request: LoadRequest): void {
  const { conditions, importAttributes } = request
  if (isRequire(conditions)) return
  const isJson = importAttributes['type'] === 'json'
  if (format === 'json' && !isJson) throw missing(url)
  if (format !== 'json' && isJson) throw notJson(url)
}

/**
 * Reads what is at a URL that Node loads by itself; `note` is told what is known before it fails.
 * @throws Node's errors, and those of the file system.
 */
export async function readNative(
  url: string,
  request: LoadRequest,
  note: (file: NativeFile) => void,
): Promise<NativeFile> {
  if (url.startsWith('node:')) {
    const message = `No such built-in module: ${escapeText(url)}`
    throw Object.assign(new Error(message), { code: 'ERR_UNKNOWN_BUILTIN_MODULE' })
  }
  const nothing = { bytes: undefined, text: undefined, imports: [], grammars: [] }
  if (!url.startsWith('file:')) {
    const [, type = ''] = /^data:([^;,]*)/i.exec(url) ?? []
    const file = { ...nothing, format: dataFormats[type.toLowerCase()] }
    note(file)
    check(url, file.format, request)
    return file
  }
  const body = await readFile(new URL(url))
  const extension = extensionOf(url)
  let format = formats[extension]
  let text: string | undefined
  let grammars: readonly Grammar[] = []
  if (format === undefined || format === 'json') text = body.toString()
  if (text !== undefined && format === undefined) {
    const grammar = isCommonJs(url, text, request) ? 'commonjs' : 'module'
    format = grammar
    grammars = grammarsOf(url, text, grammar, request)
  }
  const imports = format === 'module' && text !== undefined ? importsOf(text) : []
  const file = { format, text, imports, grammars, bytes: sizeOf(body) }
  note(file)
  if (extension !== '' && !isNativeExtension(extension) && !isRequire(request.conditions)) {
    throw unknownExtension(url)
  }
  check(url, format, request)
  return file
}
