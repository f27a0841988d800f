/** Finds the command, reads what it is given, and runs it. */

import { exitCodes, readWords, told, UsageError } from './command.mts'
import { commands, groups } from './commands.mts'
import { complain, say } from './output.mts'
import { nearest } from '../core/nearest.mts'
import { escapeText } from '../core/text.mts'
import { version } from '../core/version.mts'

function overview(): string {
  const entries = Object.entries(commands)
  const width = Math.max(...entries.map(([name]) => name.length)) + 2
  const sections = Object.entries(groups).map(([group, title]) => {
    const lines = entries
      .filter(([, listing]) => listing.group === group)
      .map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`)
    return lines.length === 0 ? [] : [`${title}:`, ...lines, '']
  })
  return [
    'Usage: mimeport <command> [options]',
    '',
    ...sections.flat(),
    "'mimeport <command> --help' says more of each, 'mimeport --version' which one",
    'it is. A program needs none of them: node --import mimeport app.mjs',
  ].join('\n')
}

function refuse(message: string, name?: string): number {
  complain(`mimeport: ${message}`)
  complain(`Try 'mimeport ${name === undefined ? '' : `${name} `}--help'`)
  return exitCodes.usage
}

function refuseName(name: string): number {
  const known = Object.keys(commands)
  const near = nearest(name, known)
  // A path or a URL: whoever writes one wants it run.
  const isProgram = near === undefined && /^[^-].*[./:]/.test(name)
  const hint = isProgram
    ? `; a program is run with: mimeport run ${escapeText(name)}`
    : near === undefined
      ? ` (there are ${known.join(', ')})`
      : `; did you mean '${near}'?`
  return refuse(`there is no command '${escapeText(name)}'${hint}`)
}

async function runCommand(name: string, args: readonly string[]): Promise<number> {
  if (!Object.hasOwn(commands, name)) return refuseName(name)
  const command = await commands[name]!.load()
  try {
    const given = command.read?.(args) ?? readWords(args, command.options)
    if (given.has('help')) {
      say(command.help)
      return exitCodes.done
    }
    return await command.run(given)
  } catch (error) {
    if (error instanceof UsageError) return refuse(error.message, name)
    complain(`mimeport: ${told(error)}`)
    return exitCodes.failed
  }
}

/** Runs a command line, without the words of Node's own; the result is for `process.exitCode`. */
export async function main(args: readonly string[]): Promise<number> {
  const [first, ...rest] = args
  if (first === undefined) {
    complain(overview())
    return exitCodes.usage
  }
  if (first === '--help' || first === '-h' || (first === 'help' && rest.length === 0)) {
    say(overview())
    return exitCodes.done
  }
  if (first === '--version' || first === '-v') {
    say(version())
    return exitCodes.done
  }
  if (first === 'help') return runCommand(rest[0]!, ['--help'])
  return runCommand(first, rest)
}
