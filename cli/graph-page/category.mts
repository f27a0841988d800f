/** What a module is, for its colour: by the media type that came. */

import { essenceOf } from '../graph/steps.mts'
import type { Explanation } from '../../core/explanation.mts'

/** Category → what the legend calls it, and the sign that says so without a colour. */
export const categories = {
  javascript: ['JavaScript', 'JS'],
  typescript: ['TypeScript', 'TS'],
  markdown: ['Markdown', 'MD'],
  data: ['Data and text', '{}'],
  wasm: ['WebAssembly', 'WA'],
  other: ['Other types', '··'],
  outside: ['Node and packages', '↗'],
  failed: ['Failed', '!'],
} as const

export type Category = keyof typeof categories

const byType: readonly (readonly [RegExp, Category])[] = [
  [/typescript|^text\/tsx$|^video\/mp2t$/, 'typescript'],
  [/markdown/, 'markdown'],
  [/javascript|ecmascript|^text\/jsx$|^application\/node$/, 'javascript'],
  [/wasm/, 'wasm'],
  [/json|ya?ml|toml|csv|tab-separated|xml|^text\/plain$|^text\/css$|^image\//, 'data'],
]

const byFormat: Readonly<Record<string, Category>> = {
  module: 'javascript',
  commonjs: 'javascript',
  json: 'data',
  wasm: 'wasm',
}

export function categoryOf(
  kind: 'module' | 'outside' | 'failed',
  explanation: Explanation | undefined,
): Category {
  if (kind !== 'module') return kind
  const { mediaType, format = '', error } = explanation ?? {}
  if (error !== undefined) return 'failed'
  if (mediaType === undefined) return byFormat[format] ?? 'other'
  const essence = essenceOf(mediaType)
  return byType.find(([pattern]) => pattern.test(essence))?.[1] ?? 'other'
}
