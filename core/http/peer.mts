/** Whose address a response came from: beside it, since it is no field of it. */

import type { LoadResponse } from '../types.mts'

/** By body: responses are made anew, with another field or without one. */
const addresses = new WeakMap<Uint8Array, string>()

/** Notes where a response came from; through a proxy, nobody knows. */
export function notePeer({ body }: LoadResponse, address: string | undefined): void {
  if (address !== undefined) addresses.set(body, address)
}

/** The address that a response came from, where it is known. */
export function peerOf({ body }: LoadResponse): { readonly address?: string } {
  const address = addresses.get(body)
  return address === undefined ? {} : { address }
}
