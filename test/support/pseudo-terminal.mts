/**
 * Runs a program on a terminal of its own. Node can make none, so `script` does, which Linux (util-linux) and macOS have;
 * without it the tests that need a terminal fail, and say so: skipped in silence they would prove nothing.
 */

import { spawn, spawnSync } from 'node:child_process'
import { loaderPath } from './spawn.mts'

export interface TerminalRun {
  /** The program's; 128 and the signal's number when one ended it. */
  readonly status: number | null
  /** All that the terminal was sent: stdout, stderr, and what was typed. */
  readonly output: string
}

export interface TerminalOptions {
  readonly cwd: string
  readonly columns?: number
  readonly env?: Readonly<Record<string, string>>
  /** Node's own arguments; `--import` of the loader when left out. */
  readonly nodeArgs?: readonly string[]
  /** Is told all that was sent so far, whenever there is more; types what it returns. */
  readonly onOutput?: (output: string) => string | undefined
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** The arguments of `script` for a command of the shell. The two families have little in common. */
function scriptArguments(command: string): string[] {
  const { stdout, error } = spawnSync('script', ['--version'], { encoding: 'utf8' })
  if (error !== undefined) {
    throw new Error(`These tests need the program 'script' (util-linux, BSD): ${error.message}`)
  }
  return stdout.includes('util-linux')
    ? ['--quiet', '--return', '--flush', '--command', command, '/dev/null']
    : ['-q', '/dev/null', 'sh', '-c', command]
}

/** Runs `node <nodeArgs> <args>` on a terminal. */
export function runInTerminal(
  args: readonly string[],
  options: TerminalOptions,
): Promise<TerminalRun> {
  const { cwd, columns = 80, env = {}, nodeArgs = ['--import', loaderPath], onOutput } = options
  const program = [process.execPath, ...nodeArgs, ...args].map(quoted).join(' ')
  // A new terminal has no size, and nobody is at the other end to set one.
  const command = `stty cols ${columns} rows 24; exec ${program}`
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^(?:MIMEPORT_|NODE_OPTIONS$|NODE_V8_COVERAGE$|CI$|COLUMNS$|.*COLOR$)/.test(name),
    ),
  )
  return new Promise((resolve, reject) => {
    const child = spawn('script', scriptArguments(command), {
      cwd,
      env: { ...inherited, MIMEPORT_CACHE: 'off', TERM: 'xterm', SHELL: '/bin/sh', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      const typed = onOutput?.(output)
      if (typed !== undefined) child.stdin.write(typed)
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
    child.stdin.on('error', () => {})
    child.on('error', reject)
    child.on('close', (status) => {
      clearTimeout(timer)
      resolve({ status, output })
    })
  })
}
