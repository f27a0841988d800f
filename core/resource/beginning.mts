/** Which resources a user means who writes what their URLs begin with. */

/** Scheme and host in lower case; specifiers without the slashes that make a URL of them. */
export function plain(name: string): string {
  const lower = name.replace(/^[^:]*:(?:\/\/[^/]*)?/, (start) => start.toLowerCase())
  return /^https?:/.test(lower) ? lower : lower.replace(/^([^:]*:)\/\//, '$1')
}

/** Whether a text can be what a URL or specifier begins with. */
export function isBeginning(text: string): boolean {
  return /^[a-z][a-z\d+.-]+:/i.test(text)
}

/** Whether one of a resource's names (its URL, its specifier) begins with one of these texts, which are `plain`. */
export function isMeant(
  names: readonly (string | undefined)[],
  beginnings: readonly string[],
): boolean {
  const all = names.flatMap((name) => {
    if (name === undefined) return []
    const own = plain(name)
    // `github:owner/repo/lib/` is meant at whatever ref.
    return /^https?:/.test(own) ? [own] : [own, own.replace(/@[^/]*/, '')]
  })
  return all.some((name) => beginnings.some((beginning) => name.startsWith(beginning)))
}
