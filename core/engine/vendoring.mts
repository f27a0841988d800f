/** What a walk came to, as files of the project. */

import { packError } from '../bridge/error-packing.mts'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { isLockedRedirect, isMasked, splitKey } from '../lock/entry.mts'
import { readVendored } from '../lock/vendor.mts'
import { VendorWriter } from '../lock/vendor-writer.mts'
import type { LockEntries, LockEntry } from '../lock/entry.mts'
import type { VendorSummary } from '../lock/vendor-writer.mts'
import type { Settings } from '../settings.mts'
import type { LoadResponse } from '../types.mts'
import type { WalkFailure } from '../walk.mts'

/** What was verified, and who answered. */
export interface Body {
  readonly loader: string
  readonly response: LoadResponse
}

export type Bodies = Map<string, Body>

/** Whether a module comes encrypted: in the folder it would lie open. docs/signed-modules.md */
export function isEncrypted(key: string, { encryption = {} }: Settings): boolean {
  const origin = URL.parse(splitKey(key).specifier)?.origin
  return origin !== undefined && Object.hasOwn(encryption, origin)
}

/** Takes over what the folder has of such keys. */
export function keepMasked(entries: LockEntries, bodies: Bodies): void {
  for (const [key, entry] of entries) {
    if (!isMasked(key) || bodies.has(key) || isLockedRedirect(entry)) continue
    const found = readVendored(key, entry.integrity)
    if (found !== undefined) bodies.set(key, found)
  }
}

function lacking(key: string): WalkFailure {
  const reason = isMasked(key)
    ? 'its URL grants access by something that the lock does not hold; name the program that imports it'
    : 'nobody gave it'
  const error = new LoaderError(
    'ERR_MIMEPORT_INTEGRITY',
    `Cannot vendor '${escapeText(key)}': ${reason}`,
    { url: key },
  )
  return { error: packError(error), parentURL: undefined }
}

/** The modules of the lock whose bodies were not come to. */
export function lackingBodies(entries: LockEntries, bodies: Bodies): WalkFailure[] {
  const isModule = ([, entry]: readonly [string, LockEntry]) => !isLockedRedirect(entry)
  return [...entries].filter(isModule).flatMap(([key]) => (bodies.has(key) ? [] : [lacking(key)]))
}

/** Writes what the lock has, and nothing else. */
export function fillFolder(folder: string, entries: LockEntries, bodies: Bodies): VendorSummary {
  const writer = new VendorWriter(folder)
  writer.fill(new Map([...bodies].filter(([key]) => entries.has(key))))
  return writer.finish()
}
