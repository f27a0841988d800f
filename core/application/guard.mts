/** Keeps local files from modules that come over the network. */

import { isRemote, refuseLocalFile } from '../policy.mts'

export class Guard {
  /**
   * By URL: `data:` modules that a module from the network imports, and which one: their text is its text. Never
   * forgotten: a module may import others for as long as it lives.
   */
  readonly #authors = new Map<string, string>()

  /**
   * Looks at where an import leads, once that is known: a specifier has many spellings.
   * @throws {LoaderError} ERR_MIMEPORT_LOCAL_IMPORT
   */
  check(url: string, parentURL: string | undefined): void {
    if (parentURL === undefined) return
    const author = this.#authors.get(parentURL) ?? parentURL
    if (!isRemote(author)) return
    refuseLocalFile(url, author)
    if (/^(?:data|blob):/i.test(url)) this.#authors.set(url, author)
  }
}
