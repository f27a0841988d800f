import * as assert from 'uvu/assert'

/** Awaits a failure and returns it; asserts its `code` when one is named. uvu has no `rejects`. */
export async function rejects(
  work: Promise<unknown> | (() => unknown),
  code?: string,
): Promise<Error & Record<string, any>> {
  let value: unknown
  try {
    value = await (typeof work === 'function' ? work() : work)
  } catch (error) {
    if (code !== undefined) assert.is((error as { code?: string }).code, code, String(error))
    return error as Error & Record<string, any>
  }
  assert.unreachable(`expected a failure${code ? ` with ${code}` : ''}, got ${String(value)}`)
  throw new Error('unreachable')
}
