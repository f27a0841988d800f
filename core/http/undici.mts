/** What we use of undici: its client, which is one connection, and its connector. */

import { createRequire } from 'node:module'
import type { buildConnector, Client } from 'undici'

export interface Undici {
  readonly Client: typeof Client
  readonly buildConnector: typeof buildConnector
}

const require = createRequire(import.meta.url)
let loaded: Undici | undefined

/** Loads these parts when they are first needed: a third of the time that all of undici takes. */
export function loadUndici(): Undici {
  return (loaded ??= load())
}

function load(): Undici {
  try {
    return {
      Client: require('undici/lib/dispatcher/client.js'),
      buildConnector: require('undici/lib/core/connect.js'),
    }
  } catch {
    // Another version of it, whose files lie elsewhere: the whole has both.
    return require('undici')
  }
}
