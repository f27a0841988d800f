/** The flags by which Node preloads us: whether a thread has them, and those that it would need. */

import { fs, modules, paths, urls } from '../builtins.mts'

export type PreloadKind = 'import' | 'require'

/** Flags with their values: `['--require', 'x', '--title=y']` → `[['--require', 'x'], ['--title', 'y']]`. */
function* pairsOf(words: readonly string[]): Generator<readonly [string, string]> {
  for (const [index, word] of words.entries()) {
    if (!word.startsWith('-')) continue
    const equals = word.startsWith('--') ? word.indexOf('=') : -1
    if (equals !== -1) yield [word.slice(0, equals), word.slice(equals + 1)]
    else yield [word, words[index + 1] ?? '']
  }
}

/** The file that a preload flag's value means, seen from a folder; `undefined` when there is none. */
function fileOf(value: string, from?: string): string | undefined {
  try {
    const folder = urls().pathToFileURL(`${from ?? process.cwd()}/`)
    const isURL = /^(?:file:|\.{0,2}\/)/i.test(value)
    const path = isURL
      ? urls().fileURLToPath(new URL(value, folder))
      : paths().isAbsolute(value)
        ? value
        : modules().createRequire(folder).resolve(value)
    return fs().realpathSync.native(path)
  } catch {
    return undefined
  }
}

const isRequire = (flag: string | undefined) => flag === '--require' || flag === '-r'

/**
 * These flags with us by our whole name, where they name us relative to `folder`: a thread looks a name up from where the
 * process is by then.
 */
export function anchoredFlags(words: readonly string[], self: string, folder: string): string[] {
  const own = fileOf(self)
  return words.map((word, index) => {
    const equals = word.startsWith('--') ? word.indexOf('=') : -1
    const flag = equals === -1 ? words[index - 1] : word.slice(0, equals)
    if (!isRequire(flag) && flag !== '--import') return word
    if (own === undefined || fileOf(word.slice(equals + 1), folder) !== own) return word
    return word.slice(0, equals + 1) + (isRequire(flag) ? urls().fileURLToPath(self) : self)
  })
}

/** How these flags preload us: `require` runs in every worker, `import` in most. `self`: our URL. */
export function preloadKind(words: readonly string[], self: string): PreloadKind | undefined {
  const own = fileOf(self)
  let kind: PreloadKind | undefined
  for (const [flag, value] of pairsOf(words)) {
    if (!isRequire(flag) && flag !== '--import') continue
    if (own === undefined || fileOf(value) !== own) continue
    if (isRequire(flag)) return 'require'
    kind = 'import'
  }
  return kind
}

/** Flags by which something runs before the program, and may register hooks. */
const preloads = new Set(['--import', '--require', '-r', '--loader', '--experimental-loader'])

/**
 * Whether a thread preloads us, and nothing else: then nobody has registered hooks before us. `words`: its flags; `self`: our
 * URL.
 */
export function isAlone(words: readonly string[], self: string): boolean {
  const fromOptions = (process.env['NODE_OPTIONS'] ?? '').split(/\s+/)
  const values = [...pairsOf(fromOptions), ...pairsOf(words)].flatMap(([flag, value]) =>
    preloads.has(flag) ? [value] : [],
  )
  const own = fileOf(self)
  return values.length > 0 && values.every((value) => fileOf(value) === own)
}

/** Whether `require` of ES modules, which we are, is switched off for a thread with these flags. */
function refusesModules(words: readonly string[]): boolean {
  return words.some((word) => /^--no-(?:experimental-)?require-module$/.test(word))
}

/** The flags that make a thread with these flags preload us. `self`: our URL. */
export function preloadFlags(words: readonly string[], self: string, isText: boolean): string[] {
  // `--require` runs in every worker, and leaves it to Node which of its loaders a program begins with.
  if (!refusesModules(words)) return ['--require', urls().fileURLToPath(self)]
  return isText ? [] : ['--import', self]
}

/** Takes out of `words` the flags that Node named, with their values: the process has them, and a thread cannot. */
export function withoutFlags(words: readonly string[], named: readonly string[]): string[] {
  const rest: string[] = []
  let drops = false
  for (const word of words) {
    if (word.startsWith('-')) drops = named.includes(word)
    if (!drops) rest.push(word)
  }
  return rest
}
