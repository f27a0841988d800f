/** The channel of a forked process, passed on to a child of its own: messages, handles and the end, both ways. */

import type { ChildProcess, SendHandle, Serializable } from 'node:child_process'

export class Relay {
  readonly #child: ChildProcess

  constructor(child: ChildProcess) {
    this.#child = child
    process.on('message', this.#down)
    process.on('disconnect', this.#disconnect)
    child.on('message', (message, handle) => {
      if (process.connected) process.send?.(message, handle, undefined, ignore)
    })
    child.on('disconnect', () => {
      if (process.connected) process.disconnect()
    })
  }

  /** How the one who forked us writes messages. Node says it in a variable that is gone by now; what cannot be sent tells it. */
  static serialization(): 'json' | 'advanced' {
    let isJSON = false
    const probe = {
      toJSON(): never {
        isJSON = true
        throw new TypeError('not to be sent')
      },
    }
    try {
      // ! Neither way can write it: one fails in the method, the other at it, which is no data.
      process.send?.(probe)
    } catch {
      return isJSON ? 'json' : 'advanced'
    }
    return 'json'
  }

  readonly #down = (message: unknown, handle: unknown): void => {
    if (!this.#child.connected) return
    this.#child.send(message as Serializable, handle as SendHandle, ignore)
  }

  readonly #disconnect = (): void => {
    if (this.#child.connected) this.#child.disconnect()
  }

  /** The child has ended: the channel keeps nobody. */
  end(): void {
    process.off('message', this.#down)
    process.off('disconnect', this.#disconnect)
  }
}

/** The other side may have gone meanwhile: it hears nothing more. */
function ignore(): void {}
