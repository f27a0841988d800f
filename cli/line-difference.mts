/** What is different between two texts, line by line. E. W. Myers, An O(ND) Difference Algorithm, 1986. */

export interface Line {
  readonly mark: ' ' | '-' | '+'
  readonly text: string
}

/** Lines that are taken out and put in, at most: above it, time and memory would grow with the square. */
const MOST = 1000

/** Where the diagonal 0 is in a row of diagonals. */
const MIDDLE = MOST + 1

/** Whether the way to diagonal `k` by `d` edits comes from above (a new line), and not from the left (one that is gone). */
function isDown(reach: Int32Array, k: number, d: number): boolean {
  return k === -d || (k !== d && reach[MIDDLE + k - 1]! < reach[MIDDLE + k + 1]!)
}

/**
 * The lines of both texts in one order, each marked as kept, gone or new; `undefined` when too much is different for it to
 * be of use.
 */
export function compareLines(
  before: readonly string[],
  after: readonly string[],
): Line[] | undefined {
  // By diagonal: how many lines of `before` a way of d edits has passed. Kept for each d, to find the way back.
  const reach = new Int32Array(2 * MIDDLE + 1)
  const trace: Int32Array[] = []
  for (let d = 0; d <= MOST; d++) {
    trace.push(reach.slice())
    for (let k = -d; k <= d; k += 2) {
      let x = isDown(reach, k, d) ? reach[MIDDLE + k + 1]! : reach[MIDDLE + k - 1]! + 1
      while (x < before.length && x - k < after.length && before[x] === after[x - k]) x += 1
      reach[MIDDLE + k] = x
      if (x >= before.length && x - k >= after.length) return wayBack(before, after, trace)
    }
  }
  return undefined
}

function wayBack(
  before: readonly string[],
  after: readonly string[],
  trace: readonly Int32Array[],
): Line[] {
  const lines: Line[] = []
  let x = before.length
  let y = after.length
  for (let d = trace.length - 1; d >= 0; d--) {
    const reach = trace[d]!
    const k = x - y
    const down = isDown(reach, k, d)
    const from = down ? k + 1 : k - 1
    const fromX = d === 0 ? 0 : reach[MIDDLE + from]!
    const fromY = d === 0 ? 0 : fromX - from
    while (x > fromX && y > fromY) {
      x -= 1
      y -= 1
      lines.push({ mark: ' ', text: before[x]! })
    }
    if (d === 0) break
    if (down) lines.push({ mark: '+', text: after[--y]! })
    else lines.push({ mark: '-', text: before[--x]! })
  }
  return lines.reverse()
}
