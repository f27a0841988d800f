/**
 * Why a cell is empty: each reason is Node's own, and a control shows it on plain Node. Where the reason has a `code`,
 * the cell itself was tried, and failed with it.
 */

import type { Entrance } from './entrance.mts'
import type { Format } from './format.mts'
import type { SourceName } from './source.mts'

export interface Reason {
  readonly text: string
  /** What the cell fails with, as plain Node does. */
  readonly code?: string
  applies(entrance: Entrance, format: Format, source: SourceName): boolean
  /** Plain Node's arguments, in the folder of the files; and what it prints. */
  readonly control: { readonly args: readonly string[]; readonly prints: RegExp }
}

const codeOf = (specifier: string) =>
  `try { require(${JSON.stringify(specifier)}) } catch (error) { error.code ?? error.name }`

const isAttributed = ({ attributes }: Format, ...types: readonly string[]) =>
  attributes !== undefined && types.includes(attributes['type'] ?? '')

export const reasons: readonly Reason[] = [
  {
    text: '`require()` has no attributes; Node ignores a second argument.',
    applies: ({ manner }, format) => manner === 'require' && isAttributed(format, 'text', 'bytes'),
    control: {
      args: ['-p', "require('./modules/json/data.json', { with: { type: 'text' } }).value[0]"],
      prints: /^42\n$/,
    },
  },
  {
    text: 'A command line has no attributes, and Node refuses JSON without one: `ERR_IMPORT_ATTRIBUTE_MISSING`.',
    code: 'ERR_IMPORT_ATTRIBUTE_MISSING',
    applies: ({ manner }, format) => manner === 'program' && isAttributed(format, 'json'),
    control: {
      args: ['--import', 'data:text/javascript,', './modules/json/data.json'],
      prints: /code: 'ERR_IMPORT_ATTRIBUTE_MISSING'/,
    },
  },
  {
    text: 'A command line has no attributes; Node knows no such program: `ERR_UNKNOWN_FILE_EXTENSION`.',
    applies: ({ manner }, format) => manner === 'program' && isAttributed(format, 'text', 'bytes'),
    control: {
      args: ['--import', 'data:text/javascript,', './modules/text/note.txt'],
      prints: /code: 'ERR_UNKNOWN_FILE_EXTENSION'/,
    },
  },
  {
    text: '`require()` reads a file of WebAssembly as JavaScript: `SyntaxError`.',
    code: 'SyntaxError',
    applies: ({ manner }, { label }, source) =>
      manner === 'require' && label === 'wasm' && source === 'file',
    control: { args: ['-p', codeOf('./modules/wasm/adder.wasm')], prints: /^SyntaxError\n$/ },
  },
  {
    text: "`data:` URLs of JavaScript, JSON and WebAssembly are Node's own, and its `require()` knows no URL: `MODULE_NOT_FOUND`.",
    code: 'MODULE_NOT_FOUND',
    applies: ({ manner, resolvesTo }, { label }, source) =>
      source === 'data' &&
      (manner === 'require' || resolvesTo === 'filename') &&
      ['esm', 'json', 'wasm', 'byte'].includes(label),
    control: {
      args: ['-p', codeOf('data:text/javascript,export default 1')],
      prints: /^MODULE_NOT_FOUND\n$/,
    },
  },
]

/** The reason why a cell is empty, where there is one. */
export function reasonFor(
  entrance: Entrance,
  format: Format,
  source: SourceName,
): Reason | undefined {
  return reasons.find((reason) => reason.applies(entrance, format, source))
}
