/** How the program was started. */

let command: readonly string[] = []

/** Sets Node's flags, and the program's path. */
export function configureCommand(given: readonly string[]): void {
  command = given
}

/** Node's flags, and the program's path. */
export function startedBy(): readonly string[] {
  return command
}
