/** What this engine has sent as a secret, so that nothing that is shown or written repeats it. */

import type { PackedError } from '../../packed-error.mts'

/** The shortest text that is hidden: a shorter one is part of many words. */
const SHORTEST = 4

/** Characters from which on a secret is part of no other text by chance: a password may be `main`. */
export const UNLIKELY = 8

/** Fields whose values are secrets, whoever gave them. */
const secretField =
  /^(?:proxy-)?authorization$|cookie|token|secret|passw|signature|credential|session|(?:^|[-_])(?:api[-_]?)?key$|(?:^|[-_])auth(?:$|[-_])/i

const known = new Set<string>()
let ordered: readonly string[] = []

/** The secrets in the order in which they are looked for: one that holds another goes first. */
function inOrder(): readonly string[] {
  if (ordered.length !== known.size) ordered = [...known].sort((a, b) => b.length - a.length)
  return ordered
}

/** Whether the value of a field is a secret by the field's name. */
export function isSecretField(name: string): boolean {
  return secretField.test(name)
}

/** Hides a text from now on, in each of the forms in which it may come back. */
export function learnSecret(text: string): void {
  if (text.length < SHORTEST || known.has(text)) return
  known.add(text)
  // As a media type or a charset comes back.
  known.add(text.toLowerCase())
  known.add(encodeURIComponent(text.toWellFormed()))
  known.add(JSON.stringify(text).slice(1, -1))
  known.add(Buffer.from(text).toString('base64').replace(/=+$/, ''))
}

/** Hides the value of a field that says who asks: the whole, and what follows its scheme. RFC 9110 §11.4. */
export function learnField(value: string): void {
  learnSecret(value)
  const [, scheme = '', rest] = /^([A-Za-z][\w-]*) +(\S.*)$/.exec(value) ?? []
  if (rest === undefined) return
  learnSecret(rest)
  if (scheme.toLowerCase() !== 'basic') return
  // RFC 7617 §2: a name, a colon, and the password, which may have colons.
  const pair = Buffer.from(rest, 'base64').toString()
  learnSecret(pair)
  learnSecret(pair.slice(pair.indexOf(':') + 1))
}

/** Whether a text, or the bytes of one, repeats a secret that is no shorter than `shortest`. */
export function hasSecret(text: string | Buffer, shortest = SHORTEST): boolean {
  return inOrder().some((secret) => secret.length >= shortest && text.includes(secret))
}

/** Puts `***` in the place of every secret that was sent and is no shorter than `shortest`. */
export function redact(text: string, shortest = SHORTEST): string {
  let shown = text
  for (const secret of inOrder()) {
    if (secret.length >= shortest) shown = shown.replaceAll(secret, '***')
  }
  return shown
}

/** An error as plain data, without secrets: it may say what a server says, and that may repeat what it was sent. */
export function redactError(error: PackedError): PackedError {
  const { message, stack, trail, cause } = error
  const quiet = (text: string): string => redact(text, UNLIKELY)
  return {
    ...error,
    message: quiet(message),
    stack: stack && quiet(stack),
    trail: trail?.map(quiet),
    cause: cause && redactError(cause),
  }
}
