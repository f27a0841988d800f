/** The name of a module whose URL is its content. */

import { crypto } from '../builtins.mts'

/** Characters. Node looks for a package.json beside CommonJS, and fails where that would be too long a path. */
const LONGEST = 1024

/**
 * A `data:` URL as a module's name: a long one by the hash of what it holds, any other as it is. docs/node-notes.md: a
 * module's name may be too long.
 */
export function nameOf(url: string): string {
  if (url.length <= LONGEST || !/^data:/i.test(url)) return url
  const [mediaType = ''] = url.slice('data:'.length).split(/[;,]/, 1)
  const hash = crypto().createHash('sha256').update(url).digest('hex')
  return `data:${mediaType.slice(0, 100)};sha256=${hash},`
}
