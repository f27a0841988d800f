/** Where Node's own flags end and the program begins, in the words of a command line. */

import { spawnSync } from 'node:child_process'

export interface CommandLine {
  /** Node's flags with their values, and `--` where it was written. */
  readonly flags: readonly string[]
  /** What is to be run; `undefined`: Node is told by its flags (`-e`, `--test`), or nothing was named. */
  readonly program: string | undefined
  readonly args: readonly string[]
  /** Whether the flags say what Node is to do, so that what follows them is no program. */
  readonly isWhole: boolean
}

/** Flags after which Node does something else than to run the first word that is none. Node: cli. */
const whole = new Set([
  '--bench',
  '--build-sea',
  '--completion-bash',
  '--eval',
  '--experimental-sea-config',
  '--interactive',
  '--print',
  '--prof-process',
  '--run',
  '--test',
  '--v8-options',
  '--version',
  '-e',
  '-i',
  '-p',
  '-pe',
  '-v',
])

/** `--name=value` → `--name`; Node takes `_` for `-` there. */
function nameOf(word: string): string {
  const [name = ''] = word.split('=', 1)
  return name.startsWith('--') ? name.replaceAll('_', '-') : name
}

/**
 * The flags that Node's own help shows with a value: `-r, --require=...`. One that is optional, `--inspect[=...]`, stands
 * after `=` alone.
 */
export function flagsWithValue(help: string): Set<string> {
  const found = new Set<string>()
  for (const [, head = ''] of help.matchAll(/^ {2}(-\S.*?)(?: {2,}.*)?$/gm)) {
    if (!head.includes('=') || head.includes('[=')) continue
    for (const [, name = ''] of head.matchAll(/(?:^|, )(--?[\w-]+)/g)) found.add(name)
  }
  return found
}

let known: Set<string> | undefined

/**
 * Whether the word after a flag is its value. The Node that runs the program is asked: which flags it has is another thing
 * in each version, and nothing else that it offers says which have values.
 */
function takesValue(flag: string): boolean {
  known ??= flagsWithValue(
    spawnSync(process.execPath, ['--help'], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
      timeout: 10_000,
    }).stdout ?? '',
  )
  return known.has(nameOf(flag))
}

/** Parts the words of a command line as Node does. `takes`: whether the word after a flag is its value. */
export function partWords(
  words: readonly string[],
  takes: (flag: string) => boolean = takesValue,
): CommandLine {
  let at = 0
  let isWhole = false
  while (at < words.length) {
    const word = words[at]!
    if (word === '--') {
      at += 1
      break
    }
    // One dash alone is a program: what stdin has.
    if (!word.startsWith('-') || word === '-') break
    isWhole ||= whole.has(nameOf(word))
    const next = words[at + 1]
    const isValue = !word.includes('=') && next !== undefined && !next.startsWith('-')
    at += isValue && takes(word) ? 2 : 1
  }
  const rest = isWhole ? [] : words.slice(at)
  return {
    flags: isWhole ? words : words.slice(0, at),
    program: rest[0],
    args: rest.slice(1),
    isWhole,
  }
}
