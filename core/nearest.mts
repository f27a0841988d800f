/** Which of some words was meant by one that is none of them. */

/** How many single-character edits lie between two words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, left] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, right] of [...b].entries()) {
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (left === right ? 0 : 1)))
    }
    row = next
  }
  return row.at(-1)!
}

/** The word of `known` that `word` is at most three edits from; `undefined` where none is near, or `word` is too short to tell. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  // The distance is quadratic, and what is longer than this is nobody's typing error.
  if (word.length > 64) return undefined
  const [first] = known.toSorted((a, b) => distance(word, a) - distance(word, b))
  if (first === undefined || distance(word, first) > Math.min(3, word.length - 1)) return undefined
  return first
}
