/** An error of `new Worker()`, with the frames that it has without us in between. */

/** Frames that may be ours, and more. */
const OVERHEAD = 20

const isFrame = (line: string): boolean => line.startsWith('    at ')

/** Who is running, above what the program allows; formatted when somebody looks. */
function capture(limit: number): { stack?: unknown } {
  const callers: { stack?: unknown } = {}
  try {
    Error.stackTraceLimit = limit + OVERHEAD
    Error.captureStackTrace(callers, capture)
  } catch {
    // `--frozen-intrinsics`.
  } finally {
    if (Error.stackTraceLimit !== limit) Error.stackTraceLimit = limit
  }
  return callers
}

/** The stack without our frames, and with those that they pushed out. */
function mended(stack: unknown, callers: unknown, limit: number, ownURL: string): unknown {
  // The program's own `Error.prepareStackTrace` makes what it likes.
  if (typeof stack !== 'string' || typeof callers !== 'string') return stack
  const isTheirs = (line: string): boolean =>
    !(isFrame(line) && (line.includes(`${ownURL}core/`) || line.includes(`${ownURL}loader.m`)))
  const lines = stack.split('\n').filter(isTheirs)
  const outer = callers.split('\n').filter((line) => isFrame(line) && isTheirs(line))
  const seen = outer.lastIndexOf(lines.at(-1)!)
  const room = limit - lines.filter(isFrame).length
  return [...lines, ...outer.slice(seen + 1, seen + 1 + room)].join('\n')
}

/**
 * Gives an error that was thrown below us the stack that it has without us. It is made when somebody looks: Node takes the
 * line that threw from what V8 captured, and that is gone once a stack was read.
 */
export function asWithoutUs(error: unknown, ownURL: string): unknown {
  if (!(error instanceof Error)) return error
  const { stackTraceLimit: limit } = Error
  const native = Object.getOwnPropertyDescriptor(error, 'stack')
  if (native?.configurable !== true || native.get === undefined) return error
  if (typeof limit !== 'number') return error
  const callers = capture(limit)
  let known: { readonly stack: unknown } | undefined
  const [get, set] = [
    () =>
      (known ??= { stack: mended(native.get!.call(error), callers.stack, limit, ownURL) }).stack,
    (stack: unknown) => (known = { stack }),
  ]
  Object.defineProperty(error, 'stack', { get, set, enumerable: false, configurable: true })
  return error
}
