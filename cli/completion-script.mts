/** Scripts by which shells complete a command line. */

import type { Choice } from './command.mts'

export interface DescribedOption {
  readonly name: string
  readonly short?: string
  readonly hasValue: boolean
  readonly takes?: Choice
  readonly summary: string
}

export interface Described {
  readonly name: string
  readonly summary: string
  readonly options: readonly DescribedOption[]
  readonly takes: Choice
}

/** Words in single quotes, for POSIX's shells. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function flagsOf({ name, short }: DescribedOption): string[] {
  return [...(short === undefined ? [] : [`-${short}`]), `--${name}`]
}

const global = ['help', '--help', '--version']

/** bash(1), Programmable Completion. What has no answer here is completed as a file's name. */
function bash(commands: readonly Described[]): string {
  const reply = (words: readonly string[]) =>
    `COMPREPLY=($(compgen -W ${quoted(words.join(' '))} -- "$cur"))`
  const names = commands.map(({ name }) => name)
  const cases = commands.map(({ name, options, takes }) => {
    const values = options
      .filter(({ hasValue }) => hasValue)
      .map((option) => {
        const answer = Array.isArray(option.takes) ? `${reply(option.takes)}; return` : 'return'
        return `        ${flagsOf(option).join('|')}) ${answer} ;;`
      })
    const ofPrevious = values.length === 0 ? [] : ['      case $prev in', ...values, '      esac']
    const words = Array.isArray(takes) ? reply(takes) : ':'
    return [
      `    ${name})`,
      ...ofPrevious,
      `      if [[ $cur == -* ]]; then ${reply(options.flatMap(flagsOf))}`,
      `      else ${words}; fi ;;`,
    ].join('\n')
  })
  return `# Completion of mimeport for bash
_mimeport() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    ${reply([...names, ...global])}
    return
  fi
  case \${COMP_WORDS[1]} in
    help) ${reply(names)} ;;
${cases.join('\n')}
  esac
}
complete -o bashdefault -o default -F _mimeport mimeport
`
}

/** zshcompsys(1), _arguments and _describe. */
function zsh(commands: readonly Described[]): string {
  const plain = (text: string) => text.replace(/[[\]:\\]/g, (each) => `\\${each}`)
  const action = (takes: Choice | undefined, what: string) =>
    Array.isArray(takes) ? `:${what}:(${takes.join(' ')})` : `:${what}:_files`
  const listed = commands.map(({ name, summary }) => quoted(`${name}:${plain(summary)}`))
  const cases = commands.map(({ name, options, takes }) => {
    const specs = options.flatMap((option) => {
      const value = option.hasValue ? action(option.takes, 'value') : ''
      return flagsOf(option).map((flag) => {
        const equals = option.hasValue && flag.startsWith('--') ? '=' : ''
        return quoted(`${flag}${equals}[${plain(option.summary)}]${value}`)
      })
    })
    const words =
      Array.isArray(takes) && takes.length === 0 ? [] : [quoted(`*${action(takes, 'word')}`)]
    return `    ${name}) _arguments ${[...specs, ...words].join(' ')} ;;`
  })
  return `#compdef mimeport
# Completion of mimeport for zsh
_mimeport() {
  local -a commands
  commands=(${listed.join(' ')})
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
    help) _describe command commands ;;
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = _mimeport ]; then _mimeport "$@"; else compdef _mimeport mimeport; fi
`
}

/** complete(1) of fish. */
function fish(commands: readonly Described[]): string {
  const quote = (text: string) => `'${text.replace(/[\\']/g, (each) => `\\${each}`)}'`
  const lines = [
    '# Completion of mimeport for fish',
    'complete -c mimeport -n __fish_use_subcommand -f',
  ]
  for (const { name, summary, options, takes } of commands) {
    const seen = quote(`__fish_seen_subcommand_from ${name}`)
    lines.push(`complete -c mimeport -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`)
    if (Array.isArray(takes)) {
      const words = takes.length === 0 ? '' : ` -a ${quote(takes.join(' '))}`
      lines.push(`complete -c mimeport -n ${seen} -f${words}`)
    }
    for (const { name: option, short, hasValue, takes: values, summary: text } of options) {
      const parts = [`-l ${option}`, short && `-s ${short}`, hasValue && '-r']
      if (Array.isArray(values)) parts.push(`-f -a ${quote(values.join(' '))}`)
      if (text !== '') parts.push(`-d ${quote(text)}`)
      lines.push(`complete -c mimeport -n ${seen} ${parts.filter(Boolean).join(' ')}`)
    }
  }
  return `${lines.join('\n')}\n`
}

export const shells = { bash, zsh, fish }
