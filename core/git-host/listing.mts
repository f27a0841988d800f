/** Reads what a git server lists: advertisements of versions 0 and 1, and answers to `ls-refs` of version 2. */

import { longestRefName } from './ref-name.mts'
import { packLine, readPackets } from './pkt-line.mts'

export interface RefListing {
  /** Full name of a ref (`HEAD`, `refs/heads/x`, `refs/tags/x`) → commit id; an annotated tag's is peeled. */
  readonly commits: ReadonlyMap<string, string>
  /** Full name of the branch that HEAD is; `undefined` when the server does not say. */
  readonly head: string | undefined
}

/** What the server answers to the first request: refs at once, or what it can do. */
export type Advertisement =
  | { readonly version: 0 | 1; readonly listing: RefListing }
  | { readonly version: 2; readonly capabilities: ReadonlyMap<string, string> }

/** The server itself says that it cannot. gitprotocol-pack(5): error-line. */
export class ServerRefusal extends Error {}

const prefixes = ['refs/heads/', 'refs/tags/']
const objectId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/** Collects the refs that a specifier can name; a server may list more than it was asked for. */
class Collector implements RefListing {
  readonly commits = new Map<string, string>()
  head: string | undefined

  add(name: string, id: string): void {
    if (!objectId.test(id)) throw new SyntaxError('a ref has no object id')
    if (name.length > longestRefName) return
    if (name === 'HEAD' || prefixes.some((prefix) => name.startsWith(prefix))) {
      this.commits.set(name, id)
    }
  }

  setHead(target: string): void {
    if (target.startsWith('refs/heads/')) this.head = target
  }
}

function cutOff(): SyntaxError {
  return new SyntaxError('it ends without a flush-pkt')
}

/** Lines of text and the marks between them. */
function* linesOf(body: Uint8Array): Generator<string | undefined, void> {
  for (const packet of readPackets(body)) {
    const line = typeof packet === 'string' ? packet : undefined
    if (line?.startsWith('ERR ')) throw new ServerRefusal(line.slice(4))
    yield line
  }
}

/** gitprotocol-pack(5): Reference Discovery. The first ref's line carries the capabilities after a NUL. */
function readRefs(lines: Iterable<string | undefined>): RefListing {
  const listing = new Collector()
  for (const line of lines) {
    if (line === undefined) return listing
    if (line.startsWith('shallow ')) continue
    const [ref = '', capabilities] = line.split('\0', 2)
    for (const capability of capabilities?.split(' ') ?? []) {
      if (capability.startsWith('symref=HEAD:')) listing.setHead(capability.slice(12))
    }
    const space = ref.indexOf(' ')
    const name = ref.slice(space + 1)
    // `v1^{}` follows an annotated tag and is what it peels to; a repository without refs lists `capabilities^{}`.
    listing.add(name.endsWith('^{}') ? name.slice(0, -3) : name, ref.slice(0, Math.max(space, 0)))
  }
  throw cutOff()
}

/**
 * Reads the answer to `GET …/info/refs?service=git-upload-pack`. gitprotocol-http(5), gitprotocol-v2(5).
 * @throws {SyntaxError} when it is malformed.
 * @throws {ServerRefusal}
 */
export function readAdvertisement(body: Uint8Array): Advertisement {
  const lines = linesOf(body)
  let first = lines.next().value ?? undefined
  // Some servers announce the service before version 2 as well.
  if (first?.startsWith('# service=')) {
    lines.next()
    first = lines.next().value ?? undefined
  }
  if (first === 'version 2') {
    const capabilities = new Map<string, string>()
    for (const line of lines) {
      if (line === undefined) break
      const [name = '', value = ''] = line.split('=', 2)
      capabilities.set(name, value)
    }
    return { version: 2, capabilities }
  }
  if (first === 'version 1') return { version: 1, listing: readRefs(lines) }
  if (first === undefined && body.length === 0) throw cutOff()
  const all = (function* () {
    yield first
    yield* lines
  })()
  return { version: 0, listing: readRefs(all) }
}

/** The body of a request for branches, tags and HEAD. gitprotocol-v2(5): ls-refs. */
export function lsRefsCommand(capabilities: ReadonlyMap<string, string>): string {
  const objectFormat = capabilities.get('object-format')
  return [
    packLine('command=ls-refs\n'),
    objectFormat === undefined ? '' : packLine(`object-format=${objectFormat}\n`),
    '0001',
    packLine('peel\n'),
    packLine('symrefs\n'),
    ...['HEAD', ...prefixes].map((prefix) => packLine(`ref-prefix ${prefix}\n`)),
    '0000',
  ].join('')
}

/**
 * Reads the answer to `ls-refs`.
 * @throws {SyntaxError} when it is malformed or cut off.
 * @throws {ServerRefusal}
 */
export function readLsRefs(body: Uint8Array): RefListing {
  const listing = new Collector()
  for (const line of linesOf(body)) {
    if (line === undefined) return listing
    const [id = '', name = '', ...attributes] = line.split(' ')
    if (id === 'unborn') continue
    let commit = id
    for (const attribute of attributes) {
      if (attribute.startsWith('peeled:')) commit = attribute.slice(7)
      if (name === 'HEAD' && attribute.startsWith('symref-target:')) {
        listing.setHead(attribute.slice(14))
      }
    }
    listing.add(name, commit)
  }
  throw cutOff()
}
