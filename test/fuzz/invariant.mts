/** What must be so of every parser. */

import * as assert from 'uvu/assert'
import { isLoaderError, statusCodes } from '../../core/errors.mts'
import type { ErrorCode } from '../../core/errors.mts'

/** Characters that may not reach a terminal: C0 but tab and line feed, DEL, C1, what hides, reorders and ends lines, halves. */
const unsafe =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb]|\p{Default_Ignorable_Code_Point}|\p{Bidi_Control}|\p{Surrogate}/u

export function isPrintable(text: string): boolean {
  return !unsafe.test(text)
}

/** A message that may be shown: it commands no terminal, and is no page long. */
export function checkMessage(error: unknown): void {
  const { message } = error as Error
  assert.ok(isPrintable(message), `the message is printable: ${JSON.stringify(message)}`)
  assert.not.match(
    message,
    /(?<!Received )undefined|\[object /,
    'the message has words for everything',
  )
}

/** Whether `error` is one of ours, with one of these codes; if not, it is thrown on. */
export function isExpected(error: unknown, codes: readonly ErrorCode[]): true {
  if (!isLoaderError(error) || !Object.hasOwn(statusCodes, error.code)) throw error
  assert.ok(codes.includes(error.code), `${error.code}: ${error.message}`)
  checkMessage(error)
  return true
}

/** What `parse` gives; `undefined` when it fails with one of these codes, and in no other way. */
export function orFailure<T>(codes: readonly ErrorCode[], parse: () => T): T | undefined {
  try {
    return parse()
  } catch (error) {
    isExpected(error, codes)
    return undefined
  }
}

/** The same of what is waited for. */
export async function orRejection<T>(
  codes: readonly ErrorCode[],
  parse: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await parse()
  } catch (error) {
    isExpected(error, codes)
    return undefined
  }
}

/** What `parse` gives; `undefined` when it throws an error of this class, and no other. */
export function orError<T>(type: new (...args: any[]) => Error, parse: () => T): T | undefined {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof type)) throw error
    return undefined
  }
}

const watched = [
  Object.prototype,
  Array.prototype,
  Function.prototype,
  String.prototype,
  Map.prototype,
  Promise.prototype,
]

/** The properties of the prototypes that every object has. */
export function prototypes(): string {
  return JSON.stringify(
    watched.map((prototype) =>
      Reflect.ownKeys(prototype).map((key) => {
        const { value } = Object.getOwnPropertyDescriptor(prototype, key) ?? {}
        return `${String(key)} ${typeof value}`
      }),
    ),
  )
}
