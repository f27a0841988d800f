/**
 * Folders' own paths, with links followed, each looked up once in a short while: files lie beside one another. Both threads.
 */

/** For how long they are believed, ms: a link that somebody puts in a folder's place is seen. */
const BRIEFLY = 100

export class RealFolders {
  readonly #paths = new Map<string, string>()
  #since = 0

  /**
   * Finds the path of a folder, an absolute path, that no link is part of.
   * @throws what Node throws, for a folder that is not there
   */
  of(folder: string): string {
    const now = performance.now()
    if (now - this.#since > BRIEFLY) {
      this.#since = now
      this.#paths.clear()
    }
    let real = this.#paths.get(folder)
    if (real === undefined) {
      real = process.getBuiltinModule('node:fs').realpathSync.native(folder)
      this.#paths.set(folder, real)
    }
    return real
  }

  /** Whether no link leads to a folder by this path: Node's resolution would have another one. */
  isOwn(folder: string): boolean {
    try {
      return this.of(folder) === folder
    } catch {
      // It is not there: whoever looks for the file says so.
      return false
    }
  }
}
