/** The names of sources in a bundle's map: bundlers take each for a path, and a URL is none. */

import { normalize } from 'node:path/posix'

interface OutputOptions {
  readonly sourcemapPathTransform?: (path: string, mapPath: string) => string
}

export class SourceNames {
  /** By what becomes of a URL that is taken for a path. */
  readonly #urls = new Map<string, string>()

  add(id: string, url: string): void {
    if (url.startsWith('file:')) return
    this.#urls.set(normalize(id), url)
    this.#urls.set(normalize(url), url)
  }

  /** The URL in a path; `undefined` for one that is none of ours. */
  find(path: string): string | undefined {
    const own = path.lastIndexOf('/mimeport:')
    const [, url = ''] = /^[^]*\/([a-z][a-z\d+.-]+:\/[^]*)$/.exec(path) ?? []
    return (own === -1 ? undefined : this.#urls.get(path.slice(own + 1))) ?? this.#urls.get(url)
  }

  /** The output's options, with names that are right. https://rollupjs.org/configuration-options/#output-sourcemappathtransform */
  readonly outputOptions = (options: OutputOptions): OutputOptions => {
    const { sourcemapPathTransform: other } = options
    return {
      ...options,
      sourcemapPathTransform: (path, mapPath) =>
        this.find(path.replaceAll('\\', '/')) ?? other?.(path, mapPath) ?? path,
    }
  }
}
