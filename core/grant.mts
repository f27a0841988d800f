/**
 * What a URL grants access by, to whoever has it. Both threads import this file, and `errors.mts` does, so it imports
 * nothing.
 */

/**
 * A parameter that is named as those of signed URLs and of tokens are, up to its `=`, and its value. Each parameter is
 * looked at once: none of its characters begins another.
 */
const parameter =
  /([?&;#](?:[\w.~-]*(?:access[_-]?key|api[_-]?key|passw(?:or)?d|secret|signature|token)|(?:[\w.~-]*[_.-])?(?:auth|key|pass|pwd|sig))=)[^&;#\s'"<>`]+/gi

/** User info, also of what is no valid URL: of a text that begins with it, or quotes it. WHATWG URL §4.4: any slashes will do. */
const userInfo = /(^|['"(])((?:https?|wss?|ftp):[\\/]{0,9})[^\\/?#\s"]{0,512}@/gi

/** Puts `***` in the place of what URLs in a text grant access by. */
export function withoutGrants(text: string): string {
  const quiet = text.includes('=') ? text.replace(parameter, '$1***') : text
  return quiet.includes('@') ? quiet.replace(userInfo, '$1$2***@') : quiet
}
