/** placeholder */
export interface OutdatedTask {
  readonly a: string
}
export interface OutdatedResult {
  readonly a: string
}
