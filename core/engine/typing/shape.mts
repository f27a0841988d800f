/** What a module is to TypeScript: which text its declarations are made of, or what its value is. docs/types.md */

import { canonicalEssence } from '../../media-type.mts'
import { extensionOf } from '../../native.mts'
import { invalidReturn } from '../response.mts'
import { invoke } from '../invocation.mts'
import { scanModule } from '../../module-syntax.mts'
import { timeouts } from '../../limits.mts'
import { dataOf, declarationOf, typeOfValue } from './value-type.mts'
import type { Making, MadeStep } from '../making.mts'
import type { NodeModule } from '../../types.mts'
import type { SourceExtension, TypedShape } from '../../typing.mts'

/** UTF-16 units of JavaScript that TypeScript is asked to understand: what is longer was made by a bundler. */
const LARGEST = 2 ** 22

/** A shape before what it names is followed. */
export type Shape = TypedShape extends infer S
  ? S extends { references: unknown }
    ? Omit<S, 'references'>
    : S
  : never

/** What TypeScript reads in a file of the project without us. */
const readByTypeScript = new Set(['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs'])

/** Whether TypeScript reads a local module by itself: what it cannot name, or would not read, is ours. */
export function isReadByTypeScript(url: string, type: string): boolean {
  if (!url.startsWith('file:')) return false
  const extension = extensionOf(url)
  if (type === '') return extension === 'json' || readByTypeScript.has(extension)
  return type === 'json' && extension === 'json'
}

/** Whether a URL is that of a declaration file. */
export function isDeclaration(url: string): boolean {
  return /\.d\.(?:\w+\.)?[cm]?ts(?:[?#]|$)/.test(url)
}

/** The step's text is TypeScript or JSX: what a loader has not yet taken the types out of. */
const typed: Readonly<Record<string, SourceExtension>> = {
  'application/typescript': 'ts',
  'text/tsx': 'tsx',
  'text/jsx': 'jsx',
}

function typedStep(
  steps: readonly MadeStep[],
): { step: MadeStep; extension: SourceExtension } | undefined {
  for (const step of steps) {
    const extension = typed[canonicalEssence(step.mediaType.essence)]
    if (extension !== undefined && typeof step.body === 'string') return { step, extension }
  }
  return undefined
}

/** What the first loader on the way that has something to say says. */
async function declaredByLoader(
  url: string,
  steps: readonly MadeStep[],
): Promise<string | undefined> {
  for (const { loader, headers, body, context } of steps) {
    if (loader.types === undefined) continue
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), timeouts.total).unref()
    const who = { loader: loader.name, export: 'types', url, bytes: body.length }
    try {
      const answer: unknown = await invoke(who, deadline.signal, () =>
        loader.types?.(headers, body, { ...context, signal: deadline.signal }),
      )
      if (typeof answer === 'string') return answer
      if (answer !== undefined && answer !== null && answer !== false) {
        throw invalidReturn(
          loader.name,
          'types',
          'the text of a declaration file, or false',
          answer,
        )
      }
    } finally {
      clearTimeout(timer)
    }
  }
  return undefined
}

/** A name that TypeScript lets a declaration export as it is; the others are exported by no file of ours. */
const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u

function exportNames(source: string): string[] {
  const names = (scanModule(source)?.exports ?? []).map((each) => ('name' in each ? each.name : ''))
  return [...new Set(names)].filter((name) => identifier.test(name))
}

/** The parts of the global that are used. Its types come with the DOM's alone. */
interface Wasm {
  compile(bytes: Uint8Array): Promise<object>
  readonly Module: { exports(module: object): readonly { readonly name: string }[] }
}

async function wasmNames(bytes: Uint8Array): Promise<string[]> {
  const { compile, Module } = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly
  const names = Module.exports(await compile(bytes)).map(({ name }) => name)
  return names.filter((name) => identifier.test(name))
}

async function shapeOfOutput(module: NodeModule, making: Making): Promise<Shape> {
  const { format, source } = making.converted!
  if (module.dynamic !== undefined) return { kind: 'names', names: module.dynamic.exports }
  if (format === 'addon') return { kind: 'names', names: ['default'] }
  if (typeof source !== 'string') {
    if (format === 'wasm') return { kind: 'names', names: await wasmNames(source) }
    return shapeOfText(module, new TextDecoder().decode(source))
  }
  return shapeOfText(module, source)
}

function shapeOfText({ format, hasDefault }: NodeModule, text: string): Shape {
  if (format === 'json') return { kind: 'value', type: typeOfValue(JSON.parse(text)) }
  const data = format === 'module' ? dataOf(text) : undefined
  if (data?.names.length === 0) return { kind: 'value', type: typeOfValue(data.value) }
  if (data !== undefined) return { kind: 'declaration', text: declarationOf(data) }
  const names = [...new Set([...exportNames(text), ...(hasDefault ? ['default'] : [])])]
  if (text.length > LARGEST) return { kind: 'names', names }
  return { kind: 'source', extension: format === 'commonjs' ? 'cjs' : 'js', text, names }
}

/**
 * The shape of a module. What its loaders say comes first, then the TypeScript that it was, then what Node runs.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_RETURN, and what a loader's `types` fails with.
 */
export async function shapeOf(
  module: NodeModule,
  making: Making | undefined,
  type: string,
): Promise<Shape> {
  const { url } = module
  if (type === 'text') return { kind: 'value', type: 'string' }
  if (type === 'bytes') return { kind: 'value', type: 'Uint8Array' }
  if (module.native || making?.converted === undefined) return { kind: 'project' }
  const declared = await declaredByLoader(url, making.steps)
  if (declared !== undefined) return { kind: 'declaration', text: declared }
  const found = typedStep(making.steps)
  if (found === undefined || module.format === 'json') return shapeOfOutput(module, making)
  const text = found.step.body as string
  if (isDeclaration(url)) return { kind: 'declaration', text }
  const names = exportNames(String(making.converted.source))
  const isCommonJs = module.format === 'commonjs' && found.extension === 'ts'
  return { kind: 'source', extension: isCommonJs ? 'cts' : found.extension, text, names }
}
