/** What plugins emit as assets: there is no folder to write them to, so the URL of one is its content. */

import { createHash } from 'node:crypto'
import { lookup } from 'mime-types'
import { LoaderError } from '../../core/errors.mts'

interface Asset {
  readonly name: string
  source: string | Uint8Array | undefined
}

export interface EmittedFile {
  readonly type?: string
  readonly name?: string
  readonly fileName?: string
  readonly source?: string | Uint8Array
}

const reference = /import\.meta\.ROLL(?:UP|DOWN)_FILE_URL_([\w$]+)/g

export class Assets {
  readonly #assets = new Map<string, Asset>()

  /** Keeps an asset. @returns its reference id: the same for the same content under the same name. */
  emit({ name, fileName, source }: EmittedFile): string {
    const shown = fileName ?? name ?? 'asset'
    const hash = createHash('sha256').update(`${shown}\0`)
    if (source === undefined) hash.update(String(this.#assets.size))
    else hash.update(source)
    const id = hash.digest('hex').slice(0, 12)
    this.#assets.set(id, { name: shown, source })
    return id
  }

  has(id: string): boolean {
    return this.#assets.has(id)
  }

  setSource(id: string, source: string | Uint8Array): boolean {
    const asset = this.#assets.get(id)
    if (asset !== undefined) asset.source = source
    return asset !== undefined
  }

  #urlOf(id: string): string {
    const asset = this.#assets.get(id)
    if (asset?.source === undefined) {
      const why = asset === undefined ? 'nothing was emitted under this id' : 'it has no source yet'
      throw new LoaderError(
        'ERR_MIMEPORT_UNSUPPORTED_PLUGIN',
        `Cannot make a URL of 'import.meta.ROLLUP_FILE_URL_${id}': ${why}`,
      )
    }
    const mediaType = lookup(asset.name) || 'application/octet-stream'
    return `data:${mediaType};base64,${Buffer.from(asset.source).toString('base64')}`
  }

  /**
   * Puts URLs in the place of `import.meta.ROLLUP_FILE_URL_…`: names of the same length, so that everything stays where
   * it was, which are imported behind the last line.
   * @throws {LoaderError} ERR_MIMEPORT_UNSUPPORTED_PLUGIN for one without a source.
   */
  inline(code: string): string {
    if (!code.includes('_FILE_URL_')) return code
    const names = new Map<string, string>()
    const replaced = code.replace(reference, (whole, id: string) => {
      const name = `asset_${id}`.padEnd(whole.length, '_')
      names.set(name, id)
      return name
    })
    const imports = [...names].map(([name, id]) => {
      const text = `export default ${JSON.stringify(this.#urlOf(id))}`
      return `\nimport ${name} from "data:text/javascript,${encodeURIComponent(text)}";`
    })
    return replaced + imports.join('')
  }
}
