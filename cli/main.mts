/** Finds the command, reads what it is given, and runs it. */

import { exitCodes, readWords, told, UsageError } from './command.mts'
import { complain, say } from './output.mts'
import { escapeText } from '../core/text.mts'
import { version } from '../core/version.mts'
import type { Command, ExitCode } from './command.mts'

/** Name → what it does, in a line, and its file, which is imported when it is used. */
const commands: Readonly<Record<string, readonly [summary: string, () => Promise<Command>]>> = {
  allow: ['let modules of a host be imported', async () => (await import('./allow.mts')).allow],
  lock: [
    'write down which bytes a program may import',
    async () => (await import('./lock.mts')).lock,
  ],
  vendor: ['keep those bytes in the project', async () => (await import('./vendor.mts')).vendor],
}

function overview(): string {
  const lines = Object.entries(commands).map(([name, [summary]]) => `  ${name.padEnd(8)}${summary}`)
  return [
    'Usage: mimeport <command> [options]',
    '',
    ...lines,
    '',
    "'mimeport <command> --help' says more of each; 'mimeport --version' prints the version.",
    'A program is run with: node --import mimeport app.mjs',
  ].join('\n')
}

function refuse(message: string, name?: string): ExitCode {
  complain(`mimeport: ${message}`)
  complain(`Try 'mimeport ${name === undefined ? '' : `${name} `}--help'`)
  return exitCodes.usage
}

async function runCommand(name: string, args: readonly string[]): Promise<ExitCode> {
  const [, load] = Object.hasOwn(commands, name) ? commands[name]! : []
  if (load === undefined) {
    const known = Object.keys(commands).join(', ')
    return refuse(`there is no command '${escapeText(name)}' (there are ${known})`)
  }
  const command = await load()
  try {
    const given = readWords(args, command.options)
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
export async function main(args: readonly string[]): Promise<ExitCode> {
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
