/** The loader under test: taken once, called within a time, and checked by the same rules as in a program. */

import assert from 'node:assert/strict'
import { basename, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { register } from '../core/engine/registration.mts'
import type { Registration } from '../core/engine/registration.mts'
import type { LoaderContext } from '../core/types.mts'

/** ms that one call may take. */
const DEADLINE = 10_000

/** Errors of our own, so that one of the loader's that looks alike is the loader's. */
const late = new WeakSet<object>()

/** A function of a loader that is called too long has failed, not hung the suite. */
export async function call<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const error = new Error(`${what} did not answer within ${DEADLINE / 1000} s`)
    late.add(error)
    reject(error)
  }, DEADLINE)
  try {
    return await Promise.race([work(), promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Calls, and expects an error: with `code`, or any `Error` with a message. */
export async function fails(
  what: string,
  work: () => unknown,
  code: string | true = true,
): Promise<void> {
  let value: unknown
  try {
    value = await call(what, work)
  } catch (error) {
    checkError(what, error)
    if (code !== true) assert.equal((error as { code?: string }).code, code, what)
    return
  }
  assert.fail(`${what} is expected to fail, and answered ${String(value)}`)
}

/** What a loader throws is an `Error` with a message: it is read by a person. */
export function checkError(what: string, thrown: unknown): void {
  if (late.has(Object(thrown))) throw thrown
  assert.ok(thrown instanceof Error, `${what} threw ${String(thrown)}, which is no Error`)
  assert.notEqual(thrown.message, '', `${what} threw an error without a message`)
}

/** A context as the framework gives it. */
export function contextFor(specifier: string, url = specifier): LoaderContext {
  return {
    url,
    specifier,
    parentURL: undefined,
    importAttributes: {},
    conditions: ['node', 'import'],
    accept: '*/*',
    signal: AbortSignal.timeout(DEADLINE),
  }
}

export class Subject {
  /** Where it can be imported from; `undefined` for a loader that was given as an object. */
  readonly url: string | undefined
  readonly #object: object | undefined
  #taken: Promise<Registration> | undefined

  constructor(loader: object | string | URL) {
    if (typeof loader === 'object' && !(loader instanceof URL)) {
      this.#object = loader
    } else {
      const text = String(loader)
      this.url = /^[a-z][a-z\d+.-]+:/i.test(text) ? text : pathToFileURL(resolve(text)).href
    }
  }

  async #take(): Promise<Registration> {
    const namespace = this.#object ?? ((await import(this.url!)) as object)
    const file = this.url?.startsWith('file:') ? fileURLToPath(this.url) : (this.url ?? '')
    const name = basename(file).replace(/\.[cm]?[jt]s$/, '')
    return register(namespace, { name, file: file || 'the given object', project: true })
  }

  /** The loader, imported and registered. @throws as `register` does, and as the import does */
  load(): Promise<Registration> {
    return (this.#taken ??= this.#take())
  }
}
