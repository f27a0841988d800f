/** The terminal that stderr may be. */

import { WriteStream } from 'node:tty'

type Environment = Readonly<Record<string, string | undefined>>

/** What most terminals have when they do not say. */
const COLUMNS = 80

/** How wide the terminal is now. A worker gets no SIGWINCH, so it is asked anew. */
export function terminalColumns(environment: Environment): number {
  try {
    const stream = new WriteStream(2)
    const { columns } = stream
    stream.destroy()
    if (columns > 0) return columns
  } catch {
    // Not to be opened again, as after `su`: the variable may know.
  }
  const told = Number(environment['COLUMNS'])
  return Number.isInteger(told) && told > 0 ? told : COLUMNS
}

/**
 * What puts a line after whatever stands left of the cursor (ECMA-48, DEC VT100): a program may have begun a line of its
 * own, `Loading… `, before it waits, and `ERASE_LINE` leaves that as it was. The line never wraps, however narrow.
 */
const SAVE = '\u001b7'
const RESTORE = '\u001b8'
const ERASE_REST = '\u001b[K'
const CUT = '\u001b[?7l'
const WRAP = '\u001b[?7h'

/** Shows a line; `again` when one is shown. */
export function draw(text: string, again: boolean): string {
  return `${again ? RESTORE : SAVE}${CUT}${text}${ERASE_REST}${WRAP}`
}
