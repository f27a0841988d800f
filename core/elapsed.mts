/**
 * A clock that only goes forward. In an engine before its first request: Node's `performance` is a module that is loaded when it
 * is first used, a millisecond.
 */

const { hrtime } = process

/** ms since some moment before. */
export function elapsed(): number {
  const [seconds, nanoseconds] = hrtime()
  return seconds * 1_000 + nanoseconds / 1e6
}
