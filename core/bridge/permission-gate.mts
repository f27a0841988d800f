/** Node's permission model around the engine: what this thread may not read, nobody reads for it. */

import { explainDenial } from './denial.mts'
import { PermissionFlags, permissionModel } from './permission-flags.mts'
import type { Explanation, ModuleGraph } from '../explanation.mts'
import type { Settings } from '../settings.mts'
import type { LoadRequest, NodeModule } from '../types.mts'

export interface GateOptions {
  readonly settings: Settings
  /** The engine thread's entry. */
  readonly entry: URL
}

function fileOf(url: string): string | undefined {
  try {
    return /^file:/i.test(url) ? process.getBuiltinModule('node:url').fileURLToPath(url) : undefined
  } catch {
    // The loader of such URLs says what is wrong with it.
    return undefined
  }
}

/** Throws Node's ERR_ACCESS_DENIED for a file that this thread may not read. */
function requireReadable(url: string): void {
  const path = fileOf(url)
  if (path === undefined || permissionModel()?.has('fs.read', path) !== false) return
  try {
    process.getBuiltinModule('node:fs').accessSync(path)
  } catch (error) {
    // Whether there is such a file is not asked here.
    if ((error as { code?: string }).code === 'ERR_ACCESS_DENIED') throw error
  }
}

/**
 * The engine thread has the model's flags, but Node grants each thread its working folder in addition (docs/node-notes.md).
 * So what comes from it is looked at here, too.
 */
export class PermissionGate {
  readonly #options: GateOptions
  readonly #flags = new PermissionFlags()

  constructor(options: GateOptions) {
    this.#options = options
  }

  /** The flags for the engine thread, by what this thread may do now. */
  flags(): string[] {
    return this.#flags.list()
  }

  /** Whether the program may have a module that was made ahead. */
  admits({ url }: NodeModule): boolean {
    try {
      requireReadable(url)
      return true
    } catch {
      return false
    }
  }

  /** An answer, if the program may have it. @throws {LoaderError} ERR_MIMEPORT_PERMISSION. */
  guard<T>(request: LoadRequest | undefined, ask: () => T): T {
    try {
      this.#before(request)
      return this.#after(ask())
    } catch (error) {
      throw explainDenial(error as Error, { ...this.#options, request })
    }
  }

  async guardAsync<T>(request: LoadRequest | undefined, ask: () => Promise<T>): Promise<T> {
    try {
      this.#before(request)
      return this.#after(await ask())
    } catch (error) {
      throw explainDenial(error as Error, { ...this.#options, request })
    }
  }

  /** What is told of files, if the program may read them all. @throws {LoaderError} ERR_MIMEPORT_PERMISSION. */
  async guardWork<T>(work: Promise<T>): Promise<T> {
    try {
      const answer = await work
      const { modules, url } = Object(answer) as Partial<ModuleGraph & Explanation>
      if (url !== undefined) requireReadable(url)
      for (const module of modules ?? []) requireReadable(module.url)
      return answer
    } catch (error) {
      throw explainDenial(error as Error, { ...this.#options, request: undefined })
    }
  }

  /** Before it is made: the error of a file that is no module shows what is in it. */
  #before(request: LoadRequest | undefined): void {
    if (request !== undefined) requireReadable(request.specifier)
  }

  #after<T>(answer: T): T {
    const { native, url } = Object(answer) as Partial<NodeModule>
    if (native === false && url !== undefined) requireReadable(url)
    return answer
  }
}

/** The gate of a program under the permission model; `undefined` for any other. */
export function permissionGate(options: GateOptions): PermissionGate | undefined {
  return permissionModel() === undefined ? undefined : new PermissionGate(options)
}
