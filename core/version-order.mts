/** Versions as package registries have them, and their order. Semantic Versioning 2.0.0 §11. */

const pattern = /^v?(\d+)\.(\d+)\.(\d+)(?:-([\w.-]+))?(?:\+[\w.-]+)?$/

/** Whether a text names one version, and no range of them. */
export function isExactVersion(text: string): boolean {
  return pattern.test(text)
}

/** Of two pre-release identifiers: numbers go before words, and a shorter list before a longer one. */
function compareIdentifiers(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1
  const [isNumber, isOther] = [/^\d+$/.test(a), /^\d+$/.test(b)]
  if (isNumber && isOther) return Number(a) - Number(b)
  if (isNumber || isOther) return isNumber ? -1 : 1
  return a < b ? -1 : 1
}

/** Negative where `a` goes before `b`; `undefined` where one is no version. */
export function compareVersions(a: string, b: string): number | undefined {
  const [own, other] = [pattern.exec(a), pattern.exec(b)]
  if (own === null || other === null) return undefined
  for (const part of [1, 2, 3]) {
    const difference = Number(own[part]) - Number(other[part])
    if (difference !== 0) return difference
  }
  const [before, after] = [own[4]?.split('.'), other[4]?.split('.')]
  // A pre-release goes before the version itself.
  if (before === undefined || after === undefined) {
    return before === after ? 0 : before === undefined ? 1 : -1
  }
  for (let at = 0; at < Math.max(before.length, after.length); at += 1) {
    const difference = compareIdentifiers(before[at], after[at])
    if (difference !== 0) return difference
  }
  return 0
}
