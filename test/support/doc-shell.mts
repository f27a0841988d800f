/** What is wrong with a line of a shell that a document shows: a command, an option, a script or a file that is not there. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { commands } from '../../cli/commands.mts'
import { read, root } from './documents.mts'

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

/** Programs that a reader has. */
const programs = new Set('cat cd chmod cp dot echo git http-server jq mkdir rm'.split(' '))

/** Files that stand for the reader's own. */
const theirs =
  /^(?:app|program|server)\.(?:mjs|ts|mts|cjs)$|^\.\/(?:loader\.mts|app\.mjs|instrumentation\.mjs)$|^\/path\/to\/loader\.mts$|^\.\.\/\.\.\/loader\.mts$/

/** Words and operators as a shell has them, without comments. `…` stands for what is left out. */
function tokensOf(line: string): string[] {
  const found = line.matchAll(
    /(?<!\S)#.*$|\d?>>?\s*\S+|&&|\|\|?|;|&(?=\s|$)|(?:'[^']*'|"[^"]*"|[^\s'"|;&>])+/g,
  )
  return [...found].map(([token]) => token)
}

/** The commands of a line, as words without their quotes. */
export function commandsOf(line: string): string[][] {
  const found: string[][] = [[]]
  for (const token of tokensOf(line)) {
    if (/^(?:&&|\|\|?|;|&)$/.test(token)) found.push([])
    else if (!/^(?:#|\d?>)/.test(token))
      found.at(-1)!.push(token.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'))
  }
  return found.filter(({ length }) => length > 0)
}

const variables = new Set(
  [
    'HTTPS_PROXY HTTP_PROXY NO_PROXY CI NODE_OPTIONS NODE_EXTRA_CA_CERTS',
    ...[...read('docs/configuration.md').matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name),
  ].flatMap((each) => each!.split(' ')),
)

/** Node's flags that `allowedNodeEnvironmentFlags` leaves out. */
const flags = new Set(
  '--check --entry-url --env-file --eval -e --help --permission --print --test --watch'.split(' '),
)

function flagFault(word: string): string | undefined {
  const [flag = ''] = word.split('=', 1)
  const isKnown = flags.has(flag) || process.allowedNodeEnvironmentFlags.has(flag)
  return isKnown ? undefined : `Node has no flag '${flag}'`
}

async function mimeportFault([name = '', ...args]: readonly string[]): Promise<string | undefined> {
  if (name === '--help' || name === '--version') return undefined
  if (!Object.hasOwn(commands, name)) return `there is no command 'mimeport ${name}'`
  // Node's flags, then a program, whose words are its own.
  if (name === 'run') return args[0]?.startsWith('-') === true ? flagFault(args[0]) : undefined
  const { options } = await commands[name]!.load()
  for (const arg of args) {
    if (arg === '--') break
    const [, option] = /^--([\w-]+)/.exec(arg) ?? []
    if (option !== undefined && option !== 'help' && !Object.hasOwn(options, option)) {
      return `'mimeport ${name}' has no option '--${option}'`
    }
  }
  return undefined
}

/** Whether the sources of a script know an option, where they are the project's. */
function knowsOption(script: string, option: string): boolean {
  const [, file] = /^node (\S+\.mts)/.exec(scripts[script] ?? '') ?? []
  if (file === undefined) return true
  const files = globSync('*.mts', { cwd: join(root, dirname(file)) })
  return files.some((each) => {
    const text = readFileSync(join(root, dirname(file), each), 'utf8')
    return text.includes(`--${option}`) || new RegExp(`\\b${option}\\b['"]?:`).test(text)
  })
}

function npmFault([verb = '', ...args]: readonly string[]): string | undefined {
  const script = verb === 'test' ? 'test' : verb === 'run' ? args[0] : undefined
  if (script === undefined) {
    return ['ci', 'exec', 'install', 'pack'].includes(verb) ? undefined : `what is 'npm ${verb}'?`
  }
  if (!Object.hasOwn(scripts, script)) return `package.json has no script '${script}'`
  for (const arg of args) {
    const [, option] = /^--([\w-]+)/.exec(arg) ?? []
    if (option !== undefined && !knowsOption(script, option)) {
      return `'npm run ${script}' has no option '--${option}'`
    }
  }
  return undefined
}

/** Where a command is given: a folder of the project, in which the document has these files as well. */
export interface Where {
  readonly folder: string
  readonly files: readonly string[]
}

function nodeFault(args: readonly string[], { folder, files }: Where): string | undefined {
  for (const [index, arg] of args.entries()) {
    if (arg === '…') continue
    if (arg.startsWith('-')) {
      const fault = flagFault(arg)
      if (fault !== undefined) return fault
      continue
    }
    const before = args[index - 1] ?? ''
    if (before === '--import' && (arg === 'mimeport' || arg === 'tsx')) continue
    if (
      /^\w+:/.test(arg) ||
      theirs.test(arg) ||
      files.includes(arg) ||
      existsSync(join(root, folder, arg))
    ) {
      // What follows the program is its own.
      if (before !== '--import') return undefined
      continue
    }
    return `there is no file '${arg}'`
  }
  return undefined
}

async function commandFault(words: readonly string[], where: Where): Promise<string | undefined> {
  const [first = '', ...rest] = words
  const [, variable] = /^([A-Z_][A-Z\d_]*)=/.exec(first) ?? []
  if (variable !== undefined) {
    if (!variables.has(variable)) return `there is no variable '${variable}'`
    return rest.length === 0 ? undefined : commandFault(rest, where)
  }
  if (first === 'npx') {
    const isInstalled = existsSync(join(root, 'node_modules/.bin', rest[0] ?? ''))
    return isInstalled ? undefined : commandFault(rest, where)
  }
  if (first === 'mimeport') return mimeportFault(rest)
  if (first === 'npm') return npmFault(rest)
  if (first === 'node') return nodeFault(rest, where)
  if (first.startsWith('./') && existsSync(join(root, where.folder, first))) return undefined
  return programs.has(basename(first)) ? undefined : `what is '${first}'?`
}

/** What is wrong with a shell's text in a document; `files`: those that the document has. */
export async function shellFault(
  text: string,
  document: string,
  files: readonly string[] = [],
): Promise<string | undefined> {
  const folder = document.startsWith('examples/') ? dirname(document) : '.'
  for (const line of text.replaceAll('\\\n', ' ').split('\n')) {
    for (const words of commandsOf(line)) {
      const fault = await commandFault(words, { folder, files })
      if (fault !== undefined) return `${line}: ${fault}`
    }
  }
  return undefined
}
