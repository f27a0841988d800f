/**
 * Work that both threads do, written once: steps, of which some may have to wait. Who may wait runs them all; who may not
 * gets as far as nothing waits.
 */

/** What has to be waited for. It is begun by whoever waits. */
type Later = () => Promise<unknown>

/** Work that ends in a `T`. */
export type Steps<T> = Generator<Later, T, unknown>

/** One step that has to be waited for. */
export function* later<T>(work: () => Promise<T>): Steps<T> {
  return (yield work) as T
}

/** Does all the work. @throws what the work throws */
export async function wholly<T>(steps: Steps<T>): Promise<T> {
  let state = steps.next()
  while (state.done !== true) {
    let value: unknown
    try {
      value = await state.value()
    } catch (error) {
      state = steps.throw(error)
      continue
    }
    state = steps.next(value)
  }
  return state.value
}

/** Does the work if nothing in it waits; `undefined` if anything does, which is not begun then. @throws what the work throws */
export function atOnce<T>(steps: Steps<T>): T | undefined {
  const { done, value } = steps.next()
  return done === true ? value : undefined
}
