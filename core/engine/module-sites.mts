/** All that a module names for import, whoever loads it. */

import { sitesOfCommonJs, sitesOfModule, sitesOfWasm } from './call-sites.mts'
import { javascriptType } from '../module-syntax.mts'
import { extensionOf } from '../native.mts'
import { packageType } from '../package-type.mts'
import { readFile } from 'node:fs/promises'
import type { CallSites } from './call-sites.mts'
import type { LoadRequest, NodeModule } from '../types.mts'

const none: CallSites = { sites: [], unknown: 0 }

/** Those of the module that a request has led to. */
export async function sitesOf(
  module: Pick<NodeModule, 'url' | 'format' | 'source' | 'imports' | 'dynamic' | 'native'>,
  request: LoadRequest,
): Promise<CallSites> {
  const { url, format, source, imports, dynamic } = module
  // What a dynamic module has is no text that Node runs.
  if (request.importAttributes['type'] !== undefined || dynamic !== undefined) return none
  if (module.native) {
    if (extensionOf(url) === 'wasm') return sitesOfWasm(await readFile(new URL(url)))
    const text = await readFile(new URL(url), 'utf8')
    return isCommonJs(url, text, request) ? sitesOfCommonJs(text) : sitesOfModule(text)
  }
  if (format === 'wasm') return sitesOfWasm(source as Uint8Array)
  if (typeof source !== 'string') return none
  if (format === 'commonjs') return sitesOfCommonJs(source)
  return format === 'module' ? sitesOfModule(source, imports) : none
}

/** Which kind of JavaScript Node takes a local file for. */
export function isCommonJs(
  url: string,
  text: string,
  { conditions }: Pick<LoadRequest, 'conditions'>,
): boolean {
  const extension = extensionOf(url)
  if (extension === 'mjs' || extension === 'cjs') return extension === 'cjs'
  const type = packageType(url)
  if (type !== undefined) return type !== 'module'
  if (conditions.includes('require') && !/\b(?:import|export)\b/.test(text)) return true
  return javascriptType(text) === 'application/node'
}
