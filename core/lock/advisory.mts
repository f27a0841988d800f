/**
 * Who may write the lock's file: one process at a time, by a file beside it that says whose turn it is and since when. A
 * process that was killed leaves it behind: others see that, and take their turn.
 */

import { crypto } from '../builtins.mts'
import {
  closeSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'

/** How long a turn may take, ms: it takes some thousandths of that. */
const LONGEST_TURN = 5_000

/** Whose turn it is. */
interface Owner {
  readonly pid: number
  readonly host: string
  /** What no other turn has. */
  readonly token: string
}

export interface Turn {
  /** Where to write before it is put in its place: nobody else has this name, and it is cleaned up with the turn. */
  readonly temporary: string
  /** Whether it is still this one's: not, when others took it for dead. */
  isHeld(): boolean
  end(): void
}

const nameOf = (file: string) => `${file}.turn`
const temporaryOf = (file: string, token: string) => `${file}.${token}.new`

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code

function readOwner(path: string): Owner | undefined {
  try {
    // A link may lead to a device, which has no end.
    if (!lstatSync(path).isFile()) return undefined
    const { pid, host, token } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Owner>
    const isWhole = typeof pid === 'number' && typeof host === 'string' && typeof token === 'string'
    return isWhole && /^[\da-f]{16}$/.test(token) ? { pid, host, token } : undefined
  } catch {
    // Gone, or being written.
    return undefined
  }
}

/** What tells the turn that somebody has from others; `undefined` when nobody has one. */
export function turnOf(file: string): string | undefined {
  return readOwner(nameOf(file))?.token
}

/** Whether a process of this machine is gone. One that may not be signalled is there. */
function isDead({ pid, host }: Owner): boolean {
  if (host !== hostname()) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return codeOf(error) === 'ESRCH'
  }
}

/** Takes away what a dead process left, with the file that it was writing. */
function clear(file: string, token: string): void {
  const path = nameOf(file)
  const seen = readOwner(path)
  let age: number
  try {
    // A clock may have been set back.
    age = Math.abs(Date.now() - lstatSync(path).mtimeMs)
  } catch {
    return
  }
  if (!(seen !== undefined && isDead(seen)) && age < LONGEST_TURN) return
  // ! By a rename, which one of those who try does, and not by removing: that could be somebody's new turn.
  const aside = `${path}.${token}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  const taken = readOwner(aside)
  // The old one was cleared by another meanwhile, and this is a turn that goes on. It finds out by `isHeld`.
  const isOther = taken?.token !== seen?.token
  rmSync(aside, { force: true })
  if (!isOther && seen !== undefined) rmSync(temporaryOf(file, seen.token), { force: true })
}

/**
 * Takes the turn; `undefined` when another has it. A dead process's turn is cleared, and taken by the next try.
 * @throws errors of Node's where nothing can be written beside the file.
 */
export function takeTurn(file: string): Turn | undefined {
  const path = nameOf(file)
  const token = crypto().randomBytes(8).toString('hex')
  const temporary = temporaryOf(file, token)
  try {
    const fd = openSync(path, 'wx')
    try {
      const owner: Owner = { pid: process.pid, host: hostname(), token }
      writeFileSync(fd, JSON.stringify(owner))
    } catch (error) {
      // No space: it would be nobody's turn, and each that comes would wait for its end.
      rmSync(path, { force: true })
      throw error
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    // Windows says EPERM of a file that is being removed.
    if (codeOf(error) !== 'EEXIST' && codeOf(error) !== 'EPERM') throw error
    if (codeOf(error) === 'EPERM' && process.platform !== 'win32') throw error
    clear(file, token)
    return undefined
  }
  const isHeld = () => readOwner(path)?.token === token
  return {
    temporary,
    isHeld,
    end() {
      rmSync(temporary, { force: true })
      if (isHeld()) rmSync(path, { force: true })
    },
  }
}
