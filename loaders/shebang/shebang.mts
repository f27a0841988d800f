/** A `#!` line says which language a text without an extension is in. */

import { javascriptType } from '../../core/module-syntax.mts'
import { parseShebang } from './command.mts'

export const name = 'shebang'

const typescript = 'application/typescript'

/** Programs that run TypeScript as it is. A plain script in JavaScript is TypeScript, too. */
const typescriptPrograms = new Set(['bun', 'deno', 'esno', 'jiti', 'ts-node', 'ts-node-esm', 'tsx'])

/** Modules that make node run TypeScript: by `--import`, `--loader` or `--require`. */
const typescriptModules =
  /^(?:tsx|ts-node|tsimp|jiti|amaro|esbuild-register|@esbuild-kit\/[\w-]+|@oxc-node\/core|@swc-node\/register|ts-blank-space)(?:\/|$)/

const stripping = /^--(?:experimental-)?(?:strip|transform)-types$/

/** node's and deno's ways of saying what a text is. */
const byExtension = new Map([
  ['js', 'text/javascript'],
  ['mjs', 'text/javascript'],
  ['cjs', 'application/node'],
  ['jsx', 'text/jsx'],
  ['ts', typescript],
  ['mts', `${typescript};goal=module`],
  ['cts', `${typescript};goal=commonjs`],
  ['tsx', 'text/tsx'],
])

const byInputType = new Map([
  ['module', 'text/javascript'],
  ['commonjs', 'application/node'],
  ['module-typescript', `${typescript};goal=module`],
  ['commonjs-typescript', `${typescript};goal=commonjs`],
])

/** The values that these options are given: `--import tsx` or `--import=tsx`. */
function* optionValues(words: readonly string[], ...names: string[]): Generator<string> {
  for (const [index, word] of words.entries()) {
    const [option = '', ...value] = word.split('=')
    if (names.includes(option)) yield value.length > 0 ? value.join('=') : (words[index + 1] ?? '')
  }
}

async function nodeType(flags: readonly string[], body: string): Promise<string> {
  const inputType = [...optionValues(flags, '--input-type', '--experimental-default-type')].at(-1)
  const stated = inputType === undefined ? undefined : byInputType.get(inputType)
  const modules = [
    ...optionValues(flags, '--import', '--loader', '--experimental-loader', '--require', '-r'),
  ]
  const runsTypescript =
    flags.some((flag) => stripping.test(flag)) ||
    modules.some((each) => typescriptModules.test(each))
  if (runsTypescript && !stated?.startsWith(typescript)) {
    return inputType === undefined || stated === undefined
      ? typescript
      : `${typescript};goal=${inputType}`
  }
  return stated ?? javascriptType(body)
}

/** Names the media type of a script by its `#!` line; `false` when there is none, or for another language. */
export async function identify(_url: string, body: string | Uint8Array): Promise<false | string> {
  if (typeof body !== 'string') return false
  const command = parseShebang(body)
  if (command === undefined) return false
  if (command.program === 'node') return nodeType(command.words, body)
  if (!typescriptPrograms.has(command.program)) return false
  const [extension] = command.program === 'deno' ? optionValues(command.words, '--ext') : []
  return byExtension.get(extension ?? '') ?? typescript
}
