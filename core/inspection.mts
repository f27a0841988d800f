/** What a look at the project and at what surrounds it finds. Plain data: it crosses threads. */

/** `fault`: something would fail. `note`: something to know. `skipped`: nobody has looked. */
export type FindingState = 'ok' | 'note' | 'fault' | 'skipped'

export interface Finding {
  readonly state: FindingState
  /** What was looked at: `lock`, `proxy`. */
  readonly subject: string
  /** What was found; what came from outside is escaped, and it has no secrets. */
  readonly text: string
  /** What to do. */
  readonly advice?: string
  /** Of a fault that would be an error: its code. */
  readonly code?: string
}

/** What became of one request to a host. */
export interface Reached {
  readonly url: string
  /** ms until the answer, or until it was given up. */
  readonly took: number
  /** Any status is an answer. */
  readonly statusCode?: number
  /** The field `Date`, as it was sent. RFC 9110 §6.6.1 */
  readonly date?: string
  /** Why there was none, and its code. */
  readonly fault?: string
  readonly code?: string
  /** The proxy that it went through, and the variable that names it. */
  readonly proxy?: string
}
