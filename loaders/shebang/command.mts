/** The command of a `#!` line: which program, with which words after it. */

/** Characters of a first line that are read. Linux itself reads 256. */
const lineLimit = 4096

export interface Command {
  /** `node`, `tsx`, …: no folder, no version, no `.exe`, lower case. */
  readonly program: string
  readonly words: readonly string[]
}

/** Splits as `env -S` does: at white space, but for what is quoted. */
function split(line: string): string[] {
  const words = line.match(/(?:[^\s"']|"[^"]*"?|'[^']*'?)+/g) ?? []
  return words.map((word) => word.replace(/["']/g, ''))
}

/** `/usr/bin/node20` → `node`, `C:\node.exe` → `node`, `tsx@4.19` → `tsx`. */
function programName(word: string): string {
  const base = word.slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\')) + 1)
  const name = base
    .toLowerCase()
    .replace(/\.(?:exe|cmd|bat)$/, '')
    .replace(/@.*$/, '')
  return name.replace(/^(node|nodejs|bun|deno)-?v?\d[\d.]*$/, '$1').replace(/^nodejs$/, 'node')
}

/** Options of env that take the next word. */
const envValues = new Set(['-u', '--unset', '-C', '--chdir', '-P'])

/** What env runs: its options and assignments are left out. */
function afterEnv(words: readonly string[]): string[] {
  const rest = [...words]
  for (let word = rest[0]; word !== undefined; word = rest[0]) {
    const splitString = /^(?:-[iv0]*S|--split-string=?)(.*)$/.exec(word)
    if (splitString !== null) rest.splice(0, 1, ...split(splitString[1] ?? ''))
    else if (envValues.has(word)) rest.splice(0, 2)
    else if (word.startsWith('-') || /^[A-Za-z_]\w*=/.test(word)) rest.shift()
    else break
  }
  return rest
}

/** Package runners, and their words that come before the program's name. */
const runners = new Map([
  ['bunx', /^-/],
  ['npm', /^(?:-.*|exec|x)$/],
  ['npx', /^-/],
  ['pnpm', /^(?:-.*|exec|dlx)$/],
  ['pnpx', /^-/],
  ['yarn', /^(?:-.*|exec|dlx|run)$/],
])

/** Reads a text's `#!` line; `undefined` when it has none, or one that is longer than 4,096 characters. */
export function parseShebang(text: string): Command | undefined {
  if (!text.startsWith('#!')) return undefined
  const head = text.slice(2, lineLimit)
  const end = head.search(/[\n\r\u2028\u2029]/)
  if (end === -1 && text.length > lineLimit) return undefined
  let words = split(end === -1 ? head : head.slice(0, end))
  if (programName(words[0] ?? '') === 'env') words = afterEnv(words.slice(1))
  const before = runners.get(programName(words[0] ?? ''))
  if (before !== undefined) {
    const program = words.findIndex((word, index) => index > 0 && !before.test(word))
    words = program === -1 ? [] : words.slice(program)
  }
  const [program, ...rest] = words
  return program === undefined ? undefined : { program: programName(program), words: rest }
}
