/** What the engine's thread prints: at once, and not by way of the application thread, which is asleep. */

import { writeSync } from 'node:fs'

/** Between two attempts at a pipe that is full, ms. */
const PAUSE = 5

/** Writes everything, also to a pipe that is full for the moment: `onPause` is told of each attempt that has to wait. */
export function writeAll(fd: number, bytes: Uint8Array, onPause: () => void): void {
  for (let from = 0; from < bytes.length;) {
    try {
      from += writeSync(fd, bytes, from)
    } catch (error) {
      if ((error as { code?: string }).code !== 'EAGAIN') return
      onPause()
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE)
    }
  }
}

/**
 * Sends what is written to this thread's `process.stdout` and `process.stderr` through `print`.
 *
 * ! A worker's own streams go through the application thread, and what they hold is lost if the program ends before that
 * wakes up. The streams stay Node's: it calls them by private names when the other thread has read.
 */
export function takeStreams(print: (fd: number, bytes: Uint8Array) => void): void {
  for (const [stream, fd] of [
    [process.stdout, 1],
    [process.stderr, 2],
  ] as const) {
    stream._write = (chunk: Uint8Array | string, encoding, done) => {
      print(fd, typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk)
      done()
    }
    // Node's own takes several chunks at once, and would be called first.
    Object.defineProperty(stream, '_writev', { value: undefined, configurable: true })
  }
}
