/** A relative specifier's URL where the parent is a file: most are as plain as can be, and need no parser of URLs. */

import { fileTarget } from '../native.mts'

/** `./a.ts`, `../b/c.test.ts`: nothing in it is written otherwise in a URL, and no segment is a dot, or two. */
const plain = /^(?:\.\/|(?:\.\.\/)+)(?:[\w-]+(?:\.[\w-]+)*\/)*[\w-]+(?:\.[\w-]+)*$/

/** A parent that this holds for, too, and so deep that no `../` here leads to a root, or a drive. */
const folders = /^file:\/\/\/[^?#]*\//

/** How many folders a parent must have left above the one that `../` leads to. */
const LEFT = 'file:///C:/'.length

/** The file: URL that a specifier means, as {@link fileTarget} tells. */
export function relativeFile(specifier: string, parentURL: string | undefined): string | undefined {
  if (parentURL === undefined || !plain.test(specifier)) return fileTarget(specifier, parentURL)
  const [base] = folders.exec(parentURL) ?? []
  if (base === undefined) return fileTarget(specifier, parentURL)
  let end = base.length
  let from = specifier.startsWith('./') ? 2 : 0
  for (; specifier.startsWith('../', from); from += 3) {
    end = base.lastIndexOf('/', end - 2) + 1
    if (end <= LEFT) return fileTarget(specifier, parentURL)
  }
  return base.slice(0, end) + specifier.slice(from)
}
