import { extensionOf, hasExtension, isNativeExtension } from './native.mts'

/**
 * What the project's loaders ask for beyond what Node cannot load anyway. The application thread decides with it which
 * specifiers cross the bridge; without loaders of the project's own there are no claims, and no need to ask.
 */
export interface Claims {
  /** A loader with `resolve` and no `schemes` is asked about what is otherwise Node's, too. */
  readonly everything: boolean
  /** Schemes in lower case with the colon. `file:` and `data:` are Node's unless they stand here. */
  readonly schemes: readonly string[]
  /** Extensions in lower case without the leading dot. */
  readonly extensions: readonly string[]
  /** Extensions that Node loads by itself and that a loader's `accepts` covers all the same. */
  readonly native: readonly string[]
}

export const noClaims: Claims = { everything: false, schemes: [], extensions: [], native: [] }

/** Whether a local file is for a loader: Node does not load its kind, an import wants its body, or a loader asks for it. */
export function isForLoader(claims: Claims, url: string, type: string | undefined): boolean {
  if (type === 'text' || type === 'bytes') return true
  const extension = extensionOf(url)
  if (!isNativeExtension(extension)) return true
  const { extensions, native, schemes } = claims
  if (native.includes(extension) || schemes.includes('file:')) return true
  return extensions.some((each) => hasExtension(url, each))
}
