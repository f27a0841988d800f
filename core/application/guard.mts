/** Keeps from modules that come over the network what is not for them: local files, this machine, the project's own schemes. */

import { parseURL } from '../native.mts'
import { refuseBuiltin } from '../policy/builtins.mts'
import { isRemote, isWithinOrigin, refuseReach } from '../policy/policy.mts'

export class Guard {
  /**
   * By URL: `data:` modules that a module from the network imports, and which one: their text is its text. Never
   * forgotten: a module may import others for as long as it lives.
   */
  readonly #authors = new Map<string, string>()

  /**
   * Looks at what a module asks for, before anybody looks whether it is there, and at where that leads, once it is known:
   * a specifier has many spellings, and what was given to one module is remembered for all.
   * @throws {LoaderError} ERR_MIMEPORT_LOCAL_IMPORT, ERR_MIMEPORT_NOT_ALLOWED, ERR_MIMEPORT_INSECURE_URL
   */
  check(specifier: string, parentURL: string | undefined): void {
    const author = this.authorOf(parentURL)
    if (author === undefined || !isRemote(author) || isWithinOrigin(specifier, author)) return
    const url = parseURL(specifier)?.href ?? specifier
    refuseReach(url, author)
    // The URL parser takes `NODE:fs`, and blanks around it.
    if (url.startsWith('node:')) refuseBuiltin(url, author)
    if (/^(?:data|blob):/i.test(url)) this.#authors.set(url, author)
  }

  /** Whose text a module is: itself, or the module that has it as a `data:` URL. */
  authorOf(url: string | undefined): string | undefined {
    return url === undefined ? undefined : (this.#authors.get(url) ?? url)
  }
}
