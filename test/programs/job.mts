/** A real program at a small real job. */

export interface Job {
  /** The program, and what it does. */
  readonly name: string
  /** The project, by the paths of its files. */
  readonly files: Readonly<Record<string, string>>
  /** The program's file below `node_modules` (or `./` of the project), and its arguments. Empty: Node's own arguments alone. */
  readonly command: readonly string[]
  /** Node's arguments before the program. */
  readonly nodeArgs?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** The exit code that the job has. */
  readonly status: number
  /** Something that stdout has to have in it: that the program has really been at work. */
  readonly says: RegExp
  /** Files that the job makes: that it makes others would be seen, too. */
  readonly makes?: readonly string[]
}

/** A job that needs us: a configuration or a module that Node cannot load. Without us it fails. */
export type JobWithUs = Omit<Job, 'status'>
