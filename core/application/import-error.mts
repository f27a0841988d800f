/** Gives an error of the chain the stack of the import that failed: the importing line on top, and none of our frames. */

import { fs, urls } from './builtins.mts'
import { withErrorProperty } from './error-property.mts'
import { withoutGrants } from '../grant.mts'

/** Frames looked at. The importing line may lie below the frames of Node's loader and of the hooks of others. */
const DEPTH = 60

/** The stack of the running code as lines, without Node's frames and ours; none where the program forbids a look. */
function callerFrames(ownURL: string): string[] {
  const limit = Error.stackTraceLimit
  const look = () => new Error('where am I').stack
  try {
    // The program's own `prepareStackTrace` would be called with an error that is none of its own.
    const stack = withErrorProperty('stackTraceLimit', DEPTH, () =>
      withErrorProperty('prepareStackTrace', undefined, look),
    )
    return String(stack)
      .split('\n')
      .filter((line) => /^ {4}at /.test(line) && !/[( ]node:/.test(line))
      .filter((line) => !line.includes(`${ownURL}core/`) && !line.includes(`${ownURL}loader.m`))
      .slice(0, typeof limit === 'number' ? limit : 10)
  } catch {
    return []
  }
}

/** Sets a stack, on what lets itself be changed. An importer's URL may grant access. */
function setStack(error: Error, lines: readonly string[]): void {
  try {
    error.stack = lines.map(withoutGrants).join('\n')
  } catch {
    // Frozen by somebody: the old one is no harm.
  }
}

/** How much white space may stand between `from` and a specifier, characters. */
const GAP = 200

/**
 * Where a text names a specifier in an import, `line:column` from 1; `undefined` when it does not, literally. Linear: the
 * text may be large, and may be made to be slow.
 */
export function findImport(text: string, specifier: string): string | undefined {
  let best: number | undefined
  for (const quote of ["'", '"', '`']) {
    const literal = quote + specifier + quote
    for (let at = text.indexOf(literal); at !== -1; at = text.indexOf(literal, at + 1)) {
      const before = text.slice(Math.max(0, at - GAP), at).trimEnd()
      if (!/\b(?:from|import|require|import\s{0,9}\(|require\s{0,9}\()$/.test(before)) continue
      best = Math.min(best ?? at, at)
      break
    }
  }
  if (best === undefined) return undefined
  const lines = text.slice(0, best).split(/\r\n|[\n\r\u2028\u2029]/)
  return `${lines.length}:${lines.at(-1)!.length + 1}`
}

/** The importing line of a static import, which has no frame: from the importing module's text. */
function importSite(specifier: string, parentURL: string): string | undefined {
  if (!parentURL.startsWith('file:')) return undefined
  try {
    return findImport(fs().readFileSync(urls().fileURLToPath(parentURL), 'utf8'), specifier)
  } catch {
    return undefined
  }
}

/** The first line of a stack: name, code, message. */
function headOf(error: Error): string {
  const { code } = error as { code?: string }
  return `${error.name}${code === undefined ? '' : ` [${code}]`}: ${error.message}`
}

/** Gives an error that comes from the engine the stack of whoever is waiting for it. */
export function placeAt<E extends Error>(error: E, stack: unknown, ownURL: string): E {
  const frames = typeof stack === 'string' ? stack.split('\n').slice(1) : []
  const theirs = frames.filter(
    (line) => !line.includes(`${ownURL}core/`) && !line.includes(`${ownURL}loader.m`),
  )
  setStack(error, [headOf(error), ...theirs])
  return withoutOurCauses(error, ownURL)
}

/** Takes our frames, and those of Node's that only hooks have, out of an error of Node's own. */
export function withoutOurFrames(error: unknown, ownURL: string): unknown {
  const { stack } = Object(error) as { stack?: unknown }
  if (typeof stack !== 'string' || !stack.includes(ownURL)) return error
  const isOurs = (line: string) =>
    /^ {4}at /.test(line) &&
    (line.includes(`${ownURL}core/`) ||
      line.includes(`${ownURL}loader.m`) ||
      line.includes('node:internal/modules/customization_hooks'))
  setStack(
    error as Error,
    stack.split('\n').filter((line) => !isOurs(line)),
  )
  return error
}

/** Causes of causes that are looked at. */
const CAUSES = 8

/**
 * Takes our frames out of the causes of an error where they are the system's or Node's own: a code, or what is wrong with a
 * text, says all, and by which of our files it came says nothing to whoever reads it. A fault of ours keeps its stack.
 */
export function withoutOurCauses<E extends Error>(error: E, ownURL: string): E {
  let cause: unknown = error.cause
  for (let count = 0; count < CAUSES && cause instanceof Error; count += 1) {
    const { code, name } = cause as { code?: unknown; name: unknown }
    if (typeof code === 'string' || name === 'SyntaxError') withoutOurFrames(cause, ownURL)
    cause = cause.cause
  }
  return error
}

/** An import that failed. */
export interface Importing {
  readonly specifier: string
  readonly parentURL: string | undefined
  /** Where the importing module names the specifier, `line:column`, when that is known. */
  readonly position?: string | undefined
  /** The URL of our own folder, whose frames nobody wants to see. */
  readonly ownURL: string
}

/** Whether an importer that is no file (`node -e`, `-p`, standard input, the REPL) has this frame, which has no folder. */
function isTyped(path: string, frame: string): boolean {
  return (
    /(?:\[(?:eval\d*|stdin)\]|\brepl)$/.test(path) &&
    /[ (](?:\[(?:eval\d*|stdin)\]|REPL\d+):\d/.test(frame)
  )
}

/**
 * Sets the stack of `error`: the importing line, then who imported the importing module, as far as it is known.
 */
export function placeError<E extends Error>(
  error: E,
  { specifier, parentURL, position, ownURL }: Importing,
): E {
  const frames = callerFrames(ownURL)
  const path = parentURL?.startsWith('file:') ? urls().fileURLToPath(parentURL) : undefined
  const isCalled =
    frames[0] !== undefined &&
    parentURL !== undefined &&
    (frames[0].includes(parentURL) ||
      (path !== undefined && (frames[0].includes(path) || isTyped(path, frames[0]))))
  if (parentURL !== undefined && !isCalled) {
    const site = position ?? importSite(specifier, parentURL)
    frames.unshift(`    at ${parentURL}${site === undefined ? '' : `:${site}`}`)
  }
  setStack(error, [headOf(error), ...frames])
  return withoutOurCauses(error, ownURL)
}

/** Errors that stand for a loader's `process.exit`, and the code that it gave. */
const exitCodes = new WeakMap<object, number>()

/** An error that nobody caught. Where the program handles such errors itself, it decides how it ends. */
function exitAsAsked(error: unknown): void {
  const code = exitCodes.get(Object(error) as object)
  if (code === undefined || process.listenerCount('uncaughtException') > 0) return
  process.once('exit', () => (process.exitCode = code))
}

/**
 * Lets the program exit with the code that a loader gave to `process.exit`, if nobody catches the error that its call
 * became. Node's own hooks keep the code, too (test/module-hooks, process-exit-*).
 */
export function keepExitCode(error: unknown): void {
  const { exitCode } = Object(error) as { exitCode?: number }
  if (exitCode === undefined) return
  exitCodes.set(error as object, exitCode)
  process.off('uncaughtExceptionMonitor', exitAsAsked)
  process.on('uncaughtExceptionMonitor', exitAsAsked)
}
