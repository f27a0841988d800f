/** Fills the vendor folder: each body as the lock has it, whole or not at all, and nothing that no entry has. */

import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  rmdirSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { splitKey } from './entry.mts'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { withoutGrants } from '../grant.mts'
import { beat } from '../pulse.mts'
import { isNetwork } from '../policy/remote.mts'
import { LISTING, parseListing, printListing } from './vendor-listing.mts'
import { isVendorName, vendorName } from './vendor-name.mts'
import { isTemporary, replaceFile } from '../replacement.mts'
import type { HeaderRecord, LoadResponse } from '../types.mts'
import type { Vendored } from './vendor-listing.mts'

/** Fields that say what a body is. The others are about one exchange, and may tell who asked. */
const content =
  /^(?:content-(?!length$|encoding$|security-policy|range$|md5$|dpr$).*|git-.*|link|sourcemap|x-sourcemap|vary|x-content-type-options|x-typescript-types)$/

/** What no loader reads and no file should hold, whoever answered. */
const secret = /^(?:set-cookie2?|authorization|proxy-.*|www-authenticate|authentication-info)$/

/**
 * The fields that are kept of a response: those about its content. What a loader of the project's own made up for a scheme
 * of its own is kept whole, since its `transform` may read it.
 */
export function vendoredFields(key: string, headers: HeaderRecord): HeaderRecord {
  const isWeb = isNetwork(splitKey(key).specifier)
  const kept = Object.entries(headers).filter(([name]) =>
    isWeb ? content.test(name) : !secret.test(name),
  )
  // A URL in a field (`sourcemap`, `link`) may grant access, as the module's own may.
  const quiet = kept.map(([name, value]) => [name, withoutGrants(value)] as const)
  return Object.fromEntries(quiet.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Git changes no line end here, and reviewers' statistics leave it out. */
const attributes = '* -text linguist-vendored\n'

/** A temporary file older than this was left behind by a process that was killed, ms. */
const LEFT_BEHIND = 60_000

/** Writes a file so that nobody ever sees half of it; not at all where it is the same. */
function put(path: string, bytes: string | Uint8Array): boolean {
  const wanted = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
  try {
    if (readFileSync(path).equals(wanted)) return false
  } catch {
    // Not there, or not to be read: it is put in place.
  }
  mkdirSync(dirname(path), { recursive: true })
  replaceFile(path, wanted)
  return true
}

/** ! A link in the place of a folder, such as a pull request may bring, would lead bodies to where they are run. */
function refuseLink(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return
  throw new LoaderError(
    'ERR_MIMEPORT_INTEGRITY',
    `Cannot write into '${escapeText(path)}': it is a link, and may lead out of the project; remove it`,
  )
}

export interface VendorSummary {
  readonly folder: string
  readonly files: number
  readonly bytes: number
  readonly written: number
  readonly removed: number
}

export class VendorWriter {
  readonly #folder: string
  readonly #entries = new Map<string, Vendored>()
  readonly #taken = new Set<string>()
  #bytes = 0
  #written = 0

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Puts bodies in place, each under its name, which depends on nothing but the keys. */
  fill(
    bodies: ReadonlyMap<string, { readonly loader: string; readonly response: LoadResponse }>,
  ): void {
    for (const key of [...bodies.keys()].sort()) {
      const { loader, response } = bodies.get(key)!
      const file = vendorName(key, (name) => this.#taken.has(name))
      this.#taken.add(file)
      this.#entries.set(key, { file, loader, headers: vendoredFields(key, response.headers) })
    }
    const folders = new Set([...this.#taken].map((file) => file.split('/')[0]!))
    for (const name of folders) refuseLink(join(this.#folder, name))
    for (const [key, { file }] of this.#entries) {
      beat()
      const { body } = bodies.get(key)!.response
      this.#bytes += body.length
      if (put(join(this.#folder, ...file.split('/')), body)) this.#written += 1
    }
  }

  /** Writes the listing, then takes away what it does not list: in this order a killed run leaves no file missing. */
  finish(): VendorSummary {
    put(join(this.#folder, '.gitattributes'), attributes)
    put(join(this.#folder, LISTING), printListing(this.#entries))
    const removed = this.#sweep()
    const { size: files } = this.#entries
    return { folder: this.#folder, files, bytes: this.#bytes, written: this.#written, removed }
  }

  #sweep(): number {
    let removed = 0
    const sweepTemporary = (path: string, name: string) => {
      if (!isTemporary(name) || Date.now() - statSync(path).mtimeMs < LEFT_BEHIND) return
      rmSync(path, { force: true })
    }
    for (const entry of readdirSync(this.#folder, { withFileTypes: true })) {
      const path = join(this.#folder, entry.name)
      if (!entry.isDirectory()) {
        sweepTemporary(path, entry.name)
        continue
      }
      for (const { name } of readdirSync(path, { withFileTypes: true })) {
        beat()
        const own = `${entry.name}/${name}`
        if (!isVendorName(own)) sweepTemporary(join(path, name), name)
        else if (!this.#taken.has(own)) {
          rmSync(join(path, name), { force: true })
          removed += 1
        }
      }
      removeEmpty(path)
    }
    return removed
  }
}

function removeEmpty(path: string): void {
  if (readdirSync(path).length === 0) rmdirSync(path)
}

/** What a folder has now, by key; nothing where it is broken. */
export function vendoredNow(folder: string): ReadonlyMap<string, Vendored> {
  try {
    return parseListing(readFileSync(join(folder, LISTING), 'utf8'))
  } catch {
    return new Map()
  }
}
