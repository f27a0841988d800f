/** What a walk along types has found: in an order, and under names, that depend on nothing but what was found. */

import { packError } from '../../bridge/error-packing.mts'
import { redactError } from '../../resource/credentials/secrets.mts'
import { vendorName } from '../../lock/vendor-name.mts'
import type { ProjectImport, TypedModule, TypesResult } from '../../typing.mts'
import type { WalkFailure } from '../../walk.mts'

type Failures = Map<string, WalkFailure>

function sorted<T>(map: ReadonlyMap<string, T>): T[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each)
}

function note(failures: Failures, error: unknown, parentURL: string | undefined): void {
  const packed = redactError(packError(error))
  // What many name has failed once.
  const name = `${packed.code}\n${packed.url ?? packed.message}`
  if (!failures.has(name)) failures.set(name, { error: packed, parentURL })
}

const stem = (name: string) => name.replace(/\.[a-z\d]+$/, '')

export class TypedGraph {
  readonly #modules = new Map<string, TypedModule>()
  readonly #imports = new Map<string, ProjectImport>()
  readonly #failures: Failures = new Map()
  readonly #lacking: Failures = new Map()

  /** `module.name` is what it is named for, until the end. */
  put(module: TypedModule): void {
    this.#modules.set(module.key, module)
  }

  import(each: ProjectImport): void {
    // TypeScript knows one module by a name, whoever imports it.
    this.#imports.set(`${each.specifier}\n${each.module}`, each)
  }

  /** An import failed without which the program does not start. */
  fail(error: unknown, parentURL: string | undefined): void {
    note(this.#failures, error, parentURL)
  }

  /** What only types name, or the program asks for when it runs, could not be had. */
  lack(error: unknown, parentURL: string | undefined): void {
    note(this.#lacking, error, parentURL)
  }

  end(): TypesResult {
    for (const name of this.#failures.keys()) this.#lacking.delete(name)
    const taken = new Set<string>()
    const modules = sorted(this.#modules).map((module) => {
      const name = stem(vendorName(module.name, (each) => taken.has(stem(each))))
      taken.add(name)
      return { ...module, name }
    })
    return {
      modules,
      imports: sorted(this.#imports),
      failures: sorted(this.#failures),
      lacking: sorted(this.#lacking),
    }
  }
}
