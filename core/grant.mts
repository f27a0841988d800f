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

/** Up to where an authority begins, also of what is no valid URL: in a text that begins with it, or quotes it. WHATWG URL §4.4: any slashes will do. */
const beginning = /(?:^|['"(])(?:https?|wss?|ftp):[\\/]*/gi

const end = /[\\/?#\s"]/g

/** Each authority is looked at once, however many beginnings are in it. */
function withoutUserInfo(text: string): string {
  let quiet = ''
  let done = 0
  beginning.lastIndex = 0
  while (beginning.test(text)) {
    const start = beginning.lastIndex
    end.lastIndex = start
    const stop = end.exec(text)?.index ?? text.length
    const at = text.slice(start, stop).lastIndexOf('@')
    if (at !== -1) {
      quiet += `${text.slice(done, start)}***`
      done = start + at
    }
    beginning.lastIndex = stop
  }
  return quiet + text.slice(done)
}

/** Puts `***` in the place of what URLs in a text grant access by. */
export function withoutGrants(text: string): string {
  const quiet = text.includes('=') ? text.replace(parameter, '$1***') : text
  return quiet.includes('@') ? withoutUserInfo(quiet) : quiet
}
