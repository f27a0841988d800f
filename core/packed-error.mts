/** Errors as they cross threads, and as they are told; types only. */

/** An error as plain data. Structured clone drops `code` and the name, and fails on what it cannot clone. */
export interface PackedError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly code: string | undefined
  readonly statusCode: number | undefined
  readonly url: string | undefined
  readonly trail: readonly string[] | undefined
  readonly exitCode: number | undefined
  /** What Node's permission model says of what it denied. */
  readonly permission: string | undefined
  readonly resource: string | undefined
  readonly unanswered: boolean
  readonly cause: PackedError | undefined
}
