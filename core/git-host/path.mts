/** Paths in a repository: percent-encoding, undone once here and nowhere else (RFC 3986 §2.4), and what a path may be. */

import { escapeText } from '../text.mts'

/** A specifier, a path or a name as messages show it. */
export function quote(text: string): string {
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text
  return `'${escapeText(shown)}'`
}

/** Undoes percent-encoding, once; `undefined` where it is malformed or no UTF-8. */
export function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** Why a decoded segment cannot be one of a path; `undefined` when it can. */
export function segmentFault(segment: string): string | undefined {
  if (segment === '') return 'a path has no empty segments'
  if (segment === '.' || segment === '..') return `a path has no '${segment}' segments`
  if (!segment.isWellFormed()) return 'a path is well-formed Unicode'
  if (/[/\\]/.test(segment)) return 'a file name has no slash and no backslash'
  // oxlint-disable-next-line no-control-regex -- finding control characters is what it is for
  return /[\0-\x1f\x7f]/.test(segment) ? 'a path has no control characters' : undefined
}

/** WHATWG URL: query percent-encode set. What is encoded already stays as it is. */
export function encodeQuery(query: string): string {
  return query.toWellFormed().replace(/[^!$-;=?-~]+/g, encodeURIComponent)
}

/** A path of decoded segments in its one encoded form. RFC 3986 §3.3: pchar is left as it is. */
export function encodePath(segments: readonly string[]): string {
  return segments
    .map((segment) =>
      encodeURIComponent(segment).replace(/%(?:40|3A|24|26|2B|2C|3B|3D)/g, decodeURIComponent),
    )
    .join('/')
}
