/** A word of a command line as a shell takes it for itself. Both threads import this file. */

/** Quotes a word where it has to be: a host may be called `a'$(reboot)'b`. POSIX.1-2024, XCU §2.2. */
export function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  return process.platform === 'win32' ? `"${word}"` : `'${word.replaceAll("'", "'\\''")}'`
}
