/** Keeps local files from modules that come over the network. */

import { isRemote, refuseLocalFile } from '../policy/policy.mts'

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
    const author = this.authorOf(parentURL)
    if (author === undefined || !isRemote(author)) return
    refuseLocalFile(url, author)
    if (/^(?:data|blob):/i.test(url)) this.#authors.set(url, author)
  }

  /** Whose text a module is: itself, or the module that has it as a `data:` URL. */
  authorOf(url: string | undefined): string | undefined {
    return url === undefined ? undefined : (this.#authors.get(url) ?? url)
  }
}
