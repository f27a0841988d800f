/** Modules in archives: `https://host/lib.tgz!/path`, and `./lib.zip!/path` of this machine. Nothing is written to disk. */

import { LoaderError } from '../../core/errors.mts'
import { escapeText } from '../../core/text.mts'
import type { LoaderContext, LooseResponse } from '../../core/types.mts'

export const name = 'archive'

/** `archive:///folder/lib.zip!/path` is what a file in an archive of this machine is called. */
export const schemes = ['https:', 'http:', 'archive:']

/** What is in an archive's URL: `/lib.tgz`, `/lib.zip?v=1`, `/tar.gz/main` as repositories serve them. */
const named = /[./](?:zip|jar|tgz|tar\.gz|tar)(?:[/?]|$)/i

/** An archive's URL and the path within, which `!/` parts. In one pass: every URL that is imported comes here. */
function split(specifier: string): { readonly archive?: string; readonly path?: string } {
  let from = 0
  for (const { index } of specifier.matchAll(/[!#]/g)) {
    if (specifier.startsWith('!/', index) && named.test(specifier.slice(from, index))) {
      const [path] = /^[^?#]*/.exec(specifier.slice(index + 2))!
      return { archive: specifier.slice(0, index), path }
    }
    from = index + 1
  }
  return {}
}

/**
 * Answers with a file of an archive, and leads where its server leads. What names no archive is not for it.
 * @throws {LoaderError} those of a request, and of `fileIn`.
 */
export async function resolve(
  specifier: string,
  context?: LoaderContext,
): Promise<LooseResponse | false> {
  const { archive, path = '' } = split(specifier)
  if (archive === undefined) return false
  const { archiveFrom, fileIn } = await import('../../core/data/archive.mts')
  const response = await archiveFrom(archive, context?.signal)
  const { location } = response.headers
  if (location !== undefined && URL.canParse(location, archive)) {
    return { ...response, headers: { location: `${new URL(location, archive).href}!/${path}` } }
  }
  if (response.statusCode !== 200) return response
  const found = await fileIn(archive, response.body, path)
  return found === undefined ? { statusCode: 404 } : { body: found }
}

/**
 * Resolves within the archive, whose root is `/`.
 * @throws {LoaderError} ERR_MIMEPORT_OUTSIDE_ORIGIN for what names a host.
 */
export async function resolveRelativePath(specifier: string, parentPath: string): Promise<string> {
  const { archive = '', path = '' } = split(parentPath)
  const url = URL.parse(specifier, `http://archive.invalid/${path}`)
  if (url?.host === 'archive.invalid') return `${archive}!${url.pathname}${url.search}${url.hash}`
  const message = `Cannot resolve '${escapeText(specifier)}' imported from '${escapeText(parentPath)}': a relative specifier stays in its archive`
  throw new LoaderError('ERR_MIMEPORT_OUTSIDE_ORIGIN', message, { url: parentPath })
}
