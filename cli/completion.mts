/** `mimeport completion`: a script for the shell, made of the table of commands and of what they say of themselves. */

import { exitCodes, UsageError } from './command.mts'
import { shells } from './completion-script.mts'
import { say } from './output.mts'
import { escapeText } from '../core/text.mts'
import type { Command, Options } from './command.mts'
import type { Described } from './completion-script.mts'

const names = Object.keys(shells)

const help = `Usage: mimeport completion <bash, zsh or fish>

Prints a script by which the shell completes commands, options and files of
'mimeport'. It is as new as the mimeport that printed it.

  bash: eval "$(npx mimeport completion bash)"      in ~/.bashrc
  zsh:  eval "$(npx mimeport completion zsh)"       in ~/.zshrc, after compinit
  fish: npx mimeport completion fish | source       in config.fish

  -h, --help

Exit codes: 0 done; 1 it could not be made; 2 wrong usage.`

/** Option → what its help says of it, the first line. */
function summariesOf({ help }: Command): Map<string, string> {
  const lines = help.matchAll(/^ {2,}(?:-\w, )?--([\w-]+)(?:[ =]\S+)? {2,}(\S.*)$/gm)
  return new Map([...lines].map(([, name = '', text = '']) => [name, text]))
}

/** Every command as its shell script needs it. */
async function described(): Promise<Described[]> {
  const { commands } = await import('./commands.mts')
  const entries = Object.entries(commands).map(async ([name, { summary, load }]) => {
    const command = await load()
    const summaries = summariesOf(command)
    const all: Options = { ...command.options, help: { type: 'boolean', short: 'h' } }
    const own = Object.entries(all).map(([option, { type, ...rest }]) => ({
      name: option,
      hasValue: type === 'string',
      summary: summaries.get(option) ?? (option === 'help' ? 'says more of it' : ''),
      ...rest,
    }))
    return { name, summary, options: own, takes: command.takes ?? ('path' as const) }
  })
  return Promise.all(entries)
}

export const completion: Command = {
  help,
  options: {},
  takes: names,
  async run({ words }) {
    const [shell = '', ...rest] = words
    if (!Object.hasOwn(shells, shell) || rest.length > 0) {
      const found = shell === '' ? '' : `, not '${escapeText(words.join(' '))}'`
      throw new UsageError(`name the shell: ${names.join(', ')}${found}`)
    }
    say(shells[shell as keyof typeof shells](await described()).trimEnd())
    return exitCodes.done
  },
}
