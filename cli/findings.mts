/** What `check` and `doctor` found, shown, and the exit code that it means. */

import { exitCodes } from './command.mts'
import { say, sayData } from './output.mts'
import { columns, wrap } from './style.mts'
import { LoaderError } from '../core/errors.mts'
import { escapeText } from '../core/text.mts'
import type { Finding, FindingState } from '../core/inspection.mts'

const marks: Readonly<Record<FindingState, string>> = {
  ok: 'ok',
  note: 'note',
  fault: 'FAULT',
  skipped: '-',
}

/** Makes a finding. */
export function finding(
  state: FindingState,
  subject: string,
  text: string,
  advice?: string,
): Finding {
  return { state, subject, text, ...(advice !== undefined && { advice }) }
}

/** The fault that an error is. */
export function faultOf(subject: string, error: unknown, advice?: string): Finding {
  const { code, message } = Object(error) as { code?: string; message?: string }
  // Messages of ours have escaped what came from outside.
  const text = message ?? String(error)
  const own = finding(
    'fault',
    subject,
    error instanceof LoaderError ? text : escapeText(text),
    advice,
  )
  return code === undefined ? own : { ...own, code }
}

/** A text beside what stands on its left: broken between words on a terminal, and one line elsewhere. */
function lines(text: string, left: number): readonly string[] {
  return process.stdout.isTTY ? wrap(text, columns() - left) : [text]
}

/** Prints findings, a line each and a line for what to do. */
export function showFindings(findings: readonly Finding[], isData: boolean): number {
  const isFine = findings.every(({ state }) => state !== 'fault')
  if (isData) sayData({ ok: isFine, findings })
  else {
    const width = Math.max(...findings.map(({ subject }) => subject.length)) + 2
    for (const { state, subject, text, advice } of findings) {
      // What lies in this folder is as short as it is from here.
      const near = text.replaceAll(`'${escapeText(process.cwd())}/`, "'")
      const [first = '', ...more] = lines(near, 7 + width)
      say(`${marks[state].padEnd(7)}${subject.padEnd(width)}${first}`)
      for (const line of more) say(' '.repeat(7 + width) + line)
      if (advice !== undefined) say(`${' '.repeat(7 + width)}→ ${advice}`)
    }
  }
  return isFine ? exitCodes.done : exitCodes.failed
}
