/** A message as signatures see it. RFC 9421 §2 */

/** Fields by lower-case name: one line, or each of its lines. */
export type FieldLines = Readonly<Record<string, string | readonly string[]>>

export interface SignedRequest {
  readonly method: string
  /** Absolute, without a fragment. */
  readonly url: string
  readonly headers: FieldLines
  readonly trailers?: FieldLines
}

export interface SignedResponse {
  readonly statusCode: number
  readonly headers: FieldLines
  readonly trailers?: FieldLines
}

/** A response with the request that it is for, or a request alone. */
export interface Message {
  readonly request: SignedRequest
  readonly response?: SignedResponse
}
