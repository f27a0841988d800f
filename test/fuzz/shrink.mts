/** Makes a failing input small: whatever can be left out, or be simpler, is. */

/** Attempts, at most. */
const PATIENCE = 3000

/** The smallest input found that `fails` as well. */
export async function shrink(
  input: string,
  fails: (input: string) => Promise<boolean>,
): Promise<string> {
  let best = input
  let tries = 0
  const attempt = async (candidate: string): Promise<boolean> => {
    if (candidate === best || tries >= PATIENCE) return false
    tries += 1
    if (!(await fails(candidate))) return false
    best = candidate
    return true
  }
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : size >> 1) {
    for (let at = 0; at < best.length;) {
      if (!(await attempt(best.slice(0, at) + best.slice(at + size)))) at += size
    }
  }
  for (let at = 0; at < best.length; at += 1) {
    for (const simple of ['a', '0', ' ']) {
      if (best[at] === simple) break
      if (await attempt(best.slice(0, at) + simple + best.slice(at + 1))) break
    }
  }
  return best
}
