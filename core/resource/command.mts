/** How the program, or the command, was started. */

let command: readonly string[] = []

/** Sets the words: 'node', its flags, the program's path; or those of a command of ours. */
export function configureCommand(given: readonly string[]): void {
  command = given
}

/** The words of the command line. */
export function startedBy(): readonly string[] {
  return command
}
