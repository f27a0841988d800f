/**
 * Names for the files of the vendor folder, `github-acme-lib/report-3f2a9c0d1b4e5f60.md`: no file system folds, forbids or
 * reserves them, whatever the URL; they say what is in them; and the same file of a repository keeps its name from commit
 * to commit, so that a pull request shows what changed.
 */

import { crypto } from '../builtins.mts'

/** Characters of a folder's name and of a file's, without hash and extension. */
const LONGEST = 60

/** Names that Windows takes for devices, whatever extension follows; `test` is what `node --test` runs all files of. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$|test)$/

/** Lower case, so that a file system may fold; ASCII, so that none has to normalize; no dot but that of the extension. */
function plain(text: string, otherwise: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, '')
  if (name === '') return otherwise
  // `node --test` runs `test-*`.
  return reserved.test(name) || name.startsWith('test-') ? `x-${name}` : name
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A key without its goal: `json https://…`. */
function specifierOf(key: string): string {
  return key.slice(key.indexOf(' ') + 1)
}

/** A git host's specifier without the commit: `github:owner/repo@39c7…/x` → `github:owner/repo/x`. */
export function withoutCommit(key: string): string {
  return key.replace(
    /^((?:\w+ )?[a-z][a-z\d+.-]*:[^@/?#]+(?:\/[^@/?#]+)+)@[\da-f]{40,64}(?=\/)/,
    '$1',
  )
}

/** What a specifier is of: a host, or a repository. */
function folderOf(specifier: string): string {
  const url = URL.parse(specifier)
  if (url !== null && url.host !== '') return plain(url.host, 'host')
  const [scheme = '', ...path] = specifier.split(/[:/@]/)
  return plain([scheme, ...path.slice(0, 2)].join('-'), 'host')
}

/**
 * Where a key's file goes, as `folder/name`; `isTaken` says whether another key has that. 16 digits of a hash keep apart
 * what does not mean to be the same; a name that somebody made equal by hard work is the whole hash's.
 */
export function vendorName(key: string, isTaken: (name: string) => boolean): string {
  const specifier = specifierOf(key)
  const [path = ''] = specifier.split(/[?#]/)
  const last = decoded(path.slice(path.lastIndexOf('/') + 1))
  const [, base = last, extension = ''] = /^(.+?)(\.[a-z\d]{1,10})$/i.exec(last) ?? []
  const folder = folderOf(specifier)
  const named = (digits: string) =>
    `${folder}/${plain(base, 'index')}-${digits}${extension.toLowerCase()}`
  const name = named(crypto().hash('sha256', withoutCommit(key)).slice(0, 16))
  return isTaken(name) ? named(crypto().hash('sha256', key)) : name
}

/** Whether a path below the folder is one that `vendorName` makes: what is not, is not ours. */
export function isVendorName(name: string): boolean {
  return /^[a-z\d][a-z\d-]{0,62}\/[a-z\d][a-z\d-]{0,62}-(?:[\da-f]{16}|[\da-f]{64})(?:\.[a-z\d]{1,10})?$/.test(
    name,
  )
}
