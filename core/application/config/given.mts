/** The configuration as a program gives it, to `register`: the keys of a file, and loaders as whoever calls has them. */

import { paths, urls } from '../builtins.mts'
import { checkConfig } from './check.mts'
import { fail, isObject } from './failure.mts'
import { BY_CALL } from '../../policy/refusal.mts'
import { received } from '../../text.mts'
import type { Config } from '../../configuration.mts'

/** What was given, checked. */
export interface Given {
  /** An absolute path; `false`: none; `undefined`: the project's. */
  readonly file: string | false | undefined
  readonly config: Config
}

const HOW = `put it into a file of its own, as its exports, and name that: loaders: [new URL('./my-loader.mjs', import.meta.url)]`

function pathOf(value: string | URL, what: string): string {
  const href = value instanceof URL ? value.href : value
  if (!/^file:/i.test(href)) {
    return value instanceof URL
      ? fail(BY_CALL, `${what} has '${href}', which is no file: URL`)
      : value
  }
  try {
    return urls().fileURLToPath(href)
  } catch (cause) {
    return fail(BY_CALL, `${what} has a URL that is no file's: ${(cause as Error).message}`, cause)
  }
}

function loaderOf(each: unknown): unknown {
  if (each instanceof URL || typeof each === 'string') return pathOf(each, "'loaders'")
  if ((typeof each !== 'object' && typeof each !== 'function') || each === null) return each
  return fail(
    BY_CALL,
    `'loaders' has a loader itself. Loaders run in a thread of their own, and functions cannot cross to it: ${HOW}`,
  )
}

/**
 * Checks what `register` is given.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG naming the key, and what was found.
 */
export function givenOf(options: unknown): Given {
  if (!isObject(options) || options instanceof URL) {
    fail(BY_CALL, `it takes an object of options. Received ${received(options)}`)
  }
  const { config: other, ...keys } = options
  const { loaders } = keys
  const config = checkConfig(BY_CALL, {
    ...keys,
    ...(Array.isArray(loaders) && { loaders: loaders.map(loaderOf) }),
  })
  if (other === undefined || other === false) return { file: other, config: present(config) }
  if ((typeof other !== 'string' && !(other instanceof URL)) || other === '') {
    fail(BY_CALL, `'config' must be a path, a file: URL or false. Received ${received(other)}`)
  }
  return { file: paths().resolve(pathOf(other, "'config'")), config: present(config) }
}

/** Without keys that are `undefined`: these are as good as left out. */
function present(config: Config): Config {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined))
}
