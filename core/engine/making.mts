/** How a module was made, for whoever asks for more than what Node is given: each step as the loader was given it. */

import type { MIMEType } from 'node:util'
import type { Acquired } from './acquire.mts'
import type { Converted } from './convert.mts'
import type { Registration } from './registration.mts'
import type { HeaderRecord, LoaderContext, NodeModule } from '../types.mts'

export interface MadeStep {
  readonly loader: Registration
  readonly mediaType: MIMEType
  readonly headers: HeaderRecord
  readonly body: string | Uint8Array
  readonly context: LoaderContext
}

export class Making {
  acquired: Acquired | undefined
  readonly steps: MadeStep[] = []
  converted: Converted | undefined

  readonly #ended: (module: NodeModule) => void

  constructor(ended: (module: NodeModule) => void) {
    this.#ended = ended
  }

  /** A pass begins: what one before it came to does not count. */
  begin(acquired: Acquired): void {
    this.acquired = acquired
    this.steps.length = 0
    this.converted = undefined
  }

  /** Copies: a loader may change what it is given. */
  step({ headers, body, ...rest }: MadeStep): void {
    const own = typeof body === 'string' ? body : body.slice()
    this.steps.push({ ...rest, headers: { ...headers }, body: own })
  }

  end(module: NodeModule): void {
    this.#ended(module)
  }
}

/** How each module was made, for as long as somebody has the module. */
export class Makings {
  readonly #made = new WeakMap<NodeModule, Making>()

  begin(): Making {
    const making: Making = new Making((module) => this.#made.set(module, making))
    return making
  }

  of(module: NodeModule): Making | undefined {
    return this.#made.get(module)
  }
}
