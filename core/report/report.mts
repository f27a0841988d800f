/** What an engine shows of its work on stderr: warnings, a log when one is asked for, a progress line on a terminal. */

import { fstatSync } from 'node:fs'
import { LoaderError } from '../errors.mts'
import { isOff } from '../switch.mts'
import { escapeText } from '../text.mts'
import { watchActivity } from '../http/activity.mts'
import { printWarnings, warningLine } from './warning.mts'
import type { LogEntry } from './log-entry.mts'
import type { ProgressLine, Work } from './progress-line.mts'

type Kind = 'debug' | 'json'

type Environment = Readonly<Record<string, string | undefined>>

export interface ReportOptions {
  readonly environment: Environment
  /** Number of the engine's thread. */
  readonly thread: number
  /** Whether nobody prints while the thread sleeps that it works for. */
  readonly ownsTerminal: boolean
  /** Writes to stderr, whole, at once, and not at the end of a progress line. */
  readonly print: (text: string) => void
  /** Writes the progress line itself. */
  readonly redraw: (text: string) => void
  readonly work: () => Work
  /** Is told when a line is on the terminal, and when it is gone. */
  readonly onLine: (isShown: boolean) => void
}

async function formatterOf(kind: Kind, thread: number): Promise<(entry: LogEntry) => string> {
  if (kind === 'debug') {
    const { DebugLog } = await import('./debug-log.mts')
    const log = new DebugLog(thread)
    return (entry) => log.linesOf(entry)
  }
  const { jsonLine } = await import('./json-log.mts')
  return (entry) => jsonLine(entry, { pid: process.pid, thread })
}

async function startLog(kind: Kind, { thread, print }: ReportOptions): Promise<void> {
  const { LogEntries } = await import('./log-entry.mts')
  const format = await formatterOf(kind, thread)
  const entries = new LogEntries()
  watchActivity((activity) => {
    const entry = entries.entryOf(activity)
    if (entry !== undefined) print(format(entry))
  })
  if (kind === 'json') printWarnings((message) => print(format({ type: 'warning', message })))
  else printWarnings((message) => print(warningLine(message)))
}

/** Most programs have a pipe there: these need not pay for node:tty, and the node:net that it brings. */
function isTerminal(): boolean {
  try {
    return fstatSync(2).isCharacterDevice() && process.getBuiltinModule('node:tty').isatty(2)
  } catch {
    // Closed.
    return false
  }
}

/** Whether a line that is redrawn in place makes sense on stderr. Services that build and test show a log of it. */
export function canRedraw(environment: Environment, hasTerminal = isTerminal): boolean {
  const { CI: ci = '', TERM: term = '' } = environment
  if (!isOff(ci)) return false
  // On Windows there is no TERM, and every console since 10 knows the few sequences that are used.
  if (term === 'dumb' || (term === '' && process.platform !== 'win32')) return false
  return hasTerminal()
}

/**
 * Sets up what the environment asks for: `MIMEPORT_LOG` is `debug` or `json`. The result is the progress line, where one
 * makes sense.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG for another value of MIMEPORT_LOG.
 */
export async function configureReport(options: ReportOptions): Promise<ProgressLine | undefined> {
  const { environment, ownsTerminal, print, redraw, work, onLine } = options
  const log = environment['MIMEPORT_LOG'] ?? ''
  if (log === 'debug' || log === 'json') {
    await startLog(log, options)
    return undefined
  }
  if (log !== '') {
    throw new LoaderError(
      'ERR_MIMEPORT_CONFIG',
      `Cannot use MIMEPORT_LOG='${escapeText(log)}': there are 'debug', for people, and 'json', for programs`,
    )
  }
  printWarnings((message) => print(warningLine(message)))
  if (!ownsTerminal || !canRedraw(environment)) return undefined
  const { terminalColumns } = await import('./terminal.mts')
  const { ProgressLine: Line } = await import('./progress-line.mts')
  return new Line({
    write: redraw,
    work,
    columns: () => terminalColumns(environment),
    onShown: onLine,
  })
}
