/** Another tool's hooks beside ours: which are registered first decides who is asked last. */

import { loaderPath } from './spawn.mts'

export const ours = ['--import', loaderPath]

/** Node's arguments for ours and `theirs`, in both orders, each with what it is called. */
export const orders = (theirs: readonly string[]) =>
  [
    ['after mimeport', [...ours, ...theirs]],
    ['before mimeport', [...theirs, ...ours]],
  ] as const
