/** What a host serves in place of a file: the pointer of Git LFS, and a symbolic link's target. */

import { LoaderError } from '../errors.mts'
import { encodePath, quote, segmentFault } from './path.mts'
import type { LoadResponse, LoaderContext } from '../types.mts'
import type { RepositoryFile } from './specifier.mts'

/** git-lfs: docs/spec.md, "The Pointer": below 1024 bytes, `version` first, keys in order, each line ended. */
const pointer =
  /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:ext-\d-\w+ \S+\n)*oid sha256:[0-9a-f]{64}\nsize (\d+)\n?$/

/**
 * Refuses a file that is kept by Git LFS: what is served is its pointer.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_BODY
 */
export function refusePointer(
  specifier: string,
  { repository, segments }: RepositoryFile,
  url: string,
  body: Uint8Array,
): void {
  if (body.length >= 1024) return
  const [, size] = pointer.exec(Buffer.from(body).toString('latin1')) ?? []
  if (size === undefined) return
  throw new LoaderError(
    'ERR_MIMEPORT_INVALID_BODY',
    `Cannot load ${quote(specifier)}: ${quote(segments.join('/'))} (${size} bytes) is kept by Git LFS, ` +
      `and '${repository}' has only its pointer; keep the file in git, or import it by a URL that serves it`,
    { url },
  )
}

/** What a link's name promises, and its target's text never is. */
const code = /\.(?:[cm]?[jt]sx?|json|wasm|node)$/i

/** Bytes; inclusive. limits.h(0P): PATH_MAX. */
const longestTarget = 4096

/**
 * The path that a symbolic link leads to, encoded, from the repository's root; `undefined` when a body is none. A host does
 * not tell a link from a file, so this is one: a file of code or JSON whose whole text, without a line's end, is a path to
 * a file with the same extension. No program is. Where text or bytes are wanted, any text may be meant as it is.
 * @throws {LoaderError} ERR_MIMEPORT_OUTSIDE_ORIGIN when it leads out of the repository.
 */
export function linkTarget(
  specifier: string,
  { repository, segments }: RepositoryFile,
  body: Uint8Array,
  context: LoaderContext | undefined,
): readonly string[] | undefined {
  const type = context?.importAttributes['type']
  if (type === 'text' || type === 'bytes' || body.length > longestTarget) return undefined
  const [extension] = code.exec(segments.at(-1) ?? '') ?? []
  const text = Buffer.from(body).toString()
  if (extension === undefined || !text.endsWith(extension)) return undefined
  // A path that a program may begin with has something that no path has: a space, a quote, a bracket, a semicolon.
  if (!/^[^\s'"`()[\]{};,=<>\\]+$/.test(text)) return undefined
  const target = followPath(specifier, repository, segments.slice(0, -1), text)
  // What leads to itself leads nowhere: it is a text.
  return target === undefined || encodePath(target) === encodePath(segments) ? undefined : target
}

/** Where a link's text leads from its folder; `undefined` when it is no path. */
function followPath(
  specifier: string,
  repository: string,
  folder: readonly string[],
  text: string,
): readonly string[] | undefined {
  const parts = text.split('/').filter((part) => part !== '.' && part !== '')
  const isPath = parts.every((part) => part === '..' || segmentFault(part) === undefined)
  // Two slashes may begin a comment, and a link does not.
  if (text === '' || text.startsWith('//') || !isPath) return undefined
  const outside = () =>
    new LoaderError(
      'ERR_MIMEPORT_OUTSIDE_ORIGIN',
      `Cannot load ${quote(specifier)}: it is, or is in, a symbolic link to ${quote(text)}, which leaves the repository '${repository}'`,
      { url: specifier },
    )
  if (text.startsWith('/')) throw outside()
  const target = [...folder]
  for (const part of parts) {
    if (part !== '..') target.push(part)
    else if (target.pop() === undefined) throw outside()
  }
  return target
}

/** Folders above a file that are looked at, from the root. */
const deepest = 8

/**
 * The path of a file that a host does not have, when one of the folders above it is a symbolic link: what a folder cannot
 * be is a file, so one that is served is a link's target. `undefined`: none is, or who could say cannot.
 * @throws {LoaderError} ERR_MIMEPORT_OUTSIDE_ORIGIN when it leads out of the repository.
 */
export async function throughLinkedFolder(
  specifier: string,
  { repository, segments }: RepositoryFile,
  serve: (segments: readonly string[]) => Promise<LoadResponse>,
): Promise<readonly string[] | undefined> {
  const above = segments.slice(0, -1).slice(0, deepest)
  const folders = above.map((_, index) => segments.slice(0, index + 1))
  // It is asked for an error's sake: that it fails is not one more.
  const served = await Promise.all(folders.map((each) => serve(each).catch(() => undefined)))
  const index = served.findIndex((response) => response?.statusCode === 200)
  const body = served[index]?.body
  if (body === undefined || body.length > longestTarget) return undefined
  const text = Buffer.from(body).toString()
  const target = followPath(specifier, repository, segments.slice(0, index), text)
  return target && [...target, ...segments.slice(index + 1)]
}
