/** The execution of one dynamic module: its setters, and the values until its bindings are there to take them. */

import { noFunction, notAsynchronous, unset, unusable } from './execute-error.mts'
import type { Execute, ExecuteContext, Setters } from '../../types.mts'

/** An execute module. */
export interface Executor {
  /** As the loader wrote it. */
  readonly execute: string
  readonly loader: string
  readonly loaderURL: string
  /** Where it was found, when it was. */
  url: string | undefined
  /** Its exports, where it was needed before Node could import it for the module. */
  namespace?: object
}

/** Gives a binding of the module's text a value. */
export type Assigner = (value: unknown) => void

/** What the module's text is given. */
export interface Run {
  readonly execute: Execute
  readonly setters: Setters
  readonly context: ExecuteContext
  /** Ends the execution; answers the values, which the text makes its bindings of. */
  end(returned?: unknown): readonly unknown[]
}

/** The function that an execute module exports: its default, CommonJS's `exports.default` included. */
function functionOf(namespace: object | undefined): Execute | undefined {
  const { default: own } = Object(namespace) as { default?: unknown }
  if (typeof own === 'function') return own as Execute
  const { default: inner } = Object(own) as { default?: unknown }
  return typeof inner === 'function' ? (inner as Execute) : undefined
}

function isPromise(value: unknown): value is Promise<unknown> {
  return process.getBuiltinModule('node:util').types.isPromise(value)
}

export class Execution {
  readonly url: string
  readonly executor: Executor
  /** Whether the names are those of what was returned. */
  readonly isComputed: boolean
  /** Whether the execute module was called, or is about to be. */
  begun = false
  names: readonly string[] = []
  /** Until the execute module is called: nothing that large is kept. */
  #context: ExecuteContext | undefined
  readonly #setters: Record<string, (value: unknown) => void> = Object.create(null)
  /** By index of the name. A value that was not set is a hole. */
  #values: unknown[] = []
  /** Once the bindings are there. */
  #assigners: readonly Assigner[] | undefined

  constructor(context: ExecuteContext, executor: Executor, names: readonly string[] | undefined) {
    this.url = context.url
    this.executor = executor
    this.isComputed = names === undefined
    this.#context = context
    if (names !== undefined) this.#declare(names)
  }

  /**
   * Begins the execution of a module's text, which calls the execute module itself.
   * @throws {LoaderError} ERR_MIMEPORT_INVALID_EXECUTE
   */
  begin(assigners: readonly Assigner[], namespace: object | undefined): Run {
    const end = (returned?: unknown) => this.#end(assigners, returned, end)
    const execute = this.isComputed ? () => {} : functionOf(namespace)
    if (execute === undefined) throw noFunction(this, namespace)
    this.begun = true
    return { execute, setters: this.#setters, context: this.#taken(), end }
  }

  /**
   * Executes the module for its names.
   * @throws {LoaderError} ERR_MIMEPORT_INVALID_EXECUTE, and whatever the execute module throws.
   */
  compute(namespace: object): void {
    const execute = functionOf(namespace)
    if (execute === undefined) throw noFunction(this, namespace)
    const returned = execute(this.#setters, this.#taken())
    if (isPromise(returned)) throw notAsynchronous(this, returned)
    const entries = this.#entriesOf(returned)
    this.#declare(entries.map(([name]) => name))
    this.#values = entries.map(([, value]) => value)
    this.begun = true
  }

  #taken(): ExecuteContext {
    const context = this.#context ?? { url: this.url, source: '', map: undefined }
    this.#context = undefined
    return context
  }

  #declare(names: readonly string[]): void {
    this.names = names
    for (const [index, name] of names.entries()) {
      this.#setters[name] = (value) => {
        if (this.#assigners === undefined) this.#values[index] = value
        else this.#assigners[index]!(value)
      }
    }
    Object.freeze(this.#setters)
  }

  #entriesOf(returned: unknown): [string, unknown][] {
    if (typeof returned !== 'object' || returned === null || Array.isArray(returned)) {
      throw unusable(this, returned)
    }
    const entries = returned instanceof Map ? [...returned] : Object.entries(returned)
    for (const [name] of entries) {
      if (typeof name !== 'string' || !name.isWellFormed()) throw unusable(this, returned, name)
    }
    return entries as [string, unknown][]
  }

  #end(assigners: readonly Assigner[], returned: unknown, from: Run['end']): readonly unknown[] {
    if (isPromise(returned)) throw notAsynchronous(this, returned, from)
    const missing = this.names.filter((_, index) => !(index in this.#values))
    if (missing.length > 0) throw unset(this, missing, from)
    const values = this.#values
    // The text makes its bindings before anything else can run.
    this.#assigners = assigners
    this.#values = []
    return values
  }
}
