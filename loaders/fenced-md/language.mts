/** The languages of a fence that are JavaScript or TypeScript, by name and by file name. */

import { URL } from 'node:url'
import { unescapeInfo } from './info-string.mts'

export interface Language {
  readonly typescript: boolean
  readonly jsx: boolean
  /** What the name says of the module: `undefined` where only the text can tell. ECMA-262 §16; Node's CommonJS. */
  readonly goal: 'module' | 'commonjs' | undefined
}

function language(typescript: boolean, jsx: boolean, goal?: Language['goal']): Language {
  return { typescript, jsx, goal }
}

/** Each is a language's name and a file's extension. */
const extensions = new Map<string, Language>([
  ['js', language(false, false)],
  ['mjs', language(false, false, 'module')],
  ['cjs', language(false, false, 'commonjs')],
  ['jsx', language(false, true)],
  ['ts', language(true, false)],
  ['mts', language(true, false, 'module')],
  ['cts', language(true, false, 'commonjs')],
  ['tsx', language(true, true)],
])

/** Names that are no extensions. Those of GitHub's Linguist, and the standard's own. Checked on 2026-11-20. */
const aliases = new Map([
  ['javascript', 'js'],
  ['node', 'js'],
  ['ecmascript', 'js'],
  ['es', 'js'],
  ['typescript', 'ts'],
])

/** What counts, for messages. */
export const languageNames = [...extensions.keys(), ...aliases.keys()].join(', ')

/** No path is longer (PATH_MAX): a longer word is no name, and its escapes may stay. */
const longestName = 4096

/** The first word of an info string: what names the fence's language. Its escapes are undone. */
export function firstWord(info: string): string {
  const word = wordAt(info)
  if (word.length > longestName) return word
  const text = unescapeInfo(word)
  // An escape may stand for white space, which ends the word.
  return text === word ? word : wordAt(text)
}

function wordAt(text: string): string {
  const end = text.search(/\s/)
  return end === -1 ? text : text.slice(0, end)
}

/** The language that a word names: by itself (`ts`), or as a file (`src/x.mts`). Letter case does not count. */
export function languageOf(word: string): Language | undefined {
  if (word === '' || word.length > longestName) return undefined
  const name = word.toLowerCase()
  return extensions.get(aliases.get(name) ?? name) ?? extensions.get(extensionOf(name))
}

/** The language that the name of a document says: `ts` in `https://host/x.ts.md?query`. */
export function languageOfURL(url: string | undefined): Language | undefined {
  const path = url === undefined ? undefined : URL.parse(url)?.pathname
  // An opaque path holds the document itself (data:), or nothing that is a name.
  if (path === undefined || !path.startsWith('/')) return undefined
  const extension = /\.([a-z]{2,3})\.(?:md|markdown)$/i.exec(path)?.[1]
  return extension === undefined ? undefined : extensions.get(extension.toLowerCase())
}

function extensionOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}
